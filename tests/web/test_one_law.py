"""What one door refuses every door refuses: the trial, a program and a page, with the same code."""

import importlib
import pkgutil
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from equipoise import conduct
from equipoise.conduct.administration import CloseAccrual
from equipoise.conduct.trial import ACTS
from equipoise.study import kinds
from equipoise.study.reason import Reason, Refusal
from equipoise.web import write_service
from tests.web.one_law import (
    ASKS_ITSELF,
    NOT_THERE,
    SHOWS,
    Tried,
    by_page,
    by_program,
    by_the_trial,
    forget,
    someone,
    told_to_people,
)
from tests.web.refused_acts import ELSEWHERE, refused, refused_once_closed
from tests.web_trial import open_house

# Of whom one does not see, and of a scan that one was not drawn to read, nothing is told.
UNSEEN = {"role.may-not", "subject.unknown", "panel.not-drawn", "panel.not-asked"}
STATUS = {NOT_THERE: {404}, ASKS_ITSELF: {422}, SHOWS: {302}}


def every_reason() -> set[str]:
    """The codes of all reasons that stand in conduct, and with the kinds of items."""
    found = (
        module.name
        for package in (conduct, kinds)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )
    loaded = [importlib.import_module(name) for name in found]
    values = (value for module in loaded for value in vars(module).values())
    return {value.code for value in values if isinstance(value, Reason)}


def differences(acts: Iterable[Tried], reached: set[str]) -> list[str]:
    """Where a door says otherwise than the trial, or lets an act through."""
    found = []
    for one in acts:
        someone(one.whom)
        heads, said = write_service.LEDGER.heads(), by_the_trial(one)
        reached |= {code for code, _ in said}
        status, told = by_program(one)
        unseen = status == 404 and {code for code, _ in said} & UNSEEN
        if not unseen and (status, told) not in ((409, said), (503, said)):
            found.append(f"{one} by a program: {status} {told}, not {said}")
        found += [f"{one} by its page: {wrong}" for wrong in on_page(one, bool(unseen))]
        if write_service.LEDGER.heads() != heads:
            found.append(f"{one} is recorded")
    return found


def on_page(one: Tried, unseen: bool) -> list[str]:
    """What the page of an act does otherwise than the trial, beyond what is named."""
    if one.page and one.page not in STATUS:
        return []
    if (answer := by_page(one)) is None:
        return []
    status, text = answer
    if one.page or unseen:
        return [] if status in STATUS.get(one.page, {404}) else [f"{status}, and {one.page}"]
    missing = [said.because for said in told_to_people(one) if not is_told(said, text)]
    return [f"{status} without {missing}"] if status not in (409, 422) or missing else []


def is_told(refusal: Refusal, text: str) -> bool:
    """Whether a page says it: in its summary, or in the list to which the summary leads."""
    listed = "each stands in the list below" in text and f'id="{refusal.where.lower()}"' in text
    return refusal.because.lower() in text or (bool(refusal.where) and listed)


@pytest.mark.django_db
def test_what_a_page_refuses_rest_refuses_with_the_same_code():
    open_house()
    forget()
    reached: set[str] = set()
    acts = list(refused())
    found = differences(acts, reached)
    write_service.perform(CloseAccrual(because="all are in"), "office")
    found += differences(refused_once_closed(), reached)
    assert not found, "\n".join(found)
    wanted = "a new act or reason: try it in refused_acts.py, or name it in ELSEWHERE with its test"
    assert {one.kind for one in acts} | {"screening.enter"} == set(ACTS), wanted
    assert every_reason() - reached == set(ELSEWHERE), wanted


def test_what_is_shown_elsewhere_is_shown_there():
    for told in ELSEWHERE.values():
        path, _, name = told.partition("::")
        assert not name or f"def {name}(" in Path(path).read_text(encoding="utf-8"), told


def test_what_is_recorded_passes_the_one_way_in():
    """Only `trial` appends, `folding` applies; what a form would leave is applied to a copy."""
    appends, applies = (
        re.compile(r"ledger\.append\(", re.I),
        re.compile(r"act\w*(\(.*\))?\.leave\("),
    )
    sources = {
        path.relative_to("src/equipoise").as_posix(): path.read_text(encoding="utf-8")
        for path in Path("src/equipoise").rglob("*.py")
    }
    assert {name for name, text in sources.items() if appends.search(text)} == {"conduct/trial.py"}
    assert {name for name, text in sources.items() if applies.search(text)} == {
        "conduct/folding.py",
        "conduct/forms.py",
    }
