"""What a reader is told of one answer of a form: how it is called, and what was recorded."""

from decimal import Decimal

from equipoise.conduct.act import Context
from equipoise.conduct.answers import is_limit
from equipoise.conduct.state.forms import NONE, Value
from equipoise.conduct.unanswered import ABSENT, STATES, WHYS
from equipoise.conduct.unanswered import PARTS as NO_ANSWER
from equipoise.study.reason import Amount, Given, Phrase, Unit

__all__ = ["called", "told_value", "under_its_name"]

PARTS = {
    "unit": Phrase("the unit of {item}"),
    "uln": Phrase("the upper limit of {item}"),
    "lln": Phrase("the lower limit of {item}"),
}
NONE_SO_FAR = Phrase("that there is none so far")
NOTHING, ROWS = Phrase("taken back"), Phrase("{number} row", several="{number} rows")


def called(context: Context, name: str) -> Given:
    """What an answer is called to a reader, by its name among the values of a form."""
    base, _, part = name.partition(".")
    item = context.study.items.get(base)
    if name == NONE:
        return NONE_SO_FAR()
    if item is None:
        return name
    # That there is no answer, and why, is told under the item's own name.
    return PARTS[part](item=item.label) if part in PARTS else item.label


def under_its_name(name: str) -> str:
    """The item, of what is said of its having no answer; else the answer itself."""
    base, _, part = name.partition(".")
    return base if part in NO_ANSWER else name


def told_value(context: Context, name: str, value: Value, unit: Value | None) -> Given:
    """A recorded value, as a reader is told of it."""
    base, _, part = name.partition(".")
    item = context.study.items.get(base)
    if not value and value != []:
        return NOTHING()
    if not isinstance(value, str):
        return ROWS(number=len(value))
    if part in NO_ANSWER:
        meant = (STATES if part == ABSENT else WHYS).get(value)
        return meant() if meant else value
    if item is None or part == "unit":
        return Unit(value) if part else value
    if part:
        return Amount(Decimal(value)) if is_limit(value) else value
    return item.of_kind.as_given(item, value, unit if isinstance(unit, str) else "")
