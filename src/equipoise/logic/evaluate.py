"""Asking a rule about one subject: the answer, in a sentence, with what it rests on and lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from equipoise.logic.arithmetic import EXACT, arithmetic
from equipoise.logic.bare import truth_at, value_at
from equipoise.logic.days import DateSpan
from equipoise.logic.expiry import changes_on
from equipoise.logic.facts import Facts, Vocabulary
from equipoise.logic.figures import opening
from equipoise.logic.interpret import judge, read
from equipoise.logic.lookup import Here
from equipoise.logic.reading import Amount, Gap, Reading, Seen
from equipoise.logic.sentences import calculated_text, gap_text, sentence, title_text, value_text
from equipoise.logic.translator import ENGLISH, Translator
from equipoise.logic.tree import Name, Node
from equipoise.logic.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A value that was looked at, for people: in the unit that the study works with."""

    name: str
    label: str
    value: str
    on: date | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What leaves the answer open.

    `code` is one of none, too-old, not-yet-valid, unit, uln, anchor, incomplete, judgement,
    censored; `because` says it in a sentence.
    """

    name: str
    label: str
    because: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to a rule.

    `missing` is empty unless the truth is unknown. `changes_on` is the first day after the one
    asked about on which the answer will differ if nothing new is recorded. `judged` says that
    the answer rests, or waits, on a judgement.
    """

    truth: Truth
    sentence: str
    used: tuple[Used, ...]
    missing: tuple[Missing, ...]
    changes_on: date | None
    judged: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The bare answer to a rule, told in any language once somebody asks why."""

    _found: Reading

    @property
    def truth(self) -> Truth:
        """The answer itself."""
        return self._found.truth

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The names of what leaves it open, in the order of the rule."""
        return tuple(_missing_name(gap) for gap in self._found.gaps)

    def sentence(self, into: Translator) -> str:
        """Why it is so."""
        return sentence(self._found.remarks, self.truth, into)


def answer(
    node: Node, vocabulary: Vocabulary, facts: Facts, on: date, *, wanted: bool | None = None
) -> Answer:
    """The answer on a day alone; `wanted` as for `evaluate`."""
    return Answer(judge(node, Here(vocabulary, facts, on, wanted=wanted)))


def evaluate(
    node: Node,
    vocabulary: Vocabulary,
    facts: Facts,
    on: date,
    into: Translator = ENGLISH,
    *,
    wanted: bool | None = None,
) -> Outcome:
    """The answer on a day, told in the language that is handed in.

    `wanted` is the answer that is hoped for: True for an inclusion criterion, False for an
    exclusion. With it, a comparison is told as what is needed; without it, as what is the case.
    """
    here = Here(vocabulary, facts, on, wanted=wanted)
    found = judge(node, here)
    return Outcome(
        truth=found.truth,
        sentence=sentence(found.remarks, found.truth, into),
        used=tuple(dict.fromkeys(_used(seen, into) for seen in found.seen)),
        missing=tuple(dict.fromkeys(_missing(gap, into) for gap in found.gaps)),
        changes_on=changes_on(node, here, found.truth),
        judged=found.judged,
    )


def truth_of(node: Node, vocabulary: Vocabulary, facts: Facts, on: date) -> Truth:
    """The bare answer on a day, without reasons: for checks that only need to pass."""
    return truth_at(node, Here(vocabulary, facts, on))


def value_of(
    node: Node, vocabulary: Vocabulary, facts: Facts, on: date
) -> Decimal | str | bool | date | None:
    """The value of a derived item on a day; None if it is not known exactly."""
    value = value_at(node, Here(vocabulary, facts, on))
    if isinstance(value, Amount):
        return value.number.lo if value.number.exact else None
    if isinstance(value, DateSpan):
        return value.first if value.exact else None
    if isinstance(value, Truth):
        return value is Truth.TRUE if value.known else None
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """A worked-out value: as programs and people have it, how it came about, what it lacks.

    `value` is None where it is not known; `text` and `arithmetic` are then empty.
    """

    value: str | None
    text: str
    arithmetic: str
    missing: tuple[Missing, ...]

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The names of what leaves it open."""
        return tuple(one.name for one in self.missing)


def calculated(
    name: str,
    vocabulary: Vocabulary,
    facts: Facts,
    on: date,
    decimals: int = 1,
    into: Translator = ENGLISH,
) -> Calculated:
    """The value of a derived fact on a day, with its arithmetic in the reader's language.

    :param decimals: to which the value that is told is rounded; nothing else is
    """
    fact, here = vocabulary[name], Here(vocabulary, facts, on)
    found = read(Name(name), here)
    if found.value is None or found.value is Truth.UNKNOWN:
        missing = tuple(dict.fromkeys(_missing(gap, into) for gap in found.gaps))
        return Calculated(value=None, text="", arithmetic="", missing=missing)
    way = arithmetic(fact.formula, here, into) if fact.formula else ""
    text = calculated_text(found.value, fact, decimals, into)
    plain = calculated_text(found.value, fact, EXACT, ENGLISH, plain=True)
    return Calculated(value=plain, text=text, arithmetic=way, missing=())


def _used(seen: Seen, into: Translator) -> Used:
    fact = seen.title.fact
    label = opening(title_text(seen.title, into))
    return Used(
        name=fact.name if fact and seen.row is None else _path(seen),
        label=label
        if seen.row is None
        else f"{opening(seen.row.fact.called(into.language))}: {label}",
        value=value_text(seen.value, fact, into),
        on=seen.on,
        source=seen.source,
    )


def _path(seen: Seen) -> str:
    name = seen.title.fact.name if seen.title.fact else seen.title.name
    return f"{seen.row.fact.name}[{seen.row.number}].{name}" if seen.row else name


def _missing(gap: Gap, into: Translator) -> Missing:
    return Missing(
        name=_missing_name(gap),
        label=opening(title_text(gap.title, into)),
        because=gap_text(gap, into),
        code=gap.code,
    )


def _missing_name(gap: Gap) -> str:
    name = gap.title.fact.name if gap.title.fact else gap.title.name or gap.title.how
    return name if gap.row is None else f"{gap.row.fact.name}[{gap.row.number}].{name}"
