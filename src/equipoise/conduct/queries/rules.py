"""What the rules of the study ask of recorded values: worked out from them, and never stored.

A rule is an edit check of an item or of a form as a whole, or that an answer stands where it is not
asked any longer. It is judged on the copy of the form in which the answers stand, on the day of
that form, as it was when it was saved; other forms count as they stand, and so do the earlier
copies on which it looks back. A value that it reads and that is changed anywhere has it judged
anew.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain

from equipoise.conduct.answers import LIMITS
from equipoise.conduct.confirmed import SOFT_CHECK
from equipoise.conduct.earlier import as_of, copies_before
from equipoise.conduct.facts import EVERY_COPY, SubjectFacts
from equipoise.conduct.queries.remembered import Remembered
from equipoise.conduct.state.forms import Record, Save, record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Labels
from equipoise.logic.language import parsed
from equipoise.logic.needed import facts_needed
from equipoise.logic.plain import plain
from equipoise.logic.truth import Truth
from equipoise.study.catalogue import everywhere
from equipoise.study.forms import Check, Form, Item, code_of
from equipoise.study.model import Study
from equipoise.study.parts import Text

__all__ = [
    "NO_VISIT",
    "NOT_ASKED",
    "Fired",
    "Rule",
    "fired_rules",
    "place_in",
    "values_at",
    "words_of_checks",
    "words_of_rules",
]

NO_VISIT = "-"
"""What stands for no visit in the name of a query, and for no question in the address of one."""
NOT_ASKED = "not-asked"
Copies = dict[str, list[Record]]
"""The filled copies of forms, by their forms."""
NOT_ASKED_ANY_LONGER = everywhere("This is answered, and is not asked given the other answers")


@plain
class Rule:
    """One rule of an item; its condition is its name in the record."""

    condition: str
    """The condition of an edit check; NOT_ASKED where the answer should not be there."""
    names: frozenset[str]
    """The items that it reads, itself among them."""
    wording: Text
    before: frozenset[str] = frozenset()
    """The items of earlier copies of the form that it reads."""

    @property
    def code(self) -> str:
        """A short name by which a query is found; the same for as long as the rule is."""
        return NOT_ASKED if self.condition == NOT_ASKED else code_of(self.condition)


@plain
class Fired:
    """A rule that an answer did not fulfil, once or now."""

    record: Record
    item: str
    """Empty of a rule of the form as a whole."""
    rule: Rule
    fails: bool
    since: Save | None
    """The save with which it last began to fail."""
    times: int
    """How often it began to fail, also of an answer that was mended before it was saved."""
    changed: int
    """How often a value that it reads was changed so that it held again."""
    saves: list[Save]
    """Those at which it asked whoever saved."""
    values: str

    @property
    def key(self) -> str:
        """The name of the query."""
        visit = self.record.visit or NO_VISIT
        return f"{self.record.form}~{visit}~{self.record.number}~{self.item}~{self.rule.code}"

    @property
    def confirmed(self) -> int:
        """How often somebody said when saving why the value is right."""
        return sum(self.place in one.confirmed.get(SOFT_CHECK, {}) for one in self.saves)

    @property
    def place(self) -> str:
        """Where it asks whoever saves: at its item, or by its own name."""
        return self.item or self.rule.code

    @property
    def at(self) -> datetime | None:
        """When it began to fail."""
        return self.since.at if self.since else None


def place_in(key: str) -> tuple[str, str, int] | None:
    """The copy of a form that the name of a rule's query tells; None where it is no such name."""
    parts = key.split("~")
    if len(parts) != 5 or not (parts[2].isascii() and parts[2].isdecimal()):
        return None
    return parts[0], "" if parts[1] == NO_VISIT else parts[1], int(parts[2][:6])


def fired_rules(study: Study, subject: Subject) -> Iterator[Fired]:
    """Every rule that some recorded answer does not fulfil, or once did not."""
    remembered, copies = Remembered(study, subject), subject.forms.by_form()
    for key, record in subject.forms.records.items():
        yield from remembered.fired(key, record, partial(_fired_of, study, subject, copies, record))


