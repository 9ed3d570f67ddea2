"""The pages of a long list: the first, the last and those near this one, with their addresses."""

from urllib.parse import urlencode

__all__ = ["links_of"]


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
