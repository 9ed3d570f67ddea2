"""A diagnosis by its code in the ICD-10, such as C18.7."""

import re
from collections.abc import Iterator

from equipoise.logic.facts import Kind
from equipoise.study.forms import Column
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Reason, Refusal

DIAGNOSIS = Reason("item.diagnosis", "", "{item} must be a code of the ICD-10, like C18.7")

_TYPED = re.compile(r"([A-Z][0-9]{2})(?:\.?([0-9]{1,2}))?", re.ASCII | re.IGNORECASE)


class Diagnosis(ItemKind):
    name, fact = "diagnosis", Kind.TEXT
    about = "a diagnosis by its code in the ICD-10, such as C18.7"

    def canonical(self, text: str) -> str:
        found = _TYPED.fullmatch(text)
        return ".".join(part for part in found.groups() if part).upper() if found else text

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        if not _TYPED.fullmatch(text):
            yield DIAGNOSIS(at.where, item=column.label)
