"""Why a record was not taken in, or is odd: a reason with its values, and where it stands."""

from dataclasses import dataclass

from equipoise.study.reason import Reason, Refusal

__all__ = ["REASONS", "Place", "Unread"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: the file, the part of it in a zip, and the how-manieth there."""

    file: str
    part: str
    record: int

    def __str__(self) -> str:
        inside = f", {self.part}" if self.part else ""
        return f"{self.file}{inside}, record {self.record}"


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that was passed over, and why; or what is odd in one that was taken in."""

    place: Place
    why: Refusal

    @property
    def was_taken_in(self) -> bool:
        return self.why.code == FUTURE.code


BOMB = Reason(
    "registry.bomb",
    "",
    "it unpacks to more than {times} times its size, as no registry's file does; the rest of it "
    "is not read",
)
DAMAGED = Reason("registry.damaged", "", "it cannot be unpacked any further: {error}")
LOCKED = Reason("registry.locked", "", "it is locked with a password")
NESTED = Reason("registry.nested-archive", "", "an archive in an archive is not opened")
NO_JSON = Reason("registry.not-json", "", "this is no JSON, at {text}")
EMPTY = Reason("registry.empty", "", "there is nothing in it")
CUT_OFF = Reason("registry.cut-off", "", "the record breaks off before its end")
TOO_DEEP = Reason("registry.too-deep", "", "it is nested deeper than {most} levels")
TOO_LONG = Reason("registry.too-long", "", "it has more than {most} characters")
LONG_TEXT = Reason("registry.long-text", "", "a text in it has more than {most} characters")
LONG_TITLE = Reason("registry.long-title", "", "its title has {length} characters; {most} at most")
SCRIPT = Reason("registry.script", "", "a program stands in it, as {text}")
OLD_FORM = Reason(
    "registry.old-form",
    "",
    "this is the registry's older form ({form}); what is read is its API of version 2, as JSON",
)
NO_STUDY = Reason("registry.no-study", "", "this is no study: it has no protocolSection")
NO_NUMBER = Reason("registry.no-number", "", "{text} is no number of the registry, as NCT01234567")
WRONG_KIND = Reason("registry.wrong-kind", "", "a field is not what the registry says: {error}")
NOT_A_TRIAL = Reason(
    "registry.expanded-access",
    "",
    "{number} gives a treatment outside a trial (expanded access); it is no trial to find",
)

FUTURE = Reason(
    "registry.future-day",
    "",
    "{number} is taken in, but says that it was posted on {day}, which is still to come; that day "
    "counts for nothing",
)

REASONS = {reason.code: reason for reason in [*vars().values()] if isinstance(reason, Reason)}
