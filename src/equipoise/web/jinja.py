"""The pages' template language: Jinja2, escaping everything, with what every page may use."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

__all__ = ["environment", "for_sign_in"]


def environment(**options: Any) -> Environment:
    """The environment of all pages; an unknown name is an error, not an empty place."""
    made = Environment(
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    made.globals.update(static=static, url=reverse, language=translation.get_language)
    return made


def for_sign_in(request: HttpRequest) -> dict[str, Any]:
    """What the sign-in pages need on top of Django's own."""
    return {}
