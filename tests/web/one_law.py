"""What is tried at every door: acts that are refused, each of someone as they stand; and doors.

`WHOM` makes participants by acts, `TRIED` names what is sent of them. What the trial itself says is
the measure; a program and a page are asked for the same.
"""

import html
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import msgspec
from django.test import Client
from django.urls import NoReverseMatch, reverse

from equipoise.conduct import trial
from equipoise.conduct.act import Act, Refused, Stamp
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.input_limits import well_formed
from equipoise.conduct.queries import CloseQuery
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.randomisation import MarkDraw
from equipoise.conduct.screening import FailScreening
from equipoise.conduct.state.forms import Record, Save, record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.reason import Refusal, places
from equipoise.web import adopted, home, tokens, write_service
from equipoise.web.models import Account
from equipoise.web.views.form_data import flat_of
from tests import web_trial
from tests.web_trial import again, signed_in

Found = set[tuple[str, str]]
DOCTOR = "doctor-01"

BY_KEY = ("step-up.by-key", "")

# Where a page does not say the same, and what it does.
NOT_THERE = "it offers no such thing, or not to this person: there is no such page"
ASKS_ITSELF = "it asks for an answer before the trial is asked"
SHOWS = "it shows what was done before"
CANNOT = "it has no place where this could be typed"
TODAY = "it is done today; no day is asked"
LEFT_OUT = "what is not asked, given the other answers, is not among what it sends"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One act that the trial refuses."""

    kind: str
    whom: str = ""
    by: str = DOCTOR
    days: int = 0
    """How many days from today it is said to have happened."""
    seen: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    page: str = ""
    """Why its page does not say the same; empty where it does."""

    @property
    def on(self) -> date:
        return write_service.today() + timedelta(days=self.days)


def tried(
    kind: str,
    whom: str = "",
    /,
    by: str = DOCTOR,
    days: int = 0,
    page: str = "",
    **fields: Any,
) -> Tried:
    """An act with its fields."""
    return Tried(kind=kind, whom=whom, by=by, days=days, page=page, fields=fields)


def saved(whom: str, form: str, visit: str = "screening", /, **how: Any) -> Tried:
    """A form with some answers."""
    said = {name: how.pop(name) for name in ("number", "reason") if name in how}
    days, seen, page = how.pop("days", 0), how.pop("seen", None), how.pop("page", "")
    fields = {"form": form, "visit": visit, "values": how.pop("values", how), **said}
    return Tried(kind="forms.save", whom=whom, days=days, seen=seen, page=page, fields=fields)


def last(whom: str) -> int:
    """The last entry of the participant's own stream."""
    return again(Subject(subject_id=someone(whom))).seq


def voter(whom: str) -> str:
    """Who gave the last vote."""
    return again(Subject(subject_id=someone(whom))).panel.reviews[-1].votes[-1].by


def other_arm(whom: str) -> tuple[str, str]:
    """A form and a visit that only the other arm has."""
    allocation = again(Subject(subject_id=someone(whom))).randomisation.allocation
    return ("surgery", "surgery") if allocation and allocation.arm == "A" else _START


_START = ("treatment_start", "start")


def _after(subject: Subject, act: Act, by: str = DOCTOR, days: int = 0) -> Subject:
    on = write_service.today() - timedelta(days=days)
    write_service.perform(act, by, on, subject.subject_id)
    return again(subject)


def _dead() -> Subject:
    return _after(web_trial.screened(), RecordDeath(cause="disease"), days=3)


def _left() -> Subject:
    return _after(web_trial.consented(), WithdrawConsent(scope="everything"), days=3)


def _failed() -> Subject:
    return _after(web_trial.consented(), FailScreening(criteria=[], note="moved away"))


def _marked() -> Subject:
    return _after(web_trial.randomised(), MarkDraw(reason="the wrong person"))


def _young() -> Subject:
    act = SaveForm(form="demography", visit="screening", values={"birth_date": "2015"})
    return _after(web_trial.consented(), act)


def _voided() -> Subject:
    return _after(web_trial.filled(), VoidEntry(entry=3, reason="the wrong person"))


def _queried() -> Subject:
    subject = web_trial.filled()
    web_trial.query_of(subject.subject_id)
    return again(subject)


def _query_closed() -> Subject:
    subject = _queried()
    return _after(subject, CloseQuery(query=str(subject.seq), text="known"), "monitor")


WHOM: dict[str, Callable[[], Subject]] = {
    "screened": web_trial.screened,
    "consented": web_trial.consented,
    "filled": web_trial.filled,
    "asked": web_trial.asked,
    "voted": web_trial.voted,
    "one vote": lambda: web_trial.voted(1),
    "eligible": web_trial.eligible,
    "registered": web_trial.registered,
    "randomised": web_trial.randomised,
    "dead": _dead,
    "left": _left,
    "failed": _failed,
    "marked": _marked,
    "voided": _voided,
    "young": _young,
    "queried": _queried,
    "query closed": _query_closed,
}


@cache
def _made(whom: str) -> str:
    return WHOM[whom]().subject_id


def someone(whom: str) -> str:
    """The number of the participant who stands so; made once in a test."""
    return _made(whom) if whom in WHOM else whom


def forget() -> None:
    """Another test has participants and keys of its own."""
    for kept in (_made, _key, _browser):
        kept.cache_clear()


