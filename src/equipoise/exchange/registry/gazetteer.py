"""Where a town is, without asking anyone: the towns of 5,000 people and more, by GeoNames.

Large towns are found by what other languages call them too (*Keulen*, *Londen*), countries by their
English, their Dutch, and their two letters. Of all towns only those are read whose names begin with
the same two letters as what was asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zipfile import ZipFile

from equipoise.exchange.registry.texts import folded

__all__ = ["Town", "country_in", "country_name", "country_names", "towns"]

TOWNS, COUNTRIES = "data/towns.zip", "data/countries.tsv"
ENGLISH = "en"
AS_THE_REGISTRY_SAYS = {
    "KR": "South Korea",
    "TR": "Turkey (Türkiye)",
    "CZ": "Czechia",
    "HK": "Hong Kong",
    "MO": "Macau",
    "CI": "Côte d'Ivoire",
}
ALSO = {
    "BA": ("Bosnia and Herzegovina",),
    "BN": ("Brunei Darussalam",),
    "BO": ("Bolivia, Plurinational State of",),
    "CD": ("Congo, The Democratic Republic of the", "Democratic Republic of the Congo"),
    "CG": ("Congo", "Republic of the Congo"),
    "CI": ("Côte D'Ivoire",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "England", "Engeland"),
    "HK": ("Hong Kong SAR China",),
    "IR": ("Iran, Islamic Republic of",),
    "KP": ("Korea, Democratic People's Republic of",),
    "KR": ("Korea, Republic of",),
    "LA": ("Lao People's Democratic Republic",),
    "LY": ("Libyan Arab Jamahiriya",),
    "MD": ("Moldova, Republic of",),
    "MK": ("Macedonia, The Former Yugoslav Republic of",),
    "MM": ("Myanmar", "Burma"),
    "NL": ("Holland",),
    "PS": ("Palestinian Territory, occupied", "Palestinian Territories, Occupied"),
    "RU": ("Russian Federation",),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland",),
    "TR": ("Turkey",),
    "TT": ("Trinidad and Tobago",),
    "TZ": ("Tanzania, United Republic of",),
    "US": ("USA",),
    "VE": ("Venezuela, Bolivarian Republic of",),
    "VN": ("Viet Nam",),
}
"""What records call a country, or called it once, and people do; and what it is not shown as."""


@dataclass(frozen=True)
class Town:
    """A town: its name, its country, where it lies, how many live there."""

    name: str
    country: str
    lat: float
    lon: float
    people: int


def towns(text: str, most: int = 8) -> list[Town]:
    """The towns that may be meant by `Rotterdam` or `Londen, Canada`, the largest first."""
    name, _, country = text.partition(",")
    code = _code(country)
    found = _called(folded(name.strip()))
    return [town for town in found if not code or _code(town.country) == code][:most]


def country_name(text: str) -> str:
    """What the registry calls a country, from its name in English or Dutch, or its letters."""
    code = _code(text)
    return AS_THE_REGISTRY_SAYS.get(code) or _countries().get(code, {ENGLISH: text})[ENGLISH]


def country_names(text: str) -> tuple[str, ...]:
    """All that records may call a country, for they call it what was usual when they came."""
    code = _code(text)
    in_english = _countries().get(code, {ENGLISH: text})[ENGLISH]
    return tuple(dict.fromkeys((country_name(text), in_english, *ALSO.get(code, ()))))


def country_in(language: str, name: str) -> str:
    """A record's country in a language; as the record has it where that is not known."""
    named = _countries().get(_code(name), {}).get(language, "")
    return name if language == ENGLISH or not named else named


def _code(country: str) -> str:
    return _codes().get(folded(country.strip()), "")


@lru_cache(maxsize=8)
def _beginning_with(letters: str) -> str:
    """The names that begin so, each with its town, in lines."""
    with files(__package__).joinpath(TOWNS).open("rb") as file, ZipFile(file) as shelves:
        try:
            return shelves.read(letters).decode()
        except KeyError:
            return ""


def _called(name: str) -> Iterator[Town]:
    """The towns of this name, a larger one before a smaller."""
    for line in _beginning_with(name[:2]).splitlines():
        if line.startswith(f"{name}\t"):
            _, own, code, lat, lon, people = line.split("\t")
            yield Town(own, country_name(code), float(lat), float(lon), int(people))


@lru_cache(maxsize=1)
def _countries() -> dict[str, dict[str, str]]:
    """Of each country its names, by language."""
    text = files(__package__).joinpath(COUNTRIES).read_text(encoding="utf-8")
    (_, *languages), *rows = (line.split("\t") for line in text.splitlines())
    return {code: dict(zip(languages, names, strict=True)) for code, *names in rows}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    made = {folded(AS_THE_REGISTRY_SAYS[code]): code for code in AS_THE_REGISTRY_SAYS}
    for code, names in _countries().items():
        known = (code, *names.values(), *ALSO.get(code, ()))
        made |= {folded(name): code for name in known}
    return made
