"""Where a value of the study text comes from, in the reader's words."""

from django.utils.translation import gettext

from equipoise.study.parts import SourceParts

__all__ = ["source_text"]


def source_text(source: SourceParts) -> str:
    """Where it comes from, and how far it can be trusted."""
    return {
        "registry": gettext("public registry"),
        "public": gettext("another public source"),
        "sibling": gettext("a sibling trial"),
        "recalled": gettext("recalled"),
        "assumed": gettext("assumed"),
    }[source.tag]
