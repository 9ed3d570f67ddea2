"""Nothing helps to guess the next arm or a sealed vote; no text becomes a spreadsheet's order."""

import json
from datetime import timedelta

import pytest
from django.conf import settings as ours
from django.test import Client

from equipoise.conduct import clock, forms, panel
from equipoise.conduct.act import Refused
from equipoise.conduct.administration import GiveRole
from equipoise.web import adopted, write_service
from equipoise.web.models import Account, SubjectRow
from equipoise.web.viewer import viewer_of
from tests.web_trial import PROVED

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]


def signed_in(person_id: str) -> Client:
    client, account = Client(), Account.objects.get(person_id=person_id)
    client.force_login(account, backend=ours.AUTHENTICATION_BACKENDS[0])
    return client


def viewer(person_id: str):
    account = Account.objects.get(person_id=person_id)
    return viewer_of(adopted.study(), write_service.folds().trial_state(), account)


def randomised() -> str:
    return SubjectRow.objects.filter(site="01", randomised_on__isnull=False).first().subject_id


def test_whoever_can_enrol_is_not_told_what_an_arm_was_drawn_from(ask):
    subject_id = randomised()
    for person in ("nurse-01-1", "investigator-01-1"):
        entries = json.loads(ask(person).get(f"/api/subjects/{subject_id}/entries").content)
        draw = next(entry for entry in entries if entry["kind"] == "randomisation.randomise")
        assert draw["fields"]["arm"] and draw["fields"]["basis"] is None
        assert "imbalance" not in json.dumps(entries)
    page = signed_in("investigator-01-1").get("/audit/?kind=randomisation.randomise")
    assert (
        subject_id in page.content.decode() and "Chances of the draw" not in page.content.decode()
    )


def test_the_office_and_the_monitor_who_enrol_nobody_can_read_how_each_arm_was_drawn(ask):
    subject_id = randomised()
    for person in ("office-1", "monitor-1"):
        entries = json.loads(ask(person).get(f"/api/subjects/{subject_id}/entries").content)
        draw = next(entry for entry in entries if entry["kind"] == "randomisation.randomise")
        assert draw["fields"]["basis"]["probabilities"]
        page = signed_in(person).get("/audit/?kind=randomisation.randomise").content.decode()
        assert "Chances of the draw" in page


def test_a_monitor_who_may_enrol_anywhere_sees_no_draw_any_more(monkeypatch):
    study = adopted.study()
    roles = tuple(role.model_copy(update={"excludes": ()}) for role in study.roles)
    together = study.model_copy(update={"roles": roles})
    assert viewer("monitor-1").sees_draws
    with pytest.raises(Refused, match="exclude each other"):
        write_service.perform(GiveRole(person="monitor-1", role="nurse", site="03"), "office-1")
    # A study may say nothing of it.
    monkeypatch.setattr(adopted, "study", lambda: together)
    write_service.perform(GiveRole(person="monitor-1", role="nurse", site="03"), "office-1")
    assert not viewer("monitor-1").sees_draws


