"""The pages' template language: Jinja2, escaping everything, with what every page may use."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from equipoise.exchange.registry.texts import shortened
from equipoise.logic.figures import day_of_year_text, inner, long_day_text, number_text, opening
from equipoise.study import parts
from equipoise.web import adopted
from equipoise.web.reader import HERE

__all__ = ["date_parts", "day", "environment", "long_day", "moment", "near", "say"]


def environment(**options: Any) -> Environment:
    """The environment of all pages; an unknown name is an error, not an empty place."""
    made = Environment(
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals.update(
        static=static,
        url=reverse,
        language=translation.get_language,
        languages=settings.LANGUAGES,
        date_parts=date_parts,
        box_text=_box_text,
    )
    made.filters.update(
        say=say,
        day=day,
        long_day=long_day,
        short_day=short_day,
        moment=moment,
        number=number,
        thousands=thousands,
        opening=opening,
        inner=inner,
        brief=shortened,
        near=near,
    )
    return made


def _box_text(parts_of_day: Mapping[str, str]) -> str:
    """A date as it stands in its box."""
    from equipoise.web.views.day_box import box_text  # noqa: PLC0415  (it reads the clock)

    return box_text(parts_of_day)


EXACT = re.compile(r"([\d.,]+) (\S+) \(≈ ([\d.,]+ \2)\)")


def near(arithmetic: str) -> Markup:
    """An arithmetic with its long numbers as people use them; the exact one is shown on hover."""
    rounded = r'<span class="eq-exact" title="\1 \2">≈ \3</span>'
    return Markup(EXACT.sub(rounded, str(escape(arithmetic))))  # noqa: S704  (it is escaped)


def say(text: Mapping[str, str]) -> str:
    """A text of the study file in the reader's language."""
    return parts.say(text, HERE.language)


def day(on: date | None) -> str:
    """12 Dec 2026; an en dash when there is no day."""
    return HERE.day(on) if on else "–"


def long_day(on: date | None) -> str:
    """12 December 2026, for the public; an en dash when there is no day."""
    return long_day_text(on, HERE.translator) if on else "–"


def short_day(on: date | None) -> str:
    """12 Dec, where the year stands beside it; an en dash when there is no day."""
    return day_of_year_text(on, HERE.translator) if on else "–"


def moment(at: datetime) -> str:
    """12 Dec 2026, 14:05, where the trial is run."""
    local = at.astimezone(ZoneInfo(adopted.study().identity.timezone))
    return f"{day(local.date())}, {local:%H:%M}"


def number(value: Decimal | int | str) -> str:
    """A number as the reader's language writes it."""
    try:
        return number_text(Decimal(value), HERE.translator, digits=12)
    except ArithmeticError:
        return str(value)


def thousands(count: int) -> str:
    """A whole number with a gap between the thousands."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def date_parts(text: str) -> dict[str, str]:
    """The three fields of a date from its text, whole or in part: 2026, 2026-11, 2026-UN-23."""
    year, month, on = (*text.split("-"), "", "", "")[:3]
    return {"day": on.lstrip("0"), "month": month.lstrip("0"), "year": year}
