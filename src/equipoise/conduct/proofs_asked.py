"""For whom an amendment changes before which acts they prove once more who they are."""

from collections.abc import Iterator

from equipoise.conduct.affected import Effect
from equipoise.conduct.authorisation import may
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["proofs_asked"]

PROVES = Phrase("Give their password once more before: {act}")
PROVES_NOT = Phrase("Are no longer asked for their password before: {act}")


def proofs_asked(before: Study, now: Study, trial_state: TrialState) -> Iterator[Effect]:
    """Who is asked that was not, and who no longer; an act that asks it always says nothing."""
    for kind in sorted({*before.step_up} ^ {*now.step_up}):
        act = ACTS.get(kind)
        if act is None or act.step_up:
            continue
        whom = tuple(
            person.person_id
            for person in trial_state.people.values()
            if any(
                may(now, trial_state, person.person_id, kind, held.site) for held in person.roles
            )
        )
        if whom:
            phrase = PROVES if kind in now.step_up else PROVES_NOT
            yield Effect(phrase(act=Phrase(act.words.name)()), whom)