def _fired_of(
    study: Study, subject: Subject, copies: Copies, record: Record, read: set[str]
) -> Iterator[Fired]:
    """The same of one copy of a form.

    :param copies: every filled copy of every form
    :param read: the forms and the chapters that are asked for it
    """
    form = study.form_of.get(record.form)
    found = list(_rules_on(study, form, record)) if form else []
    if not found:
        return
    facts = _facts_of(study, subject, copies, record, read)
    for item, rule in found:
        read |= _forms_read(study, record, rule)
        fails = _fails(facts, item, record, rule)
        if not fails and _stands_as_saved(study, copies, record, rule):
            continue  # as nearly all do
        fired = _fired(study, subject, copies, record, item, rule, facts, fails)
        if fired.times:
            yield fired


def _forms_read(study: Study, record: Record, rule: Rule) -> set[str]:
    """The forms of which the saves decide how often a rule failed."""
    forms = {study.form_asking[name].id for name in rule.names}
    return forms | {EVERY_COPY + record.form} if rule.before else forms


def _stands_as_saved(study: Study, copies: Copies, record: Record, rule: Rule) -> bool:
    """Whether a copy was saved once, without a question, and nothing that is read since then."""
    if len(record.saves) != 1 or record.saves[0].checks:
        return False
    saved, forms = record.saves[0].order, {study.form_asking[name].id for name in rule.names}
    others = [one for name in forms - {record.form} for one in copies.get(name, ())]
    if rule.before:  # later copies are not looked back on
        others += [one for one in copies.get(record.form, ()) if one.on <= record.on]
    return all(one.saves[-1].order <= saved for one in others if one.saves)


def _rules_on(study: Study, form: Form, record: Record) -> Iterator[tuple[Item | None, Rule]]:
    """The rules of what is answered on a copy of a form; those of no item are of the form."""
    for item in form.items:
        if (item.checks or item.shown_when) and record.answers(item.id):
            yield from ((item, rule) for rule in _rules_of(study, item))
    for rule in _rules_of_form(study, form):
        if any(record.answers(name) for name in rule.names & form.item_of.keys()):
            yield None, rule


def _rules_of(study: Study, item: Item) -> Iterator[Rule]:
    if item.shown_when:
        names = study.items_read(item.shown_when) | {item.id}
        yield Rule(condition=NOT_ASKED, names=names, wording=NOT_ASKED_ANY_LONGER)
    yield from (_rule(study, check, {item.id}) for check in item.checks)


def _rules_of_form(study: Study, form: Form) -> Iterator[Rule]:
    yield from (_rule(study, check, set()) for check in form.checks)


def _rule(study: Study, check: Check, own: set[str]) -> Rule:
    names, before = study.items_read(check.that) | own, study.items_before(check.that)
    return Rule(condition=check.that, names=names, wording=check.because, before=before)


def words_of_rules(study: Study) -> Labels:
    """What the rules say, by their English."""
    rules = [rule for item in study.items.values() for rule in _rules_of(study, item)]
    rules += [rule for form in study.forms for rule in _rules_of_form(study, form)]
    return {one.wording["en"]: one.wording for one in rules if "en" in one.wording}


def words_of_checks(study: Study) -> Iterator[tuple[str, str, bool]]:
    """Of each check its item, or form, what it says in English, and whether it reads the arm."""
    checks = [(item.id, check) for item in study.items.values() for check in item.checks]
    checks += [(form.id, check) for form in study.forms for check in form.checks]
    for name, check in checks:
        reads_arm = "arm" in facts_needed(parsed(check.that), study.vocabulary)
        yield name, check.because.get("en", ""), reads_arm


def values_at(study: Study, subject: Subject, form: str, visit: str, number: int, item: str) -> str:
    """The same of one question on a copy of a form, or of all; empty where none is begun."""
    record = subject.forms.records.get(record_key(form, visit, number))
    known = study.form_of.get(form)
    names = frozenset({item} if item else known.item_of if known else ())
    return values_read(study, subject, record, names) if record else ""


