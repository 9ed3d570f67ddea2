"""A record as it is kept, byte for byte, or why it is not taken in."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

import msgspec

from equipoise.exchange.registry import unread
from equipoise.exchange.registry.study import Study
from equipoise.exchange.registry.unread import FUTURE
from equipoise.study.reason import Refusal

__all__ = ["NUMBER", "Record", "judged", "posted_on"]

NUMBER = re.compile(r"NCT\d{8}")
TITLE = 2_000
TEXT = 1_000_000
"""Three and thirty times what the registry itself lets anyone write."""
_LONG_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCRIPTS = ("<script", "<iframe", "<object", "<embed", "javascript:")
_OLD = re.compile(rb'"(?:FullStudiesResponse|StudyFieldsResponse|ProtocolSection|clinical_study)"')
_study = msgspec.json.Decoder(Study)
_anything = msgspec.json.Decoder()


@dataclass(frozen=True)
class Record:
    """One version of one study's record."""

    raw: bytes
    study: Study
    latest: str = ""
    """The last day that it can have been posted on, where that is known."""

    @property
    def number(self) -> str:
        return self.study.protocol_section.identification_module.nct_id

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(self.raw).digest()

    @property
    def version(self) -> str:
        """What tells an older version from a newer: when it was posted, and when it was handed out.

        A day that is still to come is none: such a version is older than any other.
        """
        days = (posted_on(self.study), self.study.derived_section.misc_info_module.version_holder)
        return " ".join("" if self._is_to_come(day) else day for day in days).rstrip()

    @property
    def odd(self) -> Refusal | None:
        """That it was posted on a day which is still to come, where it says so."""
        posted = posted_on(self.study)
        return FUTURE(number=self.number, day=posted) if self._is_to_come(posted) else None

    def _is_to_come(self, day: str) -> bool:
        return bool(self.latest) and day > self.latest


def posted_on(study: Study) -> str:
    """The day on which the registry posted this version, as the record says."""
    status = study.protocol_section.status_module
    return status.last_update_post_date_struct.date or status.last_update_submit_date


def judged(raw: bytes, latest: str = "") -> Record | Refusal:
    """The record, or why it is not taken in.

    :param latest: the last day that it can have been posted on, where that is known
    """
    try:
        text = raw.decode("utf-8")
        _anything.decode(raw)
        study = _study.decode(raw)
    except RecursionError:
        return unread.TOO_DEEP(most=100)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _no_record(raw, error)
    return _hostile(raw, text, study) or _of_no_trial(study) or Record(raw, study, latest)


def _no_record(raw: bytes, error: Exception) -> Refusal:
    """Why this is no record of a study: no JSON, an older form, or a field of another kind."""
    if not isinstance(error, msgspec.ValidationError):
        return unread.WRONG_KIND(error=str(error))
    if old := _OLD.search(raw, 0, 4096):
        return unread.OLD_FORM(form=old[0].decode().strip('"'))
    if b'"protocolSection"' not in raw:
        return unread.NO_STUDY()
    return unread.WRONG_KIND(error=str(error))


def _hostile(raw: bytes, text: str, study: Study) -> Refusal | None:
    """Why nothing of it should be shown to anyone."""
    if program := _script(text):
        return unread.SCRIPT(text=program)
    names = study.protocol_section.identification_module
    for title in (names.brief_title, names.official_title):
        if len(title) > TITLE:
            return unread.LONG_TITLE(length=len(title), most=TITLE)
        if program := _script(title):  # written as \u003c
            return unread.SCRIPT(text=program)
    if len(raw) > TEXT and any(len(found[0]) > TEXT for found in _LONG_TEXT.finditer(raw)):
        return unread.LONG_TEXT(most=TEXT)
    return None


def _script(text: str) -> str:
    small = text.lower().replace("< ", "<")
    return next((program for program in _SCRIPTS if program in small), "")


def _of_no_trial(study: Study) -> Refusal | None:
    number = study.protocol_section.identification_module.nct_id
    if not NUMBER.fullmatch(number):
        return unread.NO_NUMBER(text=repr(number[:40]))
    if study.protocol_section.design_module.study_type == "EXPANDED_ACCESS":
        return unread.NOT_A_TRIAL(number=number)
    return None
