"""From what the public page was made: the study's text that holds, and those before it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.web import adopted

__all__ = ["Version", "versions"]


@dataclass(frozen=True, slots=True)
class Version:
    """One text of the study, the day from which it held, and the digest of its criteria."""

    version: str
    since: date
    criteria: str


_known: dict[str, Version] = {}  # a recorded text never changes, and reading it takes a while


def versions(study: Study, state: TrialState) -> list[Version]:
    """Every text that the trial ran under and whose words are recorded, the newest first."""
    digests = [digest for digest in state.adopted if digest in state.study_text.recorded]
    if any(digest not in _known for digest in digests):
        zone = ZoneInfo(study.identity.timezone)
        for digest, text in adopted.texts().items():
            at = adopted.LEDGER.entry("study", state.study_text.recorded[digest]).at
            since = datetime.fromisoformat(at).astimezone(zone).date()
            _known[digest] = Version(text.version, since, text.criteria.digest)
    return [_known[digest] for digest in reversed(digests) if digest in _known]
