"""How each item stands: verified, fallen, taken back or not verified, and whether it is planned.

Nothing of it is stored but what monitors did. An item is verified for as long as the very value
stands that was verified; when it is changed, by whomever and by whichever way, it has fallen.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Literal

from equipoise.conduct.digests import (
    DATE,
    FormOf,
    digest_of_entry,
    digests_of_form,
    entries,
    form_places,
)
from equipoise.conduct.state.forms import Record, record_key
from equipoise.conduct.state.verification import Verified
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Choices
from equipoise.logic.plain import plain
from equipoise.study.model import Study

__all__ = [
    "ENTRY",
    "STATES",
    "Verdict",
    "VerdictState",
    "all_places",
    "count_open",
    "digests_at",
    "verdicts",
]

ENTRY = "entry"
"""What is called the one thing that is verified of an entry which is no form."""
VerdictState = Literal["verified", "fallen", "back", "open"]
STATES = Choices(
    {
        "verified": "Verified",
        "fallen": "Changed since it was verified",
        "back": "Verification taken back",
        "open": "Not verified",
    }
)


@plain
class Verdict:
    """One item of one copy of a form, or one entry that is verified by itself."""

    item: str
    state: VerdictState
    planned: bool
    """Whether the plan of the study has it verified."""
    last: Verified | None
    there: bool = True
    """Whether there is something to verify still."""

    @property
    def is_open(self) -> bool:
        """Whether a monitor has something to do here."""
        return self.there and self.state != "verified" and (self.planned or self.state == "fallen")


def all_places(subject: Subject) -> Iterator[FormOf]:
    """Every copy of a form, and every entry by itself: also those that are no longer there."""
    found = dict.fromkeys(place for place, _ in form_places(subject))
    found |= dict.fromkeys((kind, "", seq) for kind, seq in entries(subject))
    keys = {record_key(*place) for place in found}
    for key in subject.verification.items.keys() - keys:
        form, _, rest = key.rpartition("@")
        visit, _, number = rest.rpartition("#")
        found[form, visit, int(number)] = None
    return iter(found)


def digests_at(subject: Subject, place: FormOf) -> Mapping[str, str] | None:
    """The digest of each item that can be verified there; None where nothing is recorded."""
    if record := subject.forms.records.get(record_key(*place)):
        return digests_of_form(record)
    kind, _, seq = place
    if (kind, seq) in entries(subject):
        return {ENTRY: digest_of_entry(subject, kind, seq)}
    return None


def verdicts(study: Study, subject: Subject, place: FormOf) -> list[Verdict]:
    """How each item of a copy of a form stands, or an entry by itself."""
    done = subject.verification.items.get(record_key(*place), {})
    digests = (digests_at(subject, place) or {}) if done else _there(subject, place)
    wholly, by_item = _planned(study, subject, place)
    return [
        Verdict(
            item=name,
            state=_state(done.get(name), digests.get(name)),
            planned=wholly or name in by_item,
            last=done.get(name),
            there=name in digests,
        )
        for name in dict.fromkeys((*digests, *done))
    ]


def count_open(study: Study, subject: Subject, place: FormOf) -> int:
    """How many of them a monitor has something to do about."""
    if subject.verification.items.get(record_key(*place)):
        return sum(one.is_open for one in verdicts(study, subject, place))
    there, (wholly, by_item) = _there(subject, place), _planned(study, subject, place)
    return len(there) if wholly else sum(name in by_item for name in there)


def _there(subject: Subject, place: FormOf) -> dict[str, str]:
    """What can be verified there, without the digests, of which none is needed as yet."""
    record = subject.forms.records.get(record_key(*place))
    if record is None:
        return {ENTRY: ""}
    return dict.fromkeys((DATE, *(name.partition(".")[0] for name in record.current)), "")


def _planned(study: Study, subject: Subject, place: FormOf) -> tuple[bool, Container[str]]:
    """Whether the plan has all of it verified, and which items otherwise."""
    plan, record = study.verification, subject.forms.records.get(record_key(*place))
    if plan is None:
        return False, ()
    wholly = plan.has(study, subject.subject_id, *place)
    if plan.eligibility and _is_before(subject, record):
        return wholly, {*plan.items, *study.items_of_criteria}
    return wholly, plan.items


def _is_before(subject: Subject, record: Record | None) -> bool:
    """Whether a form tells of the time up to registration, on which eligibility rests."""
    registered = subject.registered_on
    return record is not None and (registered is None or record.on <= registered)


def _state(last: Verified | None, digest: str | None) -> VerdictState:
    if last is None:
        return "open"
    if not last.digest:
        return "back"
    return "verified" if last.digest == digest else "fallen"
