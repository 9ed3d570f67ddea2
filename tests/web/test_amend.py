"""An amendment is read before it is adopted: what it changes, for whom; by a page and by a verb."""

import re

import pytest

from equipoise.cli import main
from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.queries import queries
from equipoise.conduct.queries_asked import OPENED
from equipoise.ledger import verify
from equipoise.web import adopted, amending, home, people, read_model, write_service
from equipoise.web.store import DatabaseLedger
from tests import before
from tests.before import edited
from tests.web.test_study_text import NOW, stand

__all__ = ["stand"]

pytestmark = [pytest.mark.database]

LABORATORY, STUDY = "forms/laboratory.yaml", "study.yaml"
PAGE = "/people/amend/"


@pytest.fixture
def proposed(stand):
    """An installation whose folder proposes a later visit and a question that must be answered."""
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
    edited(folder, STUDY, 'version: "1.0"', 'version: "1.1"')
    edited(folder, STUDY, "day: 28", "day: 30")
    edited(folder, LABORATORY, "  - id: fasting", f"{SUGAR}  - id: fasting")
    for value in ("haematocrit: 31,", "alt: 180,"):
        edited(folder, "cases/laboratory.yaml", value, f"{value} sugar: no,")
    return folder


SUGAR = """  - id: sugar
    label: {en: Sugar in the tea, nl: Suiker in de thee}
    kind: yes-no
    required: true
"""
WHOM = "TEA-01-0001, TEA-01-0002, TEA-02-0001"


