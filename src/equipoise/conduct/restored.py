"""A trial that goes on from a copy: what was recorded after the copy was made is on paper alone.

Participants' numbers and draws that were given then must never be given again. Nothing here can
know them, so nobody is entered and nobody drawn until the trial office states the last number
that each hospital gave and the last draw that was made; both go on after these. Draws that are
lost are not made again, and are not counted where the arms are balanced.

Where a witness signed, after the copy was made and before it was put back, for exactly the entries
that the copy holds, nothing had been recorded in between, and its head does instead. Of the time
since that signature it knows nothing: the office says how that is known.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Copy, Stamp, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.state.restored import RestoredState
from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.words import Ask, Words
from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import Note, is_by, read_note
from equipoise.ledger.policy import read_policy
from equipoise.ledger.tree_head import TreeHead, read_tree_head
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["SayRestored", "ShowHead"]

NOT_A_COPY = Reason(
    "restored.not-a-copy",
    "",
    "this installation was not restored from a copy, or it was stated before; there is nothing to "
    "state",
)
NO_REASON = Reason("restored.no-reason", "because", "say how the last numbers are known")
NO_LINE = Reason(
    "restored.no-line",
    "numbers",
    "'{line}' is not a hospital and its last number, such as 01 0007",
)
NO_SITE = Reason("restored.no-site", "numbers", "there is no hospital '{site}' in the study file")
NOT_SAID = Reason(
    "restored.not-said", "numbers", "state the last number that was given at {hospital}; 0 for none"
)
NO_DRAW = Reason(
    "restored.draw-known", "last_draw", "the last draw is not below {number}, which is recorded"
)

NO_WITNESSES = Reason(
    "restored.no-witnesses",
    "head",
    "this copy names no witnesses, so that no head can be checked; state the numbers instead",
)
NO_HEAD = Reason("restored.no-head", "head", "this is no head of a ledger: {problem}")
OTHER_TRIAL = Reason("restored.other-trial", "head", "this is a head of another trial, {origin}")
UNSIGNED = Reason("restored.unsigned", "head", "the key of this trial's server did not sign it")
NO_COSIGNATURE = Reason("restored.no-cosignature", "head", "no witness of this trial signed it")
OLDER_COPY = Reason(
    "restored.copy-older",
    "head",
    "the head knows {known} entries and this copy {here}: {missing} are missing here, and their "
    "numbers may be on paper; state the numbers instead",
)
DIFFERS = Reason(
    "restored.head-differs",
    "head",
    "its {size} entries are not those of this copy: two views of the trial were shown. Keep it, "
    "and show it to whoever verifies the ledger",
)
OLDER_HEAD = Reason(
    "restored.head-older",
    "head",
    "the head knows {size} entries, and {known} are known to have been there; it must know as many",
)
EARLY = Reason(
    "restored.head-early",
    "head",
    "the witness signed on {moment}, before the copy was made; it knows nothing of the time since",
)
LATE = Reason(
    "restored.head-late",
    "head",
    "the witness signed on {moment}, after the copy was put back, and may have seen this copy "
    "alone; give the head that it had signed before",
)
NO_SINCE = Reason(
    "restored.no-since",
    "because",
    "say how it is known that nothing was recorded after the witness signed",
)

_LINE = re.compile(r"(\S+)\s+([0-9]{1,6})")


class SayRestored(Act, frozen=True, kw_only=True):
    """Which numbers had been given when the trial went on from a copy."""

    kind: ClassVar[str] = "study.restored"
    writes_trial: ClassVar[str] = "restored"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Restored from a copy",
        title="State which numbers were given before a copy was restored",
        line="Restored from a copy: the last draw was {last_draw}",
        intro="State this only after a copy was put back. What was recorded since the copy was "
        "made is not in it; take the numbers from paper, at every hospital. New numbers and draws "
        "go on after these.",
        happened="Day of the statement",
        button="State these numbers",
        done="The numbers are stated; participants are taken again",
        address="restored",
    )
    numbers: Annotated[
        str,
        Ask(
            "What is the last number that was given at each hospital?",
            label="Last numbers",
            kind="area",
            words=False,
            hint="A line for each hospital: its code and the number, such as 01 0007. 0 for none.",
            needed="State the last number of each hospital",
        ),
    ]
    last_draw: Annotated[
        int, Ask("What is the number of the last draw?", label="Last draw", hint="0 for none")
    ]
    because: Annotated[
        str, Ask("How is it known?", label="Reason", kind="area", needed="Say how it is known")
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if not context.waits_for_numbers:
            yield NOT_A_COPY()
        if is_blank(self.because):
            yield NO_REASON()
        yield from self._numbers(context)
        if self.last_draw < (
            known := context.trial_state.draws[-1].number if context.trial_state.draws else 0
        ):
            yield NO_DRAW(number=known)

    def apply_to_trial(self, state: RestoredState, stamp: Stamp, subject_id: str) -> None:
        for site, number in _lines(self.numbers):
            state.numbers[site] = max(number, state.numbers.get(site, 0))
        state.last_draws.append(self.last_draw)
        state.restated = stamp.seq

    def _numbers(self, context: Context) -> Iterator[Refusal]:
        lines = [line.strip() for line in self.numbers.splitlines() if line.strip()]
        for line in lines:
            if not _LINE.fullmatch(line):
                yield NO_LINE(line=line)
        stated = dict(_lines(self.numbers))
        for site in sorted(stated.keys() - context.study.site_of.keys()):
            yield NO_SITE(site=site)
        for site in sorted(context.trial_state.sites.keys() - stated.keys()):
            known = context.study.site_of.get(site)
            yield NOT_SAID(hospital=known.name if known else site)


class ShowHead(Act, frozen=True, kw_only=True):
    """A witness had signed for what the copy holds, and for no more."""

    kind: ClassVar[str] = "study.head-shown"
    writes_trial: ClassVar[str] = "restored"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Copy shown to be whole",
        title="Show by a witness's head that a restored copy lacks nothing",
        intro="Ask each witness for the newest head that it had signed before the copy was put "
        "back. One that knows more entries than the copy shows that numbers are missing: then "
        "state them instead. Of the time after the signature a head knows nothing.",
        happened="Day on which it is shown",
        button="Show this head",
        done="The copy lacks nothing that the witness knew; participants are taken again",
        address="head-shown",
    )
    head: Annotated[
        str,
        Ask(
            "Which head had a witness signed?",
            label="Head",
            kind="area",
            words=False,
            hint="The whole text of head.note, or of a file in heads, of the witness's folder",
            needed="Give the head",
        ),
    ]
    because: Annotated[
        str,
        Ask(
            "How is it known that nothing was recorded after the witness signed?",
            label="Reason",
            kind="area",
            needed="Say how it is known that nothing was recorded after the witness signed",
        ),
    ]

    def canonical(self, study: Study) -> Self:
        lines = "\n".join(line.rstrip() for line in self.head.strip().splitlines())
        return msgspec.structs.replace(self, head=f"{lines}\n")

    def refusals(self, context: Context) -> Iterator[Refusal]:
        copy = context.copy
        if copy is None or not context.waits_for_numbers:
            yield NOT_A_COPY()
            return
        if is_blank(self.because):
            yield NO_SINCE()
        try:
            note = read_note(self.head)
            head = read_tree_head(note.text)
        except Unreadable as error:
            yield NO_HEAD(problem=str(error))
            return
        yield from _signed_by_whom(context.trial_state, copy, note, head) or _against(copy, head)

    def apply_to_trial(self, state: RestoredState, stamp: Stamp, subject_id: str) -> None:
        state.restated = stamp.seq


def _signed_by_whom(
    trial_state: TrialState, copy: Copy, note: Note, head: TreeHead
) -> list[Refusal]:
    """Why the head is not one that a witness of this trial signed in the time that counts."""
    if not trial_state.witnesses.policy:
        return [NO_WITNESSES()]
    policy = read_policy(trial_state.witnesses.policy)
    if head.origin != copy.origin:
        return [OTHER_TRIAL(origin=head.origin)]
    if not any(is_by(one, policy.log, note.text) for one in note.signatures):
        return [UNSIGNED()]
    signed = policy.cosigners(note).values()
    if not signed:
        return [NO_COSIGNATURE()]
    moments = [datetime.fromtimestamp(min(at, 2**33), UTC) for at in signed]
    before = [at for at in moments if copy.put_back_at is None or at <= copy.put_back_at]
    if not before:
        return [LATE(moment=min(moments))]
    if copy.made_at is not None and max(before) < copy.made_at:
        return [EARLY(moment=max(before))]
    return []


def _against(copy: Copy, head: TreeHead) -> list[Refusal]:
    """Why the entries of the head do not show that the copy lacks nothing."""
    size, here = head.size, copy.leaves
    if size > here:
        return [OLDER_COPY(known=size, here=here, missing=size - here)]
    if copy.root_of(size) != head.root:
        return [DIFFERS(size=size)]
    return [OLDER_HEAD(size=size, known=copy.known)] if size < copy.known else []


def _lines(numbers: str) -> Iterator[tuple[str, int]]:
    for line in numbers.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield found[1], int(found[2])


CHAPTER = Chapter(name="restored", acts=(SayRestored, ShowHead))
