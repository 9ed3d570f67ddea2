"""A third language is one file: pages, refusals, criteria and the command line speak it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from django.apps import apps
from django.test import Client, override_settings

from equipoise.cli.errors import sentences
from equipoise.conduct import eligibility
from equipoise.conduct.act import Refused
from equipoise.study import catalogue
from equipoise.web import adopted, tokens, write_service
from equipoise.web.models import Account
from tests import web_trial
from tests.spec.study.test_consistency_rules import problems
from tests.support import a_study
from tools import messages

pytestmark = pytest.mark.django_db

KEPT = re.compile(r"(%\(\w+\)s|%%|\{\w+\}|<[^>]*>|[\[\]])")
HEARD = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
SIGNS = {"decimal sign": ",", "thousands sign": "."}


def heard(text: str) -> str:
    """A text as nobody writes it, its places left alone: ‹sámplé›."""
    said = "".join(
        part if n % 2 else part.translate(HEARD) for n, part in enumerate(KEPT.split(text))
    )
    return f"‹{said}›"


def invented() -> messages.Catalog:
    """A catalogue with a text for every text: German in its name and its plurals alone."""
    known = messages.read(messages.PO)
    made = messages.Plain(locale="de", fuzzy=False)
    for key in messages.translated(known):
        said = SIGNS.get(key.context, heard(key.text))
        made.add(
            (key.text, key.plural) if key.plural else key.text,
            (said, heard(key.plural)) if key.plural else said,
            context=key.context or None,
        )
    return made


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Beside Dutch there is one folder more, and that is all."""
    copytree(catalogue.FOLDER, tmp_path / "locale")
    folder = tmp_path / "locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "equipoise.mo").write_bytes(messages.compiled(invented()))
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path / "locale")
    web = apps.get_app_config("web")
    _forget()
    with override_settings(LANGUAGES=[(code, code) for code in catalogue.spoken()]):
        web.ready()
        yield
    monkeypatch.undo()
    _forget()
    web.ready()


def _forget() -> None:
    for read in (catalogue.spoken, catalogue.translations, catalogue.translator):
        read.cache_clear()


def test_every_text_can_be_told_from_english():
    assert heard("Open {count} of <b>%(all)s</b>") == "‹Ópén {count} óf <b>%(all)s</b>›"


def test_a_page_speaks_it(german: None):
    web_trial.open_house()
    public = Client(headers={"Accept-Language": "de"}).get("/").content.decode()
    assert '<html lang="de"' in public and heard("Is there a draw?") in public
    nurse = web_trial.signed_in("nurse-01", "de").get("/participants/").content.decode()
    assert heard("Participants") in nurse and ">Participants<" not in nurse


def test_a_refusal_by_rest_says_it(german: None):
    web_trial.open_house()
    key = tokens.make_token(Account.objects.get(person_id="nurse-01"), "a test")
    asked = {
        "subject_id": web_trial.consented().subject_id,
        "fields": {"form": "laboratory", "visit": "screening", "values": {"inr": "16"}},
    }
    answer = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "de"}).post(
        "/api/acts/forms.save", json.dumps(asked), content_type="application/json"
    )
    (why,) = (one["because"] for one in answer.json()["refusals"] if one["where"] == "inr")
    sentence = "{item} {value} is above {limit}: mend it, or give the reason why it is right"
    assert why == heard(sentence).format(item="INR", value="16", limit="15")


def test_a_criterion_says_it(german: None):
    web_trial.open_house()
    study, subject = adopted.study(), web_trial.consented()
    lines = eligibility.checklist(study, subject, write_service.today(), "de")
    told = [line.sentence for line in lines if line.sentence]
    assert told and all("‹" in sentence for sentence in told)


def test_the_command_line_says_it(german: None, monkeypatch: pytest.MonkeyPatch):
    refusal = eligibility.DIED(day=date(2026, 3, 2))
    monkeypatch.setenv("EQUIPOISE_LANGUAGE", "de")
    (said,) = sentences(Refused([refusal]))
    died = heard("the participant died on {day}").format(day="‹2 ‹Már› 2026›")
    assert said == f"refused: {died} (subject.died)"
    monkeypatch.delenv("EQUIPOISE_LANGUAGE")
    assert sentences(Refused([refusal])) == [
        "refused: the participant died on 2 Mar 2026 (subject.died)"
    ]


def test_a_study_may_be_in_it(german: None):
    identity = a_study().identity.model_dump() | {"languages": ("en", "de")}
    texts = [told for told in problems(a_study(identity=identity)) if "does not speak" in told]
    assert not texts and catalogue.spoken() == ("en", "de", "nl")
