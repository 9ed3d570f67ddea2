"""The pages of a long list: which is asked for, the addresses of those near it, how many rows."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

__all__ = ["MOST_COUNTED", "counted", "links_of", "page_asked"]

MOST_COUNTED = 1000
LONGEST = 6  # digits of a page's number


def page_asked(text: str, pages: int) -> int:
    """The page that an address names: the first where it names none, at most the last."""
    named = text.isascii() and text.isdecimal() and len(text) <= LONGEST
    return min(max(int(text) if named else 1, 1), pages)


def links_of(
    address: str, chosen: dict[str, str], number: int, pages: int
) -> list[tuple[int, str]]:
    """Page numbers with their addresses; 0 for a gap."""
    near = {1, pages, *range(number - 2, number + 3)}
    links: list[tuple[int, str]] = []
    for one in sorted(n for n in near if 1 <= n <= pages):
        if links and one - links[-1][0] > 1:
            links.append((0, ""))
        links.append((one, f"{address}?{urlencode({**chosen, 'page': one})}"))
    return links


def counted(rows: "QuerySet[Any]") -> int:
    """How many rows there are, as far as it is worth counting: one above the most says “more”."""
    return rows.order_by()[: MOST_COUNTED + 1].count()
