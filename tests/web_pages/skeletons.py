"""What of a page stands still when only its words change: its tags, their ids, names and types.

Words, addresses, values, classes and attributes that only dress are masked, so that a link that
moves is seen and one that is reworded is not. Alike siblings in a row are one line, counted.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Tag:
    """A tag as it is compared, and what stands in it."""

    head: str
    inside: list["Tag"] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [self.head, *(f" {line}" for line in together(self.inside))]


def together(tags: list[Tag]) -> list[str]:
    """Their lines; of those that are alike in a row one, with how many there are."""
    found: list[str] = []
    for lines, alike in groupby(tag.lines() for tag in tags):
        count = len(list(alike))
        found += [lines[0] + (f" x{count}" if count > 1 else ""), *lines[1:]]
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Tag("")]
        self.names = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(_head(tag, dict(attrs)))
        self.open[-1].inside.append(made)
        if tag not in VOID:
            self.open.append(made)
            self.names.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Tag(_head(tag, dict(attrs))))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.names:
            while self.names.pop() != tag:
                self.open.pop()
            self.open.pop()


def _head(tag: str, told: dict[str, str | None]) -> str:
    """`input#weight[weight]:text`"""
    marks = (("#{}", "id"), ("[{}]", "name"), (":{}", "type"))
    return tag + "".join(mark.format(told[key]) for mark, key in marks if told.get(key))


@dataclass(frozen=True)
class Skeleton:
    """A page in two: what is its own, and the frame that pages share."""

    main: tuple[str, ...]
    frame: tuple[str, ...]


def skeleton(page: str) -> Skeleton:
    """The skeleton of a page; its own part is what stands in `main`, else all of it."""
    reader = _Reader()
    reader.feed(page)
    root = reader.open[0]
    for tag in _under(root):
        if tag.head == "main#main":
            main, tag.inside = tuple(together(tag.inside)), []
            return Skeleton(main, tuple(together(root.inside)))
    return Skeleton(tuple(together(root.inside)), ())


def _under(tag: Tag) -> Iterator[Tag]:
    for one in tag.inside:
        yield one
        yield from _under(one)


def digest(lines: tuple[str, ...]) -> str:
    """By which a skeleton is known."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:10]