def test_a_vote_stays_sealed_when_the_clock_was_set_back_before_it(monkeypatch):
    category = adopted.study().panel.categories[0].id
    row = SubjectRow.objects.filter(site="01", status="on study", panel_open=False).first()
    write_service.perform(
        panel.AskPanel(scan_on=write_service.today()), "nurse-01-1", None, row.subject_id
    )
    review = panel.open_review(write_service.folds().subject(row.subject_id))
    assert len(write_service.folds().subject(row.subject_id).panel.reviews) > 1
    earlier = review.asked.at - timedelta(hours=2)
    monkeypatch.setattr(write_service, "now", lambda: earlier)
    write_service.perform(clock.RanAhead(because="the clock was two hours ahead"), "office-1")
    vote = panel.CastVote(category=category, remark="a sealed remark")
    write_service.perform(vote, review.drawn[0], None, row.subject_id)
    for person in ("investigator-01-1", "office-1", "monitor-1"):
        page = signed_in(person).get(f"/audit/?subject={row.subject_id}").content.decode()
        assert "A sealed vote" in page and "a sealed remark" not in page


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless_in_csv_only(ask):
    row = SubjectRow.objects.filter(site="01", status="on study").first()
    formula, record = '=HYPERLINK("https://evil.example")', None
    subject = write_service.folds().subject(row.subject_id)
    record = next(r for r in subject.forms.records.values() if r.form == "laboratory")
    act = forms.SaveForm(
        form=record.form, visit=record.visit, number=record.number, values={"hb": "7.1"},
        reason=formula,
    )  # fmt: skip
    write_service.perform(act, "nurse-01-1", record.on, row.subject_id)
    nurse = ask("nurse-01-1")
    rows = json.loads(nurse.get("/api/frames/values").content)["rows"]
    assert formula in {row["reason"] for row in rows}
    text = nurse.get("/api/frames/values?format=csv").content.decode()
    assert "'=HYPERLINK" in text and ',"=HYPERLINK' not in text and ",=HYPERLINK" not in text


def test_a_site_with_the_sign_nul_is_a_mistake(ask):
    for site in ("0\0", "0" * 65):
        told = ask("nurse-01-1").post(
            "/api/subjects", json.dumps({"site": site}), content_type="application/json"
        )
        assert told.status_code == 422


def test_refusals_tell_nobody_else_how_the_sealed_votes_stand(ask):
    """When all are in, a conclusion against the majority is refused; the chair alone learns so."""
    categories = [category.id for category in adopted.study().panel.categories]
    row = SubjectRow.objects.filter(site="01", status="on study", panel_open=False).first()
    write_service.perform(
        panel.AskPanel(scan_on=write_service.today()), "nurse-01-1", None, row.subject_id
    )
    drawn = panel.open_review(write_service.folds().subject(row.subject_id)).drawn
    readers = drawn[: adopted.study().panel.first]
    for votes in range(len(readers) + 1):
        for person in ("nurse-01-1", "investigator-01-1", "office-1", "monitor-1"):
            for kind, category in (("panel.conclude", c) for c in (*categories, "none")):
                body = {"subject_id": row.subject_id, "fields": {"category": category}}
                told = ask(person).post(
                    f"/api/acts/{kind}", json.dumps(body), content_type="application/json"
                )
                codes = [refusal["code"] for refusal in json.loads(told.content)["refusals"]]
                assert codes == ["role.may-not"], (votes, person, category)
        if votes < len(readers):
            vote = panel.CastVote(category=categories[0])
            write_service.perform(vote, readers[votes], None, row.subject_id)
    body = {"subject_id": row.subject_id, "fields": {"category": categories[1]}}
    told = ask("panel-chair-1").post(
        "/api/acts/panel.conclude", json.dumps(body), content_type="application/json"
    )
    assert "panel.against-majority" in told.content.decode()


def test_the_chair_reads_the_course_until_the_conclusion_and_then_only_the_conclusion():
    chair, category = signed_in("panel-chair-1"), adopted.study().panel.categories[0].id
    row = SubjectRow.objects.filter(site="01", status="on study", panel_open=False).first()
    heading, address = "The course so far", f"/panel/{row.subject_id}/conclusion/"
    assert heading not in chair.get(address).content.decode()
    write_service.perform(
        panel.AskPanel(scan_on=write_service.today()), "nurse-01-1", None, row.subject_id
    )
    assert heading in chair.get(address).content.decode()
    drawn = panel.open_review(write_service.folds().subject(row.subject_id)).drawn
    for reader in drawn[: adopted.study().panel.first]:
        write_service.perform(panel.CastVote(category=category), reader, None, row.subject_id)
    conclusion = panel.Conclude(category=category, advice="As discussed")
    write_service.perform(conclusion, "panel-chair-1", None, row.subject_id, how=PROVED)
    page = chair.get(address).content.decode()
    assert "As discussed" in page and heading not in page
