"""The pages of a long list: the first, the last and those near this one, with their addresses."""

from urllib.parse import urlencode

__all__ = ["links_of"]


def links_of(
    address: str, chosen: dict[str, str], number: int, pages: int
) -> list[tuple[int, str]]:
    """Page numbers with their addresses; 0 for a gap."""
    near = {1, pages, *range(number - 2, number + 3)}
    shown: list[tuple[int, str]] = []
    for one in sorted(n for n in near if 1 <= n <= pages):
        if shown and one - shown[-1][0] > 1:
            shown.append((0, ""))
        shown.append((one, f"{address}?{urlencode({**chosen, 'page': one})}"))
    return shown