def by_the_trial(one: Tried) -> Found:
    """What the trial itself says."""
    act = msgspec.convert(one.fields, ACTS[one.kind])
    stamp, study = Stamp(by=one.by, at=write_service.now(), happened=one.on), adopted.study()
    how: dict[str, Any] = {
        "subject_id": someone(one.whom),
        "random_source": RandomSource(home.secret("seed")),
    }
    try:
        well_formed(act)
        trial.perform(
            study,
            write_service.LEDGER,
            act,
            stamp,
            seen=one.seen,
            folds=write_service.folds(),
            **how,
        )
    except Refused as refused:
        return {(refusal.code, refusal.where) for refusal in refused.refusals}
    raise AssertionError(f"this is not refused: {one}")


def told_to_people(one: Tried) -> list[Refusal]:
    """The same as people read it."""
    try:
        act = msgspec.convert(one.fields, ACTS[one.kind])
        write_service.perform(
            act, one.by, one.on, someone(one.whom), seen=one.seen, how=web_trial.PROVED
        )
    except Refused as refused:
        return list(refused.refusals)
    raise AssertionError(f"this is not refused: {one}")


@cache
def _key(person_id: str) -> str:
    return tokens.make_token(Account.objects.get(person_id=person_id), "a test")


@cache
def _browser(person_id: str) -> Client:
    return signed_in(person_id)


def by_program(one: Tried) -> tuple[int, Found]:
    """What a program hears."""
    body: dict[str, Any] = {"happened": one.on.isoformat(), "fields": one.fields}
    if one.whom:
        body["subject_id"] = someone(one.whom)
    if one.seen is not None:
        body["seen"] = one.seen
    answer = Client(headers={"Authorization": f"Bearer {_key(one.by)}"}).post(
        f"/api/acts/{one.kind}", json.dumps(body), content_type="application/json"
    )
    told = json.loads(answer.content)
    refusals = told.get("refusals", told.get("problems", []))
    found = {(r["code"], r.get("where", "")) for r in refusals}
    # A program is refused for its key as well, where someone has to prove who they are.
    asks = ACTS[one.kind].step_up or one.kind == "entry.void"  # of an entry that asked it
    return answer.status_code, found - ({BY_KEY} if asks else set())


def by_page(one: Tried) -> tuple[int, str] | None:
    """What a person reads who sends the same from the act's page; None where it has no page."""
    if (address := _address(one)) is None:
        return None
    client, typed = _browser(one.by), _typed(one)
    if ACTS[one.kind].step_up:
        typed |= web_trial.proof_on(client.get(address))
    answer = client.post(address, typed)
    return answer.status_code, html.unescape(answer.content.decode()).lower()


def _address(one: Tried) -> str | None:
    whom, fields = someone(one.whom), one.fields
    try:
        if one.kind == "forms.save":
            place = fields["form"], fields["visit"] or "-", fields.get("number", 1)
            return reverse("form", args=[whom, *place])
        if one.kind == "role.end":
            return reverse(one.kind, args=[*fields.values()])
        named = [fields.get(name) or "-" for name in places(ACTS[one.kind].words.address)]
        named += [fields["site"]] if one.kind == "site.open" else []
        return reverse(one.kind, args=[*filter(None, [whom]), *named])
    except NoReverseMatch:
        return None


def _day(name: str, on: date) -> dict[str, str]:
    return {
        f"{name}.day": str(on.day),
        f"{name}.month": str(on.month),
        f"{name}.year": str(on.year),
    }


def _typed(one: Tried) -> dict[str, Any]:
    typed: dict[str, Any] = _day("happened", one.on)
    typed |= {name: value for name, value in _defaults(one.kind).items() if value}
    if one.kind == "forms.save":
        return typed | _answers(one)
    for name, value in one.fields.items():
        if name == "strata":
            typed |= {f"factor.{factor}": level for factor, level in value.items()}
            typed["number"] = someone(one.whom)
        elif name in ("scan_on", "until", "data_until"):
            typed |= _day(name, date.fromisoformat(value))
        elif name in ("begin", "end", "expires", "pump_expires"):
            parts = [*str(value).split("-"), "", ""]
            typed |= {f"{name}.{part}": parts[n] for n, part in enumerate(("year", "month", "day"))}
        else:
            typed[name] = value
    if one.kind == "role.give":
        typed |= {"known": one.fields["person"], "person": ""}
    return typed


def _defaults(kind: str) -> dict[str, Any]:
    fields = msgspec.structs.fields(ACTS[kind])
    return {f.name: f.default for f in fields if isinstance(f.default, str)}


def _answers(one: Tried) -> dict[str, Any]:
    form = adopted.study().form_of.get(one.fields["form"])
    if form is None:
        return {}
    subject = again(Subject(subject_id=someone(one.whom)))
    place = form.id, one.fields["visit"], one.fields.get("number", 1)
    held = subject.forms.records.get(record_key(*place))
    record = held or Record(form=place[0], visit=place[1], number=place[2], on=one.on)
    marks = {"by": one.by, "at": write_service.now(), "on": one.on}
    record.saves.append(Save(values=one.fields["values"], **marks))
    seen = subject.seq if one.seen is None else one.seen
    shown = [name.partition(".")[0] for name in one.fields["values"]]
    flat = {name: text for name, text in flat_of(form, record, "en").items() if text}
    for name, value in one.fields["values"].items():
        if value == "":
            flat[name] = ""
    return {**flat, "seen": str(seen), "shown": shown, "reason": one.fields.get("reason", "")}
