"""Edit checks of what is being saved: a hard one refuses it, a soft one asks why it is right.

A soft check asks when something that it reads is answered anew. What stood already and fails since
a value changed elsewhere is asked by its query, and stops nobody who saves something else.
"""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Protocol

from equipoise.conduct.act import Context
from equipoise.conduct.confirmed import SOFT_CHECK, Confirmed
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Record, Value, record_key
from equipoise.logic.facts import Kind
from equipoise.logic.language import parsed
from equipoise.logic.lookup import latest
from equipoise.logic.needed import facts_needed
from equipoise.logic.truth import Truth
from equipoise.study.earlier import earlier_of
from equipoise.study.forms import Check, Form, Item
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Phrase, Reason, Refusal, Wording

__all__ = [
    "answered_anew",
    "answered_first",
    "asked_of",
    "asked_of_others",
    "failed_checks",
    "failed_form_checks",
    "items_in_question",
    "soft_checks_at",
]

HARD = Reason("item.check", "", "{said}")
HARD_OF_SEVERAL = Reason("item.check", "", "{said} ({numbers})")
_NUMBERS = (Kind.NUMBER, Kind.QUANTITY)
_NUMBER_OF = {
    "": Phrase("{item} {value}"),
    "previous": Phrase("{item} {value} the time before"),
    "first": Phrase("{item} {value} the first time"),
}
SOFT = Reason(SOFT_CHECK, "", "{said}. Mend it, or say why it is right")
FIRST = (SOFT_CHECK, "item.implausible")
"""The questions of which it is kept what was answered first. (What asks about words is none of
them: what was taken out of a text for being somebody's name is kept nowhere.)"""


class Saving(Protocol):
    """A save, by the copy of the form that it is of."""

    @property
    def form(self) -> str: ...
    @property
    def visit(self) -> str: ...
    @property
    def number(self) -> int: ...


def answered_anew(
    record: Record | None, dated: bool, before: Mapping[str, Value], values: Mapping[str, Value]
) -> set[str] | None:
    """The items that a save answers otherwise than they stood; None where all counts as new.

    :param dated: whether it gives the form another day
    """
    if record is None or dated:
        return None
    return {n.partition(".")[0] for n, value in values.items() if before.get(n, "") != value}


def failed_checks(
    study: Study, facts: SubjectFacts, item: Item, anew: Collection[str] | None
) -> Iterator[Refusal]:
    """What the checks of an answered item have against the answers as they will stand.

    :param anew: the items that are answered otherwise than they stood; None: all of them
    """
    judged = [one for one in item.checks if not one.soft or _reads_any(study, item, one, anew)]
    failed = [check for check in judged if facts.holds(check.that) is Truth.FALSE]
    for check in failed:
        if not check.soft:
            yield _hard(study, facts, item.id, check)
    if asking := [one for one in failed if one.soft]:
        yield SOFT(item.id, said=tuple(check.because for check in asking))


def failed_form_checks(
    study: Study, facts: SubjectFacts, form: Form, record: Record, anew: Collection[str] | None
) -> Iterator[Refusal]:
    """The same of the checks of the form as a whole, each at a place of its own.

    :param record: the copy of the form as it will stand
    """
    for check in form.checks:
        own = study.items_read(check.that) & form.item_of.keys()
        if not any(record.answers(name) for name in own):
            continue
        if facts.holds(check.that) is not Truth.FALSE:
            continue
        if not check.soft:
            yield _hard(study, facts, check.code, check)
        elif anew is None or not study.items_read(check.that).isdisjoint(anew):
            yield SOFT(check.code, said=(check.because,))


def _hard(study: Study, facts: SubjectFacts, where: str, check: Check) -> Refusal:
    """Why a check refuses; of several numbers, each with what it is now."""
    numbers = tuple(_numbers(study, facts, check))
    if len(numbers) < 2:
        return HARD(where, said=check.because)
    return HARD_OF_SEVERAL(where, said=check.because, numbers=numbers)


def _numbers(study: Study, facts: SubjectFacts, check: Check) -> Iterator[Wording]:
    words = study.check_words
    for name in sorted(facts_needed(parsed(check.that), words)):
        observations = facts.observations(name) if words[name].kind in _NUMBERS else ()
        if not observations:
            continue
        last, back = latest(observations), earlier_of(name)
        if isinstance(last.value, Decimal):
            value = Amount(last.value, last.unit or words[name].unit, last.comparator)
            phrase = _NUMBER_OF[back.which if back else ""]
            yield phrase(item=words[name].label, value=value)


def _reads_any(study: Study, item: Item, check: Check, anew: Collection[str] | None) -> bool:
    if anew is None or item.id in anew:
        return True
    return not study.items_read(check.that).isdisjoint(anew)


def answered_first(
    form: Form, first: Confirmed, before: Mapping[str, Value], values: Mapping[str, Value]
) -> Confirmed:
    """What was typed first, where something else is saved in its place."""
    found: Confirmed = {}
    for code in FIRST:
        for where, text in first.get(code, {}).items():
            item = form.item_of.get(where)
            now = values.get(where, before.get(where, ""))
            if item and _is_no_words(item) and not is_blank(text) and now != text:
                found.setdefault(code, {})[where] = text
    return found


def _is_no_words(item: Item) -> bool:
    return bool(item.choices) or item.of_kind.fact not in (Kind.TEXT, Kind.LIST)


def items_in_question(study: Study, code: str, where: str) -> frozenset[str]:
    """The items of which a question asks: that of its place, and what the checks read."""
    name = where.partition(".")[0]
    read = (study.items_read(check.that) for check in soft_checks_at(study, code, where))
    return frozenset({name}).union(*read)


def soft_checks_at(study: Study, code: str, where: str) -> list[Check]:
    """The checks that may ask at a place: those of its item, or the one of a form."""
    if code != SOFT_CHECK:
        return []
    item, of_form = study.items.get(where), study.checks_of_forms.get(where)
    checks = item.checks if item else of_form[1:] if of_form else ()
    return [check for check in checks if check.soft]


def asked_of_others(context: Context, act: Saving, refusal: Refusal) -> bool:
    """Whether a value of which a question asks was changed since the person looked.

    What they said was of the value that they saw, so that it is no answer.
    """
    seen, study = context.seen, context.study
    if seen is None:
        return False
    names_read = items_in_question(study, refusal.code, refusal.where)
    checks = soft_checks_at(study, refusal.code, refusal.where)
    looks_back = any(study.items_before(check.that) for check in checks)
    here = record_key(act.form, act.visit, act.number)
    forms = {form.id for name in names_read if (form := study.form_asking.get(name))}
    for key, record in context.subject.forms.records.items():
        if record.form in forms and (looks_back or key == here or record.form != act.form):
            later = {n for save in record.saves if save.seq > seen for n in save.values}
            names = {name for name in later if name.partition(".")[0] in names_read}
            if any(one.seq > seen for name in names for one in record.versions(name)[-1:]):
                return True
    return False


def asked_of(form: Form, refusals: Collection[Refusal]) -> dict[str, list[str]]:
    """The conditions of the soft checks that ask, by item; of the form itself by their codes."""
    found: dict[str, list[str]] = {}
    for refusal in refusals:
        item, texts = form.item_of.get(refusal.where), refusal.values.get("said")
        checks = item.checks if item else [c for c in form.checks if c.code == refusal.where]
        if refusal.code == SOFT_CHECK and isinstance(texts, tuple):
            found[refusal.where] = [one.that for one in checks if one.because in texts]
    return found
