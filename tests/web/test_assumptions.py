"""What is recalled at every door: told, marked where it is used, and confirmed on its page."""

import json
import re

import pytest
from django.test import Client

from equipoise.conduct.administration import AdoptAmendment
from equipoise.study.model import Study
from equipoise.web import adopted, home, people, tokens, write_service
from equipoise.web.models import Account
from tests import web_trial
from tests.before import edited
from tests.web.test_study_text import NOW, stand
from tests.web_trial import PASSWORD, PROVED, proof_on, signed_in

__all__ = ["stand"]

pytestmark = pytest.mark.django_db
LIST, SITE = "/trial/assumptions/", "sites.02"


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_office_confirms_a_value_on_its_page_and_takes_it_back_and_others_read_it():
    web_trial.open_house()
    office, nurse = signed_in("office"), signed_in("nurse-01")
    address = f"{LIST}confirm/{SITE}/"
    assert address in text_of(office, LIST) and address not in text_of(nurse, LIST)
    assert nurse.get(address).status_code == 404 and Client().get(LIST).status_code == 302
    page = office.get(address)
    assert "MC Noord (demo)" in page.content.decode() and "city:" in page.content.decode()
    sent = {"document": "Letter", "edition": "2", "page": "3", **web_trial_day()}
    refused = office.post(address, {**sent, **proof_on(page), "document": ""})
    assert refused.status_code == 422 and "Name the document" in refused.content.decode()
    assert office.post(address, {**sent, **proof_on(page), "proof": "x"}).status_code == 422
    assert office.post(address, {**sent, **proof_on(page)}).status_code == 302
    assert "Letter, 2, 3" in text_of(nurse, LIST)
    told = {one["path"]: one for one in frames(signed_key("nurse-01"))}
    assert told[SITE]["confirmed"]["document"] == "Letter" and len(told[SITE]["value"]) == 64
    assert told["sites.03"]["confirmed"] is None
    back = re.search(rf'href="({LIST}take-back/\d+/)"', text_of(office, LIST))[1]
    why = {"because": "the wrong letter", **web_trial_day()}
    assert office.post(back, {**why, **proof_on(office.get(back))}).status_code == 302
    assert address in text_of(office, LIST) and "Letter, 2, 3" not in text_of(nurse, LIST)


def test_what_is_to_be_confirmed_is_called_by_its_name_in_the_readers_language_and_by_section():
    web_trial.open_house()
    english, dutch = (text_of(signed_in("office", tongue), LIST) for tongue in ("en", "nl"))
    for name in ("FOLFIRI: Irinotecan", "Floxuridine by AST", "Heparinised saline may go through"):
        assert f'<th scope="row">{name}' in english, name
    assert '<th scope="row">FOLFIRI: Fluorouracil, infuus' in dutch
    assert '<th scope="row">folfiri-' not in english and "substance: " not in english
    assert '__summary-text">safety<' not in english + dutch
    sections = re.findall(r'<details [^>]*id="of-recalled-(\w+)"( open)?', english)
    assert ("treatment", " open") in sections and len({*sections}) == len(sections)


def signed_key(person_id: str) -> str:
    return tokens.make_token(Account.objects.get(person_id=person_id), "a test")


def frames(key: str) -> list[dict[str, object]]:
    """What a program is told of all of them."""
    answer = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/assumptions")
    return json.loads(answer.content)


def web_trial_day() -> dict[str, str]:
    on = write_service.today()
    return {
        "happened.day": str(on.day),
        "happened.month": str(on.month),
        "happened.year": str(on.year),
    }


def test_what_is_recalled_is_marked_where_it_is_used_until_it_is_confirmed(monkeypatch):
    web_trial.open_house()
    subject_id = web_trial.consented().subject_id
    before, nurse = adopted.study(), signed_in("nurse-01")
    checklist, overview = f"/participants/{subject_id}/checklist/", f"/participants/{subject_id}/"
    form = f"/participants/{subject_id}/form/demography/screening/1/"
    assert not any("unverified" in text_of(nurse, page) for page in (checklist, overview, form))
    monkeypatch.setattr(adopted, "study", lambda: recalling(before))
    assert text_of(nurse, checklist).count(">unverified<") == 2  # one of them rests on a formula
    assert text_of(nurse, overview).count(">unverified<") == 1
    assert text_of(nurse, form).count(">unverified<") == 1


RECALLED = {"tag": "recalled", "where": "for tests"}


def recalling(study: Study) -> Study:
    """The same text, of which a criterion, a visit, a form and a formula are recalled."""
    plain = study.model_dump(by_alias=True)
    plain["criteria"]["inclusion"][1]["source"] = RECALLED
    for section, name in (("visits", "baseline"), ("forms", "demography"), ("derived", "mdrd")):
        next(one for one in plain[section] if one["id"] == name)["source"] = RECALLED
    return Study.model_validate(plain)


@pytest.mark.database
def test_a_proposed_text_is_adopted_once_what_it_recalls_is_confirmed_at_any_door(stand, client):
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "1.1"')
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^  demonstration:.*\n(    .*\n)*", "", text)
    text = re.sub(r'(?ms)(^visits:.*?source: ")assumed', r"\1recalled", text, count=1)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    account = people.make_account("office-1", "Otto", "", PASSWORD)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = home.proposal()
    (waiting,) = [one for one in new.sourced.values() if one.source.tag == "recalled"]
    assert f"{waiting.path} (" in text_of(client, "/people/amend/")
    amend = AdoptAmendment(version=new.version, digest=new.digest, because="so")
    with pytest.raises(Exception, match="is recalled and was seen in no document"):
        write_service.perform(amend, "office-1", how=PROVED)
    address = f"{LIST}confirm/{waiting.path}/?text={new.digest}"
    assert address in text_of(client, LIST).replace("&amp;", "&")
    assert client.get(address.replace(new.digest, "0" * 64)).status_code == 404
    sent = {"document": "Protocol", **web_trial_day(), **proof_on(client.get(address))}
    assert client.post(address, sent).status_code == 302
    again = rest(account, path=waiting.path, value=waiting.digest, text=new.digest)
    assert [one["code"] for one in again["refusals"]] == [
        "step-up.by-key",
        "assumption.confirmed-already",
    ]
    assert f"{waiting.path} (" not in text_of(client, "/people/amend/")
    write_service.perform(amend, "office-1", how=PROVED)
    assert adopted.study().digest == new.digest


def rest(account: Account, **fields: str) -> dict[str, list[dict[str, str]]]:
    """What a program hears that confirms the same."""
    key = tokens.make_token(account, "a test")
    body = json.dumps({"fields": {**fields, "document": "Protocol"}})
    answer = Client(headers={"Authorization": f"Bearer {key}"}).post(
        "/api/acts/assumption.confirm", body, content_type="application/json"
    )
    return json.loads(answer.content)
