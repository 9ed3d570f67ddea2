"""What an amendment may do to the randomisation: each change has one rule for those drawn before.

Nobody's arm changes, and a change holds from the next draw on. What differs is whether those who
were drawn before still count when the next arms are balanced. They do where they were drawn at the
ratio, and among the arms, that hold now; else the balance begins anew. Were they counted, an arm
that opens would be given to nearly everybody until it has caught up: a guess that comes true, in
one stretch of the calendar. What would make recorded levels mean something else is refused.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import gcd

from equipoise.conduct.words import Choices
from equipoise.logic import tree
from equipoise.logic.language import Unreadable, parsed
from equipoise.logic.needed import facts_needed
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase, Reason, Refusal, Wording
from equipoise.study.sections.randomisation import Factor

__all__ = ["CHANGES", "DrawRule", "begins_anew", "codes_of", "draw_rules", "read_otherwise"]

CHANGES = Choices(
    {
        "same": "Nothing of it",
        "lost": "Not known: the study text before it is lost",
        "method": "The method",
        "arm-opened": "An arm is opened",
        "arm-closed": "An arm is closed",
        "ratio": "The ratio of the arms",
        "factor-added": "A factor is added",
        "factor-removed": "A factor is removed",
        "factor-order": "The order of the factors",
        "level-added": "A factor has a new level",
        "weight": "The weight of a factor",
        "favoured": "The probability of the favoured arm",
        "measure": "The measure of imbalance",
        "block-sizes": "The sizes of the blocks",
        "tolerated": "The largest imbalance that is tolerated",
        "sample-size": "What the sample size rests on",
    }
)
"""What may be otherwise of the randomisation, as the entry of an amendment names it."""

METHOD = Phrase("The method is {now}, and was {before}")
OPENED = Phrase("{arm} is opened")
CLOSED = Phrase("{arm} is closed")
RATIO = Phrase("The ratio is {now}, and was {before}")
ADDED = Phrase("The factor {factor} is added")
REMOVED = Phrase("The factor {factor} is removed")
ORDER = Phrase("The factors stand in another order")
LEVEL = Phrase("The factor {factor} has the new level {level}")
WEIGHT = Phrase("The factor {factor} has weight {now}, and had {before}")
FAVOURED = Phrase("The favoured arm is drawn with probability {now}, and was with {before}")
MEASURE = Phrase("Imbalance is measured by {now}, and was by {before}")
SIZES = Phrase("Blocks have the sizes {now}, and had {before}")
TOLERATED = Phrase("An imbalance of {now} is tolerated, and was of {before}")
SAMPLE = Phrase("The sample size rests on other figures")

COUNT = Phrase("those drawn before count on, as they were drawn")
ANEW = Phrase(
    "the balance begins anew: nobody drawn before counts, and blocks that are not full stay so"
)
REST_COUNT = Phrase("whoever was given it stays in it and counts no more; the others count on")
NO_LEVEL = Phrase(
    "those drawn before count under the other factors: of this one they have no level"
)
LEFT_FACTORS = Phrase("those drawn before count under the factors that are left")
NEW_LEVEL = Phrase("it begins with nobody; the other levels go on as they were")
ALONE = Phrase("each arm is drawn by the ratio alone, whatever went before")
IDLE = Phrase("this method draws by no factor; it is recorded with the draw")
TOLD = Phrase("{change}: {rule}")
ENDS = Phrase("the draw does not ask for it; accrual ends when it is closed")

LEVEL_GONE = Reason(
    "study.level-removed",
    "",
    "factor '{id}' had the level '{level}', which may stand in draws: keep it, though nobody new "
    "comes to it",
)
OTHERWISE = Reason(
    "study.factor-changed",
    "",
    "factor '{id}' would be worked out otherwise than for those who were drawn: give it another "
    "id, and leave this factor out",
)


@dataclass(frozen=True, slots=True)
class DrawRule:
    """One change of the randomisation, and what it means for those who were drawn before."""

    code: str
    change: Wording
    rule: Wording

    @property
    def wording(self) -> Wording:
        """The change and its rule, in one sentence."""
        return TOLD(change=self.change, rule=self.rule)

    @property
    def anew(self) -> bool:
        """Whether nobody who was drawn before counts from then on."""
        return self.rule.phrase is ANEW


def draw_rules(before: Study, now: Study) -> list[DrawRule]:
    """Every change of the randomisation from one text to the next, each with its rule."""
    return [rule for changes in _KINDS for rule in changes(before, now)]


def begins_anew(rules: Iterable[DrawRule]) -> bool:
    """Whether nobody who was drawn before counts under the new text."""
    return any(rule.anew for rule in rules)


def codes_of(rules: Iterable[DrawRule]) -> list[str]:
    """What is otherwise, as the entry of an amendment names it."""
    return list(dict.fromkeys(rule.code for rule in rules)) or ["same"]


def read_otherwise(before: Study, now: Study) -> Iterator[Refusal]:
    """Factors whose recorded levels would not mean any more what they meant at the draw."""
    kept = {factor.id: factor for factor in now.randomisation.factors}
    for factor in before.randomisation.factors:
        if factor.id not in kept:
            continue
        levels = _levels(now, kept[factor.id])
        for level in _levels(before, factor):
            if level not in levels:
                yield LEVEL_GONE(id=factor.id, level=level)
        if _differ(_worked_out(before, factor.of), _worked_out(now, kept[factor.id].of)):
            yield OTHERWISE(id=factor.id)


def _method(before: Study, now: Study) -> Iterator[DrawRule]:
    was, is_ = before.randomisation.method, now.randomisation.method
    if was != is_:
        # What minimisation asks of those drawn before, their levels and arms, every method records.
        rule = {"minimisation": COUNT, "simple": ALONE}.get(is_, ANEW)
        yield DrawRule("method", METHOD(before=was, now=is_), rule())


def _arms(before: Study, now: Study) -> Iterator[DrawRule]:
    was, are = {a.id: a for a in before.arms_drawn}, {a.id: a for a in now.arms_drawn}
    simple, minimised = (now.randomisation.method == one for one in ("simple", "minimisation"))
    for name in (one for one in are if one not in was):
        yield DrawRule("arm-opened", OPENED(arm=are[name].label), (ALONE if simple else ANEW)())
    closed = ALONE if simple else REST_COUNT if minimised else ANEW
    for name in (one for one in was if one not in are):
        yield DrawRule("arm-closed", CLOSED(arm=was[name].label), closed())
    both = [name for name in are if name in was]
    old, new = (_ratio(arms[name].ratio for name in both) for arms in (was, are))
    if old != new:
        yield DrawRule("ratio", RATIO(before=old, now=new), (ALONE if simple else ANEW)())


def _factors(before: Study, now: Study) -> Iterator[DrawRule]:
    was, are = ({f.id: f for f in text.randomisation.factors} for text in (before, now))
    for name in are:
        if name not in was:
            yield DrawRule("factor-added", ADDED(factor=are[name].label), _by(now, NO_LEVEL))
    for name in was:
        if name not in are:
            yield DrawRule(
                "factor-removed", REMOVED(factor=was[name].label), _by(now, LEFT_FACTORS)
            )
    if list(was) != list(are) and was.keys() == are.keys() and _permuted(before, now):
        yield DrawRule("factor-order", ORDER(), ANEW())
    for name in (one for one in are if one in was):
        known, labels = _levels(before, was[name]), _levels(now, are[name])
        for level in (one for one in labels if one not in known):
            change = LEVEL(factor=are[name].label, level=labels[level])
            yield DrawRule("level-added", change, _by(now, NEW_LEVEL, permuted=NEW_LEVEL))


def _measures(before: Study, now: Study) -> Iterator[DrawRule]:
    """What else the method goes by; figures of other methods mean nothing."""
    was, is_ = before.randomisation, now.randomisation
    if was.method != is_.method:
        return
    if is_.method == "minimisation":
        weights = {factor.id: factor.weight for factor in was.factors}
        for factor in is_.factors:
            if weights.get(factor.id, factor.weight) != factor.weight:
                change = WEIGHT(factor=factor.label, before=weights[factor.id], now=factor.weight)
                yield DrawRule("weight", change, COUNT())
        if was.favoured != is_.favoured:
            change = FAVOURED(before=was.favoured, now=is_.favoured)
            yield DrawRule("favoured", change, COUNT())
        if was.measure != is_.measure:
            yield DrawRule("measure", MEASURE(before=was.measure, now=is_.measure), COUNT())
    old, new = sorted({*was.block_sizes}), sorted({*is_.block_sizes})
    if is_.method == "blocks" and old != new:
        change = SIZES(before=tuple(map(str, old)), now=tuple(map(str, new)))
        yield DrawRule("block-sizes", change, ANEW())
    if is_.method == "big-stick" and was.tolerated != is_.tolerated:
        change = TOLERATED(before=was.tolerated, now=is_.tolerated)
        yield DrawRule("tolerated", change, ANEW())


def _sample_size(before: Study, now: Study) -> Iterator[DrawRule]:
    if before.design != now.design:
        yield DrawRule("sample-size", SAMPLE(), ENDS())


_KINDS: tuple[Callable[[Study, Study], Iterator[DrawRule]], ...] = (
    _method,
    _arms,
    _factors,
    _measures,
    _sample_size,
)


def _by(now: Study, minimised: Phrase, permuted: Phrase = ANEW) -> Wording:
    """The rule of a change of the factors, by the method that holds now."""
    return {"minimisation": minimised, "blocks": permuted}.get(now.randomisation.method, IDLE)()


def _permuted(before: Study, now: Study) -> bool:
    return before.randomisation.method == now.randomisation.method == "blocks"


def _levels(study: Study, factor: Factor) -> dict[str, Given]:
    """The levels that a factor may take, with their labels; hospitals where it names none."""
    return {**factor.levels} or {site.id: site.name for site in study.sites}


def _ratio(shares: Iterable[int]) -> str:
    """2:1, also where the text says 4 and 2."""
    shares = list(shares)
    least = gcd(*shares)
    return ":".join(str(share // least) for share in shares)


_Meaning = tuple[tree.Node, dict[str, tree.Node]]


def _differ(before: _Meaning | None, now: _Meaning | None) -> bool:
    return None not in (before, now) and before != now


def _worked_out(study: Study, expression: str) -> _Meaning | None:
    """What an expression says, with the formula of every derived fact that it rests on.

    None where it can not be read, which keeps a text out for a reason of its own.
    """
    try:
        node = parsed(expression)
        facts = {name: study.vocabulary[name] for name in facts_needed(node, study.vocabulary)}
    except Unreadable:
        return None
    formulas = {name: fact.formula for name, fact in facts.items() if fact.formula is not None}
    return node, formulas
