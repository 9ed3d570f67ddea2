"""Values of fields whose values the registry lists: what is none of them is a mistake."""

from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.finder import Finder
from equipoise.exchange.registry.record import NUMBER
from equipoise.exchange.registry.vocabulary import VALUES

__all__ = ["known_value"]


def known_value(field: str, value: str, trials: Finder) -> str:
    """The value, if the registry lists it for this field or any record here has it.

    :raises Mistaken: when it can only be a slip
    """
    if field == "number":
        if not NUMBER.fullmatch(value):
            raise Mistaken(f"{value[:40]!r} is no number of the registry; NCT01234567 would do")
    elif value not in VALUES[field] and not trials.uses(field, value):
        known = ", ".join(VALUES[field])
        raise Mistaken(f"there is no {field.replace('_', ' ')} {value[:40]!r}; known are {known}")
    return value