def values_read(study: Study, subject: Subject, record: Record, names: frozenset[str]) -> str:
    """The entries from which the values come that stand now, as one text."""
    copies = subject.forms.by_form()
    return _entries_of(_saves(study, subject, copies, record, names, frozenset()))


def _entries_of(saves: Iterable[list[Save]]) -> str:
    return " ".join(str(seq) for seq in sorted({several[-1].seq for several in saves}))


def _saves(
    study: Study,
    subject: Subject,
    copies: Copies,
    record: Record,
    names: frozenset[str],
    before: frozenset[str],
) -> Iterator[list[Save]]:
    """The saves of every answer to these items, with its unit and limits, version by version.

    Of the form itself this copy alone counts, as when it was saved, and of the earlier ones what is
    looked back on.
    """
    found = (study.form_asking.get(name) for name in names)
    asking = {form.id: form for form in found if form}
    earlier = {id(one) for one in copies_before(subject, record)} if before else set()
    for other in chain.from_iterable(copies.get(name, ()) for name in asking):
        read = names
        if other.form == record.form and other is not record:
            read = before if id(other) in earlier else frozenset()
        now = other.current
        for item in read & asking[other.form].item_of.keys():
            for name in (item, *(f"{item}.{part}" for part in LIMITS)):
                if name in now and (saves := other.saves_of(name)):
                    yield saves


def _fired(
    study: Study,
    subject: Subject,
    copies: Copies,
    record: Record,
    item: Item | None,
    rule: Rule,
    now: SubjectFacts,
    fails_now: bool,
) -> Fired:
    """How often a rule failed and held again, from value to value."""
    saves = list(_saves(study, subject, copies, record, rule.names, rule.before))
    # Before it was answered it fulfilled every rule.
    own = [item.id] if item else [name for name in rule.names if record.answers(name)]
    begun = min(one[0].order for name in own if (one := record.saves_of(name)))
    points = {one.order: one for several in saves for one in several if one.order >= begun}
    key = record_key(record.form, record.visit, record.number)
    fails, times, changed, since = False, 0, 0, None
    for seq in sorted(points):
        failed = fails
        if seq == max(points):
            fails = fails_now
        else:
            then = as_of(subject, seq)
            copy = then.forms.records.get(key)
            fails = bool(
                copy
                and any(copy.answers(name) for name in own)
                and _fails(
                    _facts_of(study, then, then.forms.by_form(), copy, now.read), item, copy, rule
                )
            )
        times, changed = times + (fails > failed), changed + (fails < failed)
        since = points[seq] if fails > failed else since
    place = item.id if item else rule.code
    asking = [one for one in record.saves if rule.condition in one.checks.get(place, ())]
    mended = sum(place in one.first.get(SOFT_CHECK, {}) for one in asking)
    return Fired(
        record=record,
        item=item.id if item else "",
        rule=rule,
        fails=fails,
        since=since,
        times=times + mended,
        changed=changed + mended,
        saves=asking,
        values=_entries_of(saves),
    )


def _fails(facts: SubjectFacts, item: Item | None, record: Record, rule: Rule) -> bool:
    """Whether an answer does not fulfil a rule; what is not known fails nothing."""
    is_asked = facts.asks(item, record) if item else Truth.TRUE
    if rule.condition == NOT_ASKED:
        return is_asked is Truth.FALSE
    return is_asked is not Truth.FALSE and facts.holds(rule.condition) is Truth.FALSE


def _facts_of(
    study: Study, subject: Subject, copies: Copies, record: Record, read: set[str]
) -> SubjectFacts:
    """What is known with this copy of the form alone, on its day."""
    alone = {**copies, record.form: [record]}
    facts = SubjectFacts(study, subject, record.on, copies=alone).on_copy_of(subject, record)
    facts.read = read
    return facts
