"""Every page of a trial that stands still is built as it was; its words may change."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from equipoise.web import read_model, write_service
from tests.web_pages import frozen_trial, make_skeletons
from tests.web_pages.skeletons import skeleton

ANEW = "if it is meant: python -m tests.web_pages.make_skeletons"
KEPT = json.loads(make_skeletons.KEPT.read_text())


@pytest.fixture
def frozen(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EQUIPOISE_HOME", str(tmp_path))
    monkeypatch.setenv("EQUIPOISE_STUDY", str(make_skeletons.STUDY))
    monkeypatch.setattr(write_service, "now", lambda: frozen_trial.NOW)
    cache.clear()
    read_model.forget()
    frozen_trial.open_trial()
    yield
    read_model.forget()


def once_each() -> set[tuple[str, str]]:
    """Of every kind of address a role to whom it is shown; of participants the one followed."""
    found: dict[str, tuple[str, str]] = {}
    for place, seen in KEPT["pages"].items():
        for known, by in seen.items():
            kind, _, stands = place.partition(" ")
            if not known.isdigit() and (kind not in found or stands == "followed"):
                found[kind] = place, by.split()[-1]
    return {*found.values(), *(tuple(key.split(" / ")) for key in KEPT["read"])}


def some(place: str, role: str) -> bool:
    return (place, role) in SOME


def everyone(place: str, role: str) -> bool:
    return True


SOME = once_each()


@pytest.mark.parametrize("asked", [some, pytest.param(everyone, marks=pytest.mark.slow)])
def test_every_page_is_built_as_it_was_whatever_its_words_say(frozen, asked):
    places, everyone_here = (
        {one.name for one in frozen_trial.places()},
        sorted(frozen_trial.roles()),
    )
    assert places == set(KEPT["pages"]), ANEW
    for place, seen in KEPT["pages"].items():
        assert sorted(" ".join(seen.values()).split()) == everyone_here, (place, ANEW)
    wrong = []
    for (place, role), one in make_skeletons.walk(asked).items():
        known = KEPT["pages"].get(place, {})
        if role not in known.get(make_skeletons.name_of(one), "").split():
            wrong.append(f"{place}, as {role} sees it")
        if one.frame and make_skeletons.frame_of(one) not in KEPT["frames"][role].split():
            wrong.append(f"what stands around {place}, as {role} sees it")
    assert not wrong, ANEW


def test_words_do_not_change_a_skeleton_and_a_tag_an_id_or_a_name_does():
    page = '<main id="main"><p class="a">Met</p><input id="x" name="x" value="1"></main>'
    alike = '<main id="main"><p>Not <!-- -->met</p><input name="x" value="2" id="x"/></main>'
    assert skeleton(page) == skeleton(alike)
    for was, now in (("<p ", "<h2 "), ('id="x"', 'id="y"'), ('name="x"', 'name="y"')):
        assert skeleton(page) != skeleton(page.replace(was, now))
