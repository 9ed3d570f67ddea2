"""Whether a review or a signature still holds: only over the very data that it was put under."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from equipoise.conduct.digests import FormOf, digest_of_form, digest_of_subject, form_places
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.state.signatures import Signed
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Choices

__all__ = [
    "EVERYTHING",
    "STATES",
    "Hold",
    "digest_now",
    "held",
    "holds",
    "is_reviewed",
    "is_signed",
]

EVERYTHING: FormOf = ("", "", 1)
"""What stands for all that is recorded of a participant."""
STATES = Choices({"holds": "Holds", "fallen": "Fallen: the data were changed since"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One review or signature, and whether it holds."""

    what: Literal["review", "signature"]
    signed: Signed
    state: Literal["holds", "fallen"]

    @property
    def place(self) -> FormOf:
        """What it was put under."""
        return self.signed.form, self.signed.visit, self.signed.number


def digest_now(subject: Subject, place: FormOf) -> str:
    """The digest of a copy of a form as it stands, or of everything; empty where nothing is."""
    form, _, _ = place
    if not form:
        return digest_of_subject(subject)
    record = subject.forms.records.get(record_key(*place))
    return digest_of_form(record) if record else ""


def holds(subject: Subject) -> Iterator[Hold]:
    """Every review and signature, the first first."""
    now: dict[FormOf, str] = {}
    state = subject.signatures
    several: tuple[tuple[Literal["review", "signature"], list[Signed]], ...] = (
        ("review", state.reviews),
        ("signature", state.signatures),
    )
    for what, made in several:
        for one in made:
            place = one.form, one.visit, one.number
            if place not in now:
                now[place] = digest_now(subject, place)
            yield Hold(
                what=what, signed=one, state="holds" if one.digest == now[place] else "fallen"
            )


def held(subject: Subject) -> tuple[set[FormOf], set[FormOf]]:
    """The copies of forms that are reviewed as they stand, and those that are signed so."""
    found = [one for one in holds(subject) if one.state == "holds"]
    places = {
        what: {(h.signed.form, h.signed.visit, h.signed.number) for h in found if h.what == what}
        for what in ("review", "signature")
    }
    signed = places["signature"]
    if EVERYTHING in signed:
        signed |= {place for place, _ in form_places(subject)}
    return places["review"], signed


def is_reviewed(subject: Subject, place: FormOf) -> bool:
    """Whether a copy of a form was reviewed as it stands."""
    return _is_under(subject, subject.signatures.reviews, place)


def is_signed(subject: Subject, place: FormOf) -> bool:
    """Whether a copy of a form was signed as it stands, by itself or with the whole participant."""
    signatures = subject.signatures.signatures
    return _is_under(subject, signatures, place) or _is_under(subject, signatures, EVERYTHING)


def _is_under(subject: Subject, made: list[Signed], place: FormOf) -> bool:
    own = [one for one in made if (one.form, one.visit, one.number) == place]
    return bool(own) and any(one.digest == digest_now(subject, place) for one in own)
