"""What a page says to machines: JSON-LD in its head, as data that no browser runs."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

__all__ = ["json_ld"]


def json_ld(values: Mapping[str, Any]) -> Markup:
    """The values that are there, written so that no text in them can end the element."""
    text = json.dumps({k: v for k, v in values.items() if v}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))