@pytest.fixture
def office(client):
    account = people.make_account("office-1", "Otto", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def acts():
    return [e.kind for e in DatabaseLedger().entries("study") if e.kind.startswith("study.")]


def test_the_page_tells_what_changes_and_for_whom_and_one_post_adopts_it(proposed, office):
    assert PAGE in office.get("/people/").content.decode()
    page = office.get(PAGE).content.decode()
    for told in (
        "Visit &#39;weeks&#39;, day: from “28” to “30”",
        "Item &#39;sugar&#39; is new: Sugar in the tea",
        "The visit Four-weekly visit is on another day",
        "Laboratory is filled, and does not answer what must be answered now: Sugar in the tea",
        *WHOM.split(", "),
    ):
        assert told in page, told
    new = home.proposal()
    sent = {"version": new.version, "digest": new.digest}
    refused = office.post(PAGE, sent)
    assert refused.status_code == 422 and "Say why the study is amended" in refused.content.decode()
    assert office.post(PAGE, sent | {"because": "the visit was too early"}).status_code == 302
    assert acts()[-2:] == ["study.amend", "study.text"]
    assert adopted.study().digest == new.digest and verify(DatabaseLedger().everything()) == []
    assert "there is nothing to adopt" in office.get(PAGE).content.decode()


def test_where_the_folder_says_what_the_trial_runs_under_nothing_is_worked_out(
    stand, office, monkeypatch
):
    """Once the page ran every worked case to say that there is nothing to adopt: half a minute."""
    stand("home")
    assert adopted.make_known(NOW) == []
    read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
    monkeypatch.setattr(adopted, "fit", lambda text: pytest.fail("the worked cases were run"))
    assert "there is nothing to adopt" in office.get(PAGE).content.decode()


def test_the_page_reads_in_dutch(proposed, office):
    page = office.get(PAGE, headers={"accept-language": "nl"}).content.decode()
    assert "Het bezoek Vierwekelijks bezoek valt op een andere dag" in page
    assert "Bezoek &#39;weeks&#39;, day: van “28” naar “30”" in page


def test_a_folder_that_changed_after_it_was_read_is_not_adopted(proposed, office):
    new = home.proposal()
    edited(proposed, STUDY, "day: 30", "day: 33")
    sent = {"version": new.version, "digest": new.digest, "because": "so"}
    assert office.post(PAGE, sent).status_code == 422
    assert adopted.study().version == "1.0"


def test_what_keeps_a_text_out_stands_on_the_page_and_nothing_can_be_sent(proposed, office):
    edited(proposed, LABORATORY, "unit: U/L", "unit: ukat/L")
    page = office.get(PAGE).content.decode()
    assert "was recorded in &#39;U/L&#39;, not in &#39;ukat/L&#39;" in page
    assert "<textarea" not in page


def test_whoever_may_not_adopt_does_not_see_the_page(proposed, client):
    account = people.make_account("doctor-01", "Daan", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(PAGE).status_code == 404


def test_the_verb_tells_and_records_nothing_until_it_is_told_to_adopt(proposed, tmp_path, capsys):
    other = proposed.rename(tmp_path / "elsewhere")
    assert main(["amend", str(other)]) == 0
    told = capsys.readouterr().out
    assert "visit 'weeks', day: from “28” to “30”" in told
    assert f"The visit Four-weekly visit is on another day: 3 ({WHOM})" in told
    assert acts().count("study.amend") == 0 and adopted.study().version == "1.0"
    why = ["--because", "the visit was too early"]
    with pytest.raises(SystemExit):
        main(["amend", str(other), "--adopt", *why])
    assert main(["amend", str(other), "--adopt", *why, "--by", "doctor-01"]) == 1
    assert "your role does not allow this" in capsys.readouterr().err
    assert main(["amend", str(other), "--adopt", *why, "--by", "office-1"]) == 0
    assert adopted.study().version == "1.1" and acts()[-2:] == ["study.amend", "study.text"]
    assert main(["amend", str(other), "--adopt", *why, "--by", "office-1"]) == 1
    assert "the trial runs under this study text already" in capsys.readouterr().err


def test_the_verb_says_what_keeps_a_text_out(proposed, capsys):
    edited(proposed, "cases/laboratory.yaml", "haematocrit: 31", "haematocrit: 29")
    why = ["--because", "so", "--by", "office-1"]
    assert main(["amend", str(proposed), "--adopt", *why]) == 1
    assert "E3 is not met, not met" in capsys.readouterr().err
    assert adopted.study().version == "1.0"


def test_no_new_text_gives_itself_who_may_adopt_it(proposed, ask):
    edited(proposed, STUDY, "contact.alive, event.death]", "contact.alive, study.amend]")
    new = home.proposal()
    asked = {"fields": {"version": "1.1", "digest": new.digest, "because": "so"}}
    answer = ask("doctor-01").post("/api/acts/study.amend", asked, "application/json")
    assert "role.may-not" in answer.content.decode() and adopted.study().version == "1.0"
    assert AdoptAmendment.kind not in acts()


def test_an_earlier_text_that_is_lost_is_stated_so_on_the_page_and_in_the_audit(
    stand, office, capsys
):
    folder = stand("lost")
    assert adopted.make_known(NOW) == []
    edited(folder, STUDY, 'version: "1.1"', 'version: "1.2"')
    edited(folder, "cases/laboratory.yaml", "haematocrit: 31", "haematocrit: 310")
    new = home.proposal()
    lost = DatabaseLedger().entry("study", 1).study[:16]
    assert lost in office.get(PAGE).content.decode()
    assert main(["amend", str(folder)]) == 0
    assert (
        f"the study text {lost}…, adopted before, is not in the ledger" in capsys.readouterr().err
    )
    sent = {"version": new.version, "digest": new.digest, "because": "so"}
    refused = office.post(PAGE, sent)
    assert refused.status_code == 422 and "state that it is lost" in refused.content.decode()
    assert office.post(PAGE, sent | {"earlier_texts": "lost"}).status_code == 302
    audit = office.get("/audit/").content.decode()
    assert "Lost: the new text could not be compared with all of them" in audit


def test_a_folder_that_is_no_study_is_refused_in_words(proposed, capsys):
    edited(proposed, STUDY, "method: blocks", "method: coin")
    assert main(["amend", str(proposed)]) == 1
    assert "study.yaml" in capsys.readouterr().err
    assert before.STUDY.exists()


COMPARED = "/audit/texts/"


def test_two_adopted_texts_stand_side_by_side_and_the_audit_leads_there(proposed, office):
    first = adopted.study().digest
    assert "There is one text only" in office.get(COMPARED).content.decode()
    new = home.proposal()
    sent = {"version": new.version, "digest": new.digest, "because": "so"}
    assert office.post(PAGE, sent).status_code == 302
    link = f"{COMPARED}?new={new.digest}"
    assert f'href="{link}"' in office.get("/audit/").content.decode()
    assert f'href="{COMPARED}"' in office.get("/people/").content.decode()
    for address in (link, COMPARED, f"{link}&old={first}", f"{COMPARED}?new=nothing"):
        page = office.get(address).content.decode()
        assert "Visit &#39;weeks&#39;, day: from “28” to “30”" in page, address
        assert "Laboratory gains Sugar in the tea" in page
        assert "What keeps it from being adopted" not in page
    back = office.get(f"{COMPARED}?old={new.digest}&new={first}").content.decode()
    assert "item &#39;sugar&#39; stands in an adopted text" in back.replace("Item", "item")


def test_the_verb_compares_two_folders_or_a_folder_with_a_text_in_the_ledger(
    proposed, tmp_path, capsys
):
    digest = adopted.study().digest
    assert main(["diff", digest[:12], str(proposed)]) == 0
    told = capsys.readouterr().out
    assert "Laboratory gains Sugar in the tea" in told
    assert main(["diff", str(proposed), digest[:12]]) == 1
    assert "stands in an adopted text" in capsys.readouterr().err
    for unknown in ("0" * 12, digest[:7], str(tmp_path / "nowhere")):
        assert main(["diff", str(proposed), unknown]) == 1
        assert "would do" in (err := capsys.readouterr().err) or "holds no text" in err


def test_who_was_drawn_before_is_told_by_the_factors_of_then(proposed, office):
    """An amendment that leaves a factor out, and brings another, changes no word of what was."""
    entry = next(iter(DatabaseLedger().entries("allocation")))
    pages = ("/audit/?kind=randomisation.randomise", f"/participants/{entry.subject}/randomised/")
    before = [office.get(address).content.decode() for address in pages]
    edited(proposed, STUDY, "    - id: pressure\n", "    - id: tension\n")
    new = home.proposal()
    sent = {"version": new.version, "digest": new.digest, "because": "another name"}
    assert office.post(PAGE, sent).status_code == 302
    assert adopted.study().randomisation.factors[-1].id == "tension"
    for address, page in zip(pages, before, strict=True):
        again = office.get(address).content.decode()
        assert told_factors(again) == told_factors(page) != [], address


def told_factors(page):
    return re.findall(r"Blood pressure group.{0,120}", page, re.DOTALL)


def test_whom_a_new_check_asks_about_what_was_recorded_before_is_told_and_then_asked(
    proposed, office
):
    checks = """unit: U/L
    checks:
      - that: alt >= 35 U/L
        because: {en: ALT is 35 or more, nl: ALAT is 35 of meer}
        soft: true"""
    edited(proposed, LABORATORY, "unit: U/L", checks)
    found = amending.proposed(amending.everyone())
    opened = [effect.whom for effect in found.effects if effect.wording.phrase is OPENED]
    new = home.proposal()
    sent = {"version": new.version, "digest": new.digest, "because": "so"}
    assert office.post(PAGE, sent).status_code == 302
    texts = adopted.study(), amending.everyone()
    asked = [one.subject_id for one in texts[1] if any(q.rule for q in queries(texts[0], one))]
    assert opened == [tuple(asked)] and asked
