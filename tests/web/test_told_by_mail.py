"""What the study file says someone must hear: told to whom it names, once, and never in vain."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import get_args

import pytest
from django.utils.translation import override

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.chapters import messages
from equipoise.conduct.digests import digest_of_form
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.how import How
from equipoise.conduct.locks import LockParticipant
from equipoise.conduct.queries import AnswerQuery, AskQuery, AssignQuery, CloseQuery, ReopenQuery
from equipoise.conduct.safety import CorrectEvent, RecordEvent
from equipoise.conduct.signatures import SignForm
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.sections.messages import MessageRule
from equipoise.web import adopted, people, write_service
from equipoise.web.jobs import by_night, crossed
from equipoise.web.jobs.runner import run_due
from equipoise.web.mail.letters import CROSSED
from equipoise.web.models import Account, Job
from tests import web_trial
from tests.web.post_office import PostOffice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    """Everyone of the trial has an address."""
    web_trial.open_house()
    for account in Account.objects.all():
        name = people.Name(name=account.person_id, email=f"{account.person_id}@example.org")
        Account.objects.filter(pk=account.pk).update(sealed=people._sealed(name))
    with override("en"):
        yield


def to_whom(message: str) -> list[str]:
    rows = Job.objects.filter(kind="mail.send", key__startswith=f"{message}:")
    return sorted(row.key.rpartition(":")[2] for row in rows)


def do(act: object, by: str, subject: Subject) -> int:
    return write_service.perform(act, by, subject_id=subject.subject_id).seq


def asked(subject: Subject, by: str = "monitor") -> str:
    record = next(iter(subject.forms.records.values()))
    item = next(iter(record.current))
    act = AskQuery(
        form=record.form, visit=record.visit, number=record.number, item=item, text="Is it right?"
    )
    return str(do(act, by, subject))


def event(serious: str = "yes", term: str = "Bleeding") -> RecordEvent:
    return RecordEvent(
        term=term,
        grade="3",
        serious=serious,
        criteria=("hospital",) if serious == "yes" else (),
        related="no",
        begin=write_service.today().isoformat(),
        outcome="not-recovered",
    )


def test_the_study_file_may_name_every_message_that_a_chapter_leaves_to_it_and_no_other():
    named = set(get_args(MessageRule.model_fields["about"].annotation))
    assert named <= {message.name for message in messages()}
    assert {"query.asked", "event.serious", "form.late", "criteria.expiring"} <= named


def test_a_query_is_told_to_the_roles_of_its_own_hospital_that_the_study_file_names():
    subject = web_trial.filled()
    key = asked(subject)
    assert to_whom("query.asked") == ["doctor-01", "nurse-01"]  # doctor-02 works elsewhere
    do(AssignQuery(query=key, to="nurse"), "monitor", subject)
    assert to_whom("query.asked") == ["doctor-01", "nurse-01", "nurse-01"]
    do(AnswerQuery(query=key, text="Yes"), "nurse-01", subject)
    assert to_whom("query.answered") == ["monitor"]


def test_each_time_a_query_is_opened_again_it_is_told_again():
    subject = web_trial.filled()
    key = asked(subject)
    do(AnswerQuery(query=key, text="Yes"), "nurse-01", subject)
    do(ReopenQuery(query=key, text="Which?"), "monitor", subject)
    assert to_whom("query.asked") == sorted(["doctor-01", "nurse-01"] * 2)


def test_nobody_is_told_of_a_query_that_was_closed_meanwhile(post_office: PostOffice):
    subject = web_trial.filled()
    key = asked(subject)
    do(CloseQuery(query=key, text="My mistake"), "monitor", subject)
    run_due()
    assert not post_office.arrived
    assert not Job.objects.filter(kind="mail.send", done_at=None).exists()


def test_a_serious_event_is_told_at_once_also_to_who_chose_one_mail_a_day(
    post_office: PostOffice,
):
    Account.objects.update(mails_daily=True)
    subject = web_trial.consented()
    do(event("no", "Fatigue"), "nurse-01", subject)
    assert not to_whom("event.serious")
    seq = do(event(), "nurse-01", subject)
    run_due()
    readers = ["doctor-01@example.org", "monitor@example.org", "office@example.org"]
    assert sorted(post_office.to) == readers
    text = post_office.arrived[0].get_content()
    assert subject.subject_id in text and "Bleeding" not in text
    values = {name: getattr(event(), name) for name in RecordEvent.__struct_fields__} | {
        "grade": "4"
    }
    do(CorrectEvent(**values, event=seq, reason="more is known"), "nurse-01", subject)
    run_due()
    assert len(post_office.arrived) == 3, "it was told before"


def test_one_who_chose_it_gets_one_mail_each_morning_with_all_that_still_holds(
    post_office: PostOffice, later
):
    Account.objects.filter(person_id="nurse-01").update(mails_daily=True)
    subject = web_trial.filled()
    keys = [asked(subject), asked(subject, "monitor"), asked(subject)]
    run_due()
    assert set(post_office.to) == {"doctor-01@example.org"} and len(post_office.to) == 3
    do(CloseQuery(query=keys[1], text="Asked twice"), "monitor", subject)
    later(days=1.5)
    run_due()
    [mail] = [one for one in post_office.arrived if one["To"] == "nurse-01@example.org"]
    assert mail["Subject"] == "PUMP-IT: 3 things to look at"  # a criterion expires besides
    assert mail.get_content().count("waits for an answer") == 2
    assert f"/query/{keys[0]}/" in mail.get_content() and f"/{keys[1]}/" not in mail.get_content()
    assert not Job.objects.filter(kind="mail.send", done_at=None).exists()


def test_a_mail_of_a_morning_that_broke_off_comes_again_as_the_same(post_office: PostOffice, later):
    Account.objects.filter(person_id="nurse-01").update(mails_daily=True)
    subject = web_trial.filled()
    Job.objects.all().delete()
    for _ in range(2):
        asked(subject)
    Job.objects.exclude(key__endswith=":nurse-01").delete()
    post_office.answers = ["drop"]
    later(days=1.5)
    run_due()
    later(days=1.6)
    run_due()
    told = [mail.get_content().count("waits for an answer") for mail in post_office.arrived]
    assert sum(told) in (3, 4) and not Job.objects.filter(kind="mail.send", done_at=None).exists()


def test_forms_that_are_late_are_told_in_the_morning_each_once(post_office: PostOffice, later):
    subject = web_trial.randomised()
    run_due()
    post_office.arrived.clear()
    later(days=120)
    by_night.tell(None, write_service.now())
    first = Job.objects.filter(key__startswith="form.late:").count()
    assert first and set(to_whom("form.late")) == {"nurse-01"}
    by_night.tell(None, write_service.now())
    assert Job.objects.filter(key__startswith="form.late:").count() == first
    later(days=120.5)
    run_due()
    late = [mail for mail in post_office.arrived if "overdue" in mail.get_content()]
    assert [mail["To"] for mail in late] == ["nurse-01@example.org"]
    assert subject.subject_id in late[0].get_content()


def test_a_role_of_the_whole_trial_is_told_of_no_visit_that_may_tell_an_arm(monkeypatch, later):
    study = adopted.study()
    rules = [*study.messages, MessageRule(about="form.late", roles=("monitor",))]
    monkeypatch.setattr(
        adopted, "study", lambda: study.model_copy(update={"messages": tuple(rules)})
    )
    web_trial.randomised()
    later(days=120)
    by_night.tell(None, write_service.now())
    assert set(to_whom("form.late")) == {"nurse-01"}


def test_whoever_gets_the_role_later_is_not_told_of_what_was_before_but_reads_what_waits():
    subject = web_trial.filled()
    asked(subject)
    write_service.perform(GiveRole(person="doctor-02", role="nurse", site="01"), "office")
    assert "doctor-02" not in to_whom("query.asked")
    asked(subject)
    assert "doctor-02" in to_whom("query.asked")


def test_the_board_alone_is_told_once_that_a_stopping_rule_is_crossed_and_nothing_of_which():
    subject, on = web_trial.randomised(), write_service.today()
    source, everyone = "assumed: for this rule", "consent is known"
    rule = {"id": "all", "label": "Everybody", "arm": subject.arm, "among": everyone}
    rule |= {"counts": "death_on is known", "limit": 1, "source": source}
    rule |= {"exact": {"alpha": Decimal("0.025"), "source": source}}
    plain = adopted.study().model_dump(exclude={"digest"})
    calm = Study.model_validate(plain | {"stopping": {"rules": [rule]}})
    crossed.tell(calm, on, write_service.now())
    assert to_whom("stopping.crossed") == []
    study = Study.model_validate(plain | {"stopping": {"rules": [rule | {"counts": everyone}]}})
    for _ in range(2):
        crossed.tell(study, on, write_service.now())
        assert to_whom("stopping.crossed") == ["board"]
    text = CROSSED.heading.sentence + CROSSED.text.sentence
    payload = Job.objects.get(key__startswith="stopping.crossed:").payload
    assert "all" not in str(payload) and "{" not in text.replace("{trial}", "")
    assert "Everybody" not in text and subject.subject_id not in text
    page = web_trial.signed_in("office").get("/mail/")
    assert page.status_code == 200 and "For the monitoring board" not in page.content.decode()


def test_the_choice_is_made_on_ones_own_page_and_says_what_one_is_told_of(
    post_office: PostOffice,
):
    client = web_trial.signed_in("nurse-01")
    page = client.get("/me/").content.decode()
    at_once, morning = page.split("When should mails")[0].split("told in one mail each morning of:")
    assert (
        "Query to answer" in at_once and "<li>Serious adverse event</li>" not in at_once + morning
    )
    assert "Forms overdue" in morning and "Forms overdue" not in at_once
    assert client.post("/me/", {"daily": "yes"}).status_code == 302
    assert Account.objects.get(person_id="nurse-01").mails_daily
    at_once = client.get("/me/").content.decode().split("told in one mail each morning of:")[0]
    assert "Pump alarm" in at_once and "Query to answer" not in at_once
    told = web_trial.signed_in("doctor-01")
    told.post("/me/", {"daily": "yes"})
    urgent = told.get("/me/").content.decode().split("told in one mail each morning of:")[0]
    assert "Serious adverse event" in urgent and "Query to answer" not in urgent
    client.post("/me/", {"daily": "no"})
    assert not Account.objects.get(person_id="nurse-01").mails_daily


def test_letters_of_one_mail_are_put_off_and_held_and_tried_again_as_one(
    post_office: PostOffice, later
):
    Account.objects.filter(person_id="nurse-01").update(mails_daily=True)
    subject = web_trial.filled()
    Job.objects.all().delete()
    for _ in range(3):
        asked(subject)
    Job.objects.exclude(key__endswith=":nurse-01").delete()
    letters = Job.objects.filter(key__startswith="query.asked:")
    post_office.answers = ["451 later"]
    later(days=1.5)
    run_due()
    assert not post_office.arrived and not post_office.answers, "it was offered once, for all"
    assert letters.values("due", "attempts", "error", "holder").distinct().count() == 1
    later(days=1.6)
    run_due()
    (mail,) = [m for m in post_office.arrived if "waits for an answer" in m.get_content()]
    assert mail.get_content().count("waits for an answer") == 3
    assert not letters.filter(done_at=None).exists()


def test_a_letter_that_another_runner_holds_is_not_sent_with_the_others(post_office, later):
    Account.objects.filter(person_id="nurse-01").update(mails_daily=True)
    subject = web_trial.filled()
    Job.objects.all().delete()
    for _ in range(2):
        asked(subject)
    Job.objects.exclude(key__endswith=":nurse-01").delete()
    later(days=1.5)
    held = Job.objects.order_by("-id").first()
    other = {"holder": "another", "held_until": write_service.now() + timedelta(minutes=5)}
    Job.objects.filter(id=held.id).update(**other)
    run_due()
    told = [m.get_content().count("waits for an answer") for m in post_office.arrived]
    assert sum(told) == 1 and Job.objects.get(id=held.id).done_at is None


def test_a_letter_to_an_account_that_was_shut_meanwhile_is_settled_and_alarms_nobody(
    post_office: PostOffice,
):
    subject = web_trial.filled()
    asked(subject)
    Account.objects.filter(person_id="nurse-01").update(is_active=False)
    run_due()
    assert "nurse-01@example.org" not in post_office.to
    (row,) = Job.objects.filter(key__startswith="query.asked:", key__endswith=":nurse-01")
    assert row.done_at and not row.failed_at and "mail.shut" in row.error
    assert not Job.objects.filter(key__startswith="job.failed:").exists()
    page = web_trial.signed_in("office").get("/mail/").content.decode()
    assert "this account has been shut" in page


def signed(subject: Subject, by: str) -> SignForm:
    record = web_trial.again(subject).forms.records["demography@screening#1"]
    place = {"form": record.form, "visit": record.visit, "number": record.number}
    act, how = SignForm(**place, digest=digest_of_form(record)), How(meaning="m", shown="0" * 64)
    write_service.perform(act, by, subject_id=subject.subject_id, how=how)
    return act


def changed(subject: Subject, by: str, height: str) -> None:
    where = {"form": "demography", "visit": "screening", "reason": "measured again"}
    do(SaveForm(**where, values={"height": height}), by, subject)


def test_whoever_signed_is_told_once_that_their_signature_no_longer_holds(
    post_office: PostOffice,
):
    """Whichever act it fell by; not who changed it, nor who signs again, and nothing of anyone."""
    subject = web_trial.filled()
    signed(subject, "doctor-01")
    assert to_whom("signature.fallen") == []
    changed(subject, "nurse-01", "171")
    changed(subject, "nurse-01", "172")
    run_due()
    (mail,) = [m for m in post_office.arrived if "no longer holds" in m["Subject"]]
    assert mail["To"] == "doctor-01@example.org"
    assert f"/participants/{subject.subject_id}/record/" in mail.get_content()
    assert not {"171", "172", "eight", "emography"} & set(mail.get_content().split())
    signed(subject, "doctor-01")
    changed(subject, "doctor-01", "173")
    assert to_whom("signature.fallen") == ["doctor-01"], "they changed it themselves"
    signed(subject, "doctor-01")
    changed(subject, "nurse-01", "174")
    assert to_whom("signature.fallen") == ["doctor-01", "doctor-01"]
    signed(subject, "doctor-01")
    post_office.arrived.clear()
    run_due()
    assert not [m for m in post_office.arrived if "no longer holds" in m["Subject"]]


def test_nobody_is_mailed_about_someone_whose_data_were_locked_meanwhile(
    post_office: PostOffice,
):
    subject = web_trial.filled()
    asked(subject)
    left = dict.fromkeys(("forms", "queries", "verification", "review", "signatures"), "closed")
    do(LockParticipant(grade="lock", reason="closed", exceptions=left), "office", subject)
    run_due()
    assert not post_office.arrived
