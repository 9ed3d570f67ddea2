"""Facts that follow from others."""

from equipoise.study.parts import Code, Part, Source, Text

__all__ = ["Derived"]


class Derived(Part):
    """A fact that follows from others by a formula."""

    id: Code
    label: Text
    formula: str
    unit: str = ""
    source: Source
