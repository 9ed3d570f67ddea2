"""MedDRA as its owner distributes it: the user's own licensed copy, read, checked and searched.

The distribution has a file a level, without headings, its fields ended by `$`. Of it the current
lowest level terms are taken, each with its preferred term and that term's primary system organ
class, into one small file of our own. Nothing of MedDRA is shipped.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

__all__ = ["FILE", "Term", "Unreadable", "load", "read", "search", "write"]

FILE = "terms.tsv"
FIELDS = {"llt.asc": 11, "pt.asc": 11, "mdhier.asc": 12}
DIGITS, MOST = 8, 10
PRIMARY, CURRENT = "Y", "Y"


class Unreadable(Exception):
    """The files are no distribution of MedDRA; every reason with its file and line."""

    def __init__(self, problems: list[str]) -> None:
        left = len(problems) - MOST
        more = [f"and {left} more"] if left > 0 else []
        super().__init__("\n".join([*problems[:MOST], *more]))


@dataclass(frozen=True, slots=True)
class Term:
    """One lowest level term, with what it belongs to."""

    llt: str
    llt_name: str
    pt: str
    pt_name: str
    soc: str
    soc_name: str


def load(folder: Path, encoding: str = "utf-8-sig") -> list[Term]:
    """Every current lowest level term of a distribution.

    :raises Unreadable: with every reason, if it is none
    """
    problems: list[str] = []
    lines = {name: list(_lines(folder / name, encoding, problems)) for name in FIELDS}
    if problems:
        raise Unreadable(problems)
    names = _by_code(lines["pt.asc"], "pt.asc", problems)
    hierarchy = [one for one in lines["mdhier.asc"] if one[1][11] == PRIMARY]
    classes = _by_code(hierarchy, "mdhier.asc", problems)
    found = []
    for number, fields in _by_code(lines["llt.asc"], "llt.asc", problems).values():
        if fields[9] != CURRENT:
            continue
        pt = fields[2]
        if pt not in names or pt not in classes:
            where = "pt.asc" if pt not in names else "the primary path of mdhier.asc"
            problems.append(f"llt.asc, line {number}: {where} does not have {pt!r}")
            continue
        soc = classes[pt][1]
        found.append(Term(fields[0], fields[1], pt, names[pt][1][1], soc[3], soc[7]))
    if problems:
        raise Unreadable(problems)
    return found


_Line = tuple[int, list[str]]


def _lines(path: Path, encoding: str, problems: list[str]) -> Iterator[_Line]:
    """The fields of each line, with its number."""
    try:
        raw = path.read_bytes()
    except OSError:
        problems.append(f"{path.name} is not there")
        return
    count = FIELDS[path.name]
    for number, line in enumerate(raw.splitlines(), start=1):
        try:
            fields = line.decode(encoding).split("$")
        except UnicodeDecodeError:
            problems.append(f"{path.name}, line {number}: not in {encoding}; name its encoding")
            continue
        fields = fields[:-1] if len(fields) == count + 1 and not fields[-1] else fields
        if len(fields) != count:
            problems.append(f"{path.name}, line {number}: {len(fields)} fields, and not {count}")
        elif any("\t" in field for field in fields):
            problems.append(f"{path.name}, line {number}: a tab stands in it")
        else:
            yield number, fields
    if not raw.strip():
        problems.append(f"{path.name} is empty")


def _by_code(lines: list[_Line], name: str, problems: list[str]) -> dict[str, _Line]:
    """Each line by its code, which has eight digits and stands once."""
    found: dict[str, _Line] = {}
    for number, fields in lines:
        code = fields[0]
        if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
            problems.append(f"{name}, line {number}: {code!r} is no code of eight digits")
        elif code in found:
            problems.append(f"{name}, line {number}: {code} stands in line {found[code][0]} too")
        else:
            found[code] = (number, fields)
    return found


def write(terms: list[Term], folder: Path) -> None:
    """The terms beside earlier versions: whole, or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    new.write_text("".join("\t".join(astuple(one)) + "\n" for one in terms), encoding="utf-8")
    new.replace(folder / FILE)


def read(path: Path) -> list[Term]:
    """The terms as they were written."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [Term(*line.split("\t")) for line in lines if line]


def _has(term: Term, words: list[str]) -> bool:
    name = term.llt_name.casefold()
    return all(word in name for word in words)


def search(terms: list[Term], words: str, most: int = 25) -> list[Term]:
    """Terms in which all words occur, or that have this code: the exact one first."""
    asked = words.casefold().split()
    if not asked:
        return []
    text = " ".join(asked)
    found = [one for one in terms if text in (one.llt, one.pt) or _has(one, asked)]
    return sorted(found, key=lambda one: (one.llt_name.casefold() != text, len(one.llt_name)))[
        :most
    ]
