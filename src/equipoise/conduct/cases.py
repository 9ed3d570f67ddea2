"""Running a study's worked cases: each is performed by real acts on a ledger of its own."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial

import msgspec

from equipoise.conduct import consent, eligibility, folding, forms, panel, screening, trial
from equipoise.conduct.act import Act, Refused, Stamp
from equipoise.conduct.administration import GiveRole, OpenSite, OpenTrial
from equipoise.conduct.amendments import ActivateAmendment
from equipoise.conduct.dose_cases import doses_otherwise
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.queries import Query, queries
from equipoise.conduct.random_source import RandomSource, commitment
from equipoise.conduct.subject import Subject
from equipoise.conduct.table_cases import tables_otherwise
from equipoise.ledger import Entry, MemoryLedger
from equipoise.logic.evaluate import calculated
from equipoise.logic.extremes import half_up
from equipoise.logic.facts import FactType
from equipoise.logic.truth import Truth
from equipoise.study.cases import Case, Given
from equipoise.study.model import Study
from equipoise.study.reason import ENGLISH, Amount
from equipoise.study.sections.visits import Visit
from equipoise.study.vocabulary import CONDUCT_FACTS

__all__ = ["CaseFailed", "Impossible", "acts_of", "an_open_trial", "run", "subject_of"]

ANSWERED = {"open": "asks", "again": "asks", "answered": "answered", "closed": "answered"}
ANSWERED |= {"right": "silent"}
ANSWERS = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "unknown"}
SEED = b"a seed for worked cases, not secret"
SOMEONE = "someone"
_LEFT = frozenset(fact.name for fact in CONDUCT_FACTS)
_DECIMALS = re.compile(r"\d\.(\d+)")


@dataclass(frozen=True, slots=True)
class CaseFailed:
    """A case that does not hold: where it stands, and what followed instead."""

    place: str
    because: str
    found: str


class Impossible(Exception):
    """What a case gives could not have happened."""


def run(study: Study, cases: list[Case]) -> list[CaseFailed]:
    """The cases that do not hold."""
    opened = _opened(study)
    return [failed for case in cases for failed in _run(study, case, opened)]


def _run(study: Study, case: Case, opened: Sequence[Entry]) -> Iterator[CaseFailed]:
    try:
        subject = subject_of(study, case, opened)
    except Impossible as error:
        yield CaseFailed(case.place, case.because, str(error))
        return
    study = folding.as_active(study, MemoryLedger.of(opened))
    named = {*case.then, *case.expires}
    checked = eligibility.checklist(study, subject, case.on, only=named)
    lines = {line.criterion.id: line for line in checked}
    for name in sorted(named - lines.keys()):
        yield CaseFailed(case.place, case.because, f"there is no criterion {name}")
    for name, answer in case.then.items():
        if name in lines and ANSWERS[lines[name].satisfied] != answer:
            line = lines[name]
            found = f"{name} is {ANSWERS[line.satisfied]}, not {answer}: {line.sentence}"
            yield CaseFailed(case.place, case.because, found)
    yield from _asking(study, subject, case)
    for found in tables_otherwise(study, subject, case):
        yield CaseFailed(case.place, case.because, found)
    yield from _worked_out(study, subject, case)
    for found in doses_otherwise(study, subject, case):
        yield CaseFailed(case.place, case.because, found)
    for name, day in case.expires.items():
        if name in lines and lines[name].changes_on != day:
            found = f"{name} changes on {lines[name].changes_on}, not on {day}"
            yield CaseFailed(case.place, case.because, found)


def _asking(study: Study, subject: Subject, case: Case) -> Iterator[CaseFailed]:
    """What the checks of forms ask otherwise than the case says."""
    by_checks = {
        place: ANSWERED[one.state] for one in queries(study, subject) for place in _of(one)
    }
    for name, expected in case.checks.items():
        if name not in study.items and name not in study.form_of:
            yield CaseFailed(case.place, case.because, f"there is no item or form {name}")
        elif (now := by_checks.get(name, "silent")) != expected:
            found = f"what its checks say of {name} is: {now}, not {expected}"
            yield CaseFailed(case.place, case.because, found)


def _worked_out(study: Study, subject: Subject, case: Case) -> Iterator[CaseFailed]:
    """The derived facts that are worked out as something else, to the decimals that are written."""
    facts, words = SubjectFacts(study, subject, case.on), study.vocabulary
    for name, expected in case.gives.items():
        decimals = len((_DECIMALS.findall(expected) or [""])[-1])
        if name in _LEFT and name in words:
            if (text := _left(facts, words[name], decimals)) != expected:
                yield CaseFailed(case.place, case.because, f"{name} is {text}, not {expected}")
            continue
        if name not in words or words[name].formula is None:
            yield CaseFailed(case.place, case.because, f"there is no derived fact {name}")
            continue
        found = calculated(name, words, facts, case.on, decimals)
        if (text := found.text or "unknown") != expected:
            way = f", as {found.arithmetic}" if found.arithmetic else ""
            yield CaseFailed(case.place, case.because, f"{name} is {text}, not {expected}{way}")


def _left(facts: SubjectFacts, fact: FactType, decimals: int) -> str:
    """What a chapter leaves on the participant, as people write it: 12.6 %, 2026-11-16, yes."""
    values = [one.value for one in facts.observations(fact.name)]
    if not values:
        return "unknown"
    if isinstance(values[-1], bool):
        return "yes" if values[-1] else "no"
    if isinstance(values[-1], Decimal):
        rounded = half_up(values[-1], decimals)
        return ENGLISH.written(Amount(rounded, fact.unit))
    return str(values[-1])


def _of(query: Query) -> Iterator[str]:
    """Where a check asks; what holds again asks nowhere."""
    if query.rule and query.state != "right":
        yield query.item or query.form


def subject_of(study: Study, case: Case, opened: Sequence[Entry] = ()) -> Subject:
    """The subject to whom all that the case gives has happened.

    :param opened: the entries by which the trial was opened, where that was done before
    :raises Impossible: when something that the case gives could not have happened
    """
    ledger = MemoryLedger.of(opened or _opened(study))
    folds = folding.FreshFolds(ledger)
    site = study.sites_taking[0].id
    subject_id = trial.next_subject_id(study, ledger, site)
    first = min((given.on for given in case.given), default=case.on)
    entering = screening.EnterScreening(site=site)
    _perform(study, ledger, folds, entering, SOMEONE, min(first, case.on), subject_id)
    try:
        for given in case.given:
            for act, by in acts_of(study, given, folds, subject_id):
                perform = partial(_perform, study, ledger, folds, by=by, on=given.on)
                _sure(partial(perform, subject_id=subject_id), act, given)
    except Refused as refused:
        reasons = "; ".join(refusal.because for refusal in refused.refusals)
        raise Impossible(f"refused: {reasons}") from refused
    except msgspec.ValidationError as error:
        raise Impossible(f"an act cannot be read: {error}") from error
    return folds.subject(subject_id)


def _sure(perform: Callable[[Act], None], act: Act, given: Given) -> None:
    """Perform it, with why the answers are right of which is asked, where the case says so.

    What asks of single answers asks before what asks of them together.
    """
    try:
        perform(act)
    except Refused as refused:
        questions = {(one.code, one.where) for one in refused.refusals}
        if not given.right or not isinstance(act, forms.SaveForm):
            raise
        confirmed = {code: dict(places) for code, places in act.confirmed.items()}
        if any(where in confirmed.get(code, {}) for code, where in questions):
            raise
        for code, where in questions:
            confirmed.setdefault(code, {})[where] = given.right
        _sure(perform, msgspec.structs.replace(act, confirmed=confirmed), given)


def _opened(study: Study) -> list[Entry]:
    ledger, _ = an_open_trial(study, date(2020, 1, 1))
    return list(ledger.everything())


def acts_of(
    study: Study, given: Given, folds: folding.FreshFolds, subject_id: str
) -> Iterator[tuple[Act, str]]:
    """The acts that stand for one thing that is given, each with who does it."""
    if given.form:
        if given.visit:
            yield _save(given, given.visit, 1), SOMEONE
            return
        visit = next((v.id for v in study.visits if given.form in v.forms and _is_of_all(v)), "")
        number = len(folds.subject(subject_id).forms.of(given.form)) + 1
        # A second copy of a form that does not repeat stands for another, unplanned visit.
        form = study.form_of.get(given.form)
        at = visit if number == 1 or (form and form.repeats) else ""
        yield _save(given, at, number if at else 1), SOMEONE
    elif given.act:
        if given.act not in trial.ACTS:
            raise Impossible(f"there is no act {given.act!r}")
        yield msgspec.convert(given.fields, trial.ACTS[given.act]), SOMEONE
    elif given.panel and study.panel:
        if folds.subject(subject_id).consent_on is None:
            active = study.activated(folds.trial_state().amendments.active)
            version = consent.newest(active, folds.subject(subject_id), given.on)
            yield consent.GiveConsent(version=version), SOMEONE
        yield panel.AskPanel(scan_on=given.scan_on or given.on), SOMEONE
        for reader in folds.subject(subject_id).panel.reviews[-1].drawn[: study.panel.first]:
            yield panel.CastVote(category=given.panel), reader
        yield panel.Conclude(category=given.panel), SOMEONE


def _is_of_all(visit: Visit) -> bool:
    """Whether it comes once, and to whom no arm was drawn too, as to those of cases."""
    return visit.times == 1 and not visit.arms


def _save(given: Given, visit: str, number: int) -> forms.SaveForm:
    return forms.SaveForm(
        form=given.form or "",
        visit=visit,
        number=number,
        values=dict(given.values),
        reason=given.reason,
    )


def _perform(
    study: Study,
    ledger: MemoryLedger,
    folds: folding.FreshFolds,
    act: Act,
    by: str,
    on: date,
    subject_id: str = "",
) -> None:
    at = datetime.combine(on, time(12), tzinfo=UTC)
    stamp = Stamp(by=by, at=at, happened=on, invented=True)
    random_source = RandomSource(SEED)
    trial.perform(
        study, ledger, act, stamp, subject_id=subject_id, random_source=random_source, folds=folds
    )


def an_open_trial(study: Study, on: date) -> tuple[MemoryLedger, folding.FreshFolds]:
    """A trial in memory in which someone holds every role and a panel can be drawn.

    Every hospital works by each amendment from the day of that amendment.
    """
    ledger = MemoryLedger()
    folds = folding.FreshFolds(ledger)
    opening = OpenTrial(
        version=study.version, digest=study.digest, seed_commitment=commitment(SEED)
    )
    acts: list[Act] = [opening]
    for role in sorted(study.roles, key=lambda role: GiveRole.kind not in role.may):
        site = study.sites_taking[0].id if role.scope == "site" else ""
        acts.append(GiveRole(person=SOMEONE, role=role.id, site=site))
    if study.panel:
        people = range(study.panel.first + study.panel.more)
        acts += [GiveRole(person=f"reader-{n}", role=study.panel.role) for n in people]
    acts += [OpenSite(site=site.id) for site in study.sites_taking]
    free = _of_one_person(study)
    for act in acts:
        _perform(free, ledger, folds, act, SOMEONE, on)
    for amendment in study.amendments:
        for taking in study.sites_taking:
            activate = ActivateAmendment(amendment=amendment.id, site=taking.id)
            _perform(free, ledger, folds, activate, SOMEONE, max(on, amendment.from_on))
    return ledger, folds


def _of_one_person(study: Study) -> Study:
    """The same study in which no role excludes another: a case is not about who does what."""
    roles = tuple(role.model_copy(update={"excludes": ()}) for role in study.roles)
    free = study.model_copy(update={"roles": roles})
    vars(free).pop("role_of", None)  # worked out before of the roles as they are
    return free
