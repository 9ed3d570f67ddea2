"""What is kept beside the ledger, held against the ledger folded anew; nothing is mended.

Beside a participant's row these are the rows of lists and the deviations that are kept with it, and
the counts of all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from equipoise.conduct import folding, trial
from equipoise.conduct.subject import STATES, Subject
from equipoise.ledger import STUDY, Fault, Head, Ledger
from equipoise.study.model import Study
from equipoise.web import kept_counts, outlooks, read_model
from equipoise.web.models import DeviationRow, SubjectRow, TableRow

if TYPE_CHECKING:
    from django.db.models import QuerySet

    Row = TypeVar("Row", DeviationRow, TableRow)

__all__ = ["faults_of_rows"]

_DECODER = msgspec.msgpack.Decoder(Subject)
_Listed = DeviationRow | TableRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Everything that is kept of one participant."""

    row: Mapping[str, Any] | None = None
    deviations: tuple[DeviationRow, ...] = ()
    listed: tuple[TableRow, ...] = ()

    @classmethod
    def of(cls, subject_id: str) -> Self:
        """As it stands now; nobody changes it until the transaction ends."""
        row = SubjectRow.objects.select_for_update().filter(subject_id=subject_id).values().first()
        own = {"subject_id": subject_id}
        return cls(
            row=row,
            deviations=tuple(DeviationRow.objects.filter(**own)),
            listed=tuple(TableRow.objects.filter(**own)),
        )


def faults_of_rows(study: Study, ledger: Ledger) -> list[Fault]:
    """Everything kept that says otherwise than the ledger, folded anew."""
    kept, faults = _everything(), []
    for subject_id in sorted({*trial.subject_ids(ledger), *kept}):
        head = ledger.head(subject_id)
        try:
            subject = folding.catch_up_subject(Subject(subject_id=subject_id), ledger)
        except (folding.NotUnderstood, LookupError) as error:
            message = f"it cannot be folded: {type(error).__name__}: {error}"
            faults.append(Fault(subject_id, head.seq if head else 0, "not-folded", message))
            continue
        wrong = _differences(kept.get(subject_id, _Kept()), study, subject, known=head is not None)
        if wrong:
            # Somebody may have recorded since the rows were read: look again while nobody can.
            head, wrong = _looked_at_again(study, ledger, subject_id)
        if wrong:
            message = (
                f"what is kept of it is not what the ledger says: {wrong}; `equipoise rebuild`"
            )
            faults.append(Fault(subject_id, head.seq if head else 0, "row-differs", message))
    return [*faults, *_faults_of_counts()]


def _everything() -> dict[str, _Kept]:
    rows = {row["subject_id"]: row for row in SubjectRow.objects.values()}
    deviations = _by_subject(DeviationRow.objects.order_by("subject_id"))
    listed = _by_subject(TableRow.objects.order_by("subject_id"))
    return {
        one: _Kept(
            row=rows.get(one), deviations=deviations.get(one, ()), listed=listed.get(one, ())
        )
        for one in {*rows, *deviations, *listed}
    }


def _by_subject(rows: "QuerySet[Row]") -> "dict[str, tuple[Row, ...]]":
    return {one: tuple(own) for one, own in groupby(rows, lambda row: row.subject_id)}


def _faults_of_counts() -> Iterator[Fault]:
    wrong = kept_counts.faults(read_model.counted())
    if wrong:
        # As above: somebody may have recorded meanwhile.
        with read_model.nobody_writing():
            wrong = kept_counts.faults(read_model.counted())
    if wrong:
        message = (
            f"what is counted is not what the rows say: {', '.join(wrong)}; `equipoise rebuild`"
        )
        yield Fault(STUDY, 0, "count-differs", message)


def _looked_at_again(study: Study, ledger: Ledger, subject_id: str) -> tuple[Head | None, str]:
    with ledger.writing(subject_id):
        kept = _Kept.of(subject_id)
        head = ledger.head(subject_id)
        subject = folding.catch_up_subject(Subject(subject_id=subject_id), ledger)
        return head, _differences(kept, study, subject, known=head is not None)


def _differences(kept: _Kept, study: Study, subject: Subject, *, known: bool) -> str:
    """What is kept otherwise than it follows from what was folded: columns, parts, lists."""
    if not known:
        return "the ledger holds nothing of it"
    row = kept.row
    if row is None:
        return "no row"
    columns, otherwise, listed = read_model.columns_of(study, subject, row["looked_on"] or date.min)
    wrong = [name for name in columns if name != "state" and _plain(row[name]) != columns[name]]
    if bytes(row["state"]) != columns["state"]:
        wrong += _parts_that_differ(bytes(row["state"]), subject)
    follows: list[_Listed] = [*outlooks.deviation_rows(subject, otherwise), *listed]
    wrong += _lists_that_differ([*kept.deviations, *kept.listed], follows)
    return ", ".join(dict.fromkeys(wrong))


def _lists_that_differ(kept: Iterable[_Listed], folded: Iterable[_Listed]) -> list[str]:
    """The lists of which other rows are kept than follow; in which order does not matter."""
    present, follows = Counter(map(_listed_as, kept)), Counter(map(_listed_as, folded))
    return sorted({name for name, *_ in (present - follows) + (follows - present)})


def _listed_as(row: _Listed) -> tuple[str, ...]:
    """The list, and all that the row says but its number in the database."""
    says = [str(getattr(row, field.attname)) for field in row._meta.fields if field.name != "id"]
    return (row.table if isinstance(row, TableRow) else "deviations", *says)


def _plain(value: Any) -> Any:
    """PostgreSQL gives bytes as a view of them."""
    return bytes(value) if isinstance(value, memoryview) else value


def _parts_that_differ(state: bytes, subject: Subject) -> list[str]:
    try:
        kept = _DECODER.decode(state)
    except msgspec.MsgspecError:
        return ["state"]
    return list(_differing(kept, subject)) or ["state"]


def _differing(kept: msgspec.Struct, folded: msgspec.Struct, of: str = "") -> Iterator[str]:
    for name in folded.__struct_fields__:
        one, other = getattr(kept, name), getattr(folded, name)
        if name in STATES and not of:
            yield from _differing(one, other, f"{name}.")
        elif one != other:
            yield f"{of}{name}"
