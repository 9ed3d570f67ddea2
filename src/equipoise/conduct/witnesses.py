"""The witnesses: who keeps the trial's heads outside the office's reach, and how many must sign.

The policy stands in the ledger, signed by enough of those who were witnesses before, and as a file
with everyone who verifies.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.state.witnesses import WitnessesState
from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.words import Ask, Choices, Words
from equipoise.ledger.line import Unreadable
from equipoise.ledger.policy import Policy, policy_text, read_policy, signers
from equipoise.study.kinds.blank import is_blank
from equipoise.study.reason import Reason, Refusal

__all__ = ["AdoptPolicy", "policy_of"]

NO_POLICY = Reason("witness.no-policy", "policy", "this is no policy: {problem}")
WHY = Reason("witness.no-reason", "because", "say why the witnesses change")
SAME = Reason("witness.same", "policy", "this is the policy that holds already")
UNSIGNED = Reason(
    "witness.unsigned",
    "signatures",
    "{signed} of those who are witnesses now have signed it, and {needed} must",
)
BEFORE = Choices(
    {
        "signed": "Enough of them have signed, or there are none yet",
        "lost": "Enough of them can not sign any more",
    }
)


class AdoptPolicy(Act, frozen=True, kw_only=True):
    """From now on these are the witnesses, and so many of them make a quorum.

    Those who were witnesses before sign it (`equipoise witness sign`); the first has none before.
    """

    kind: ClassVar[str] = "witness.policy"
    writes_trial: ClassVar[str] = "witnesses"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Witnesses named",
        title="Name the witnesses",
        intro="A witness keeps the heads of the ledger where the trial office cannot reach them. "
        "Everyone who verifies holds the policy as a file too.",
        happened="Day from which it holds",
        button="Name the witnesses",
        done="The witnesses are named",
        address="witnesses",
    )
    policy: Annotated[
        str,
        Ask(
            "Policy",
            kind="area",
            words=False,
            hint="Lines log, witness, group and quorum, as the verb “witness policy” writes them",
            needed="Give the policy",
        ),
    ]
    signatures: Annotated[
        str,
        Ask(
            "Signatures of those who are witnesses now",
            kind="area",
            words=False,
            hint="A line for each, from the verb “witness sign”; none for the first policy",
        ),
    ] = ""
    before: Annotated[
        Literal["signed", "lost"],
        Ask("Those who are witnesses now", BEFORE, label="Witnesses before"),
    ] = "signed"
    because: Annotated[
        str, Ask("Why?", label="Reason", kind="area", needed="Say why the witnesses change")
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if is_blank(self.because):
            yield WHY()
        try:
            fresh = policy_text(read_policy(self.policy))
        except Unreadable as error:
            yield NO_POLICY(problem=str(error))
            return
        now = policy_of(context.trial_state)
        if now and policy_text(now) == fresh:
            yield SAME()
        elif now and self.before != "lost":
            signed = len(signers(now, fresh, self.signatures))
            if signed < now.quorum:
                yield UNSIGNED(signed=signed, needed=now.quorum)

    def apply_to_trial(self, state: WitnessesState, stamp: Stamp, subject_id: str) -> None:
        state.policy = policy_text(read_policy(self.policy))


def policy_of(trial_state: TrialState) -> Policy | None:
    """The policy that holds; None before the first."""
    return read_policy(trial_state.witnesses.policy) if trial_state.witnesses.policy else None


CHAPTER = Chapter(name="witnesses", acts=(AdoptPolicy,))
