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

__all__ = ["Town", "country_in", "country_name", "place_name", "towns"]

TOWNS, COUNTRIES = "data/towns.zip", "data/countries.tsv"
ENGLISH = "en"
AS_THE_REGISTRY_SAYS = {
    "BA": "Bosnia and Herzegovina",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "KR": "South Korea",
    "TR": "Turkey (Türkiye)",
    "CZ": "Czechia",
    "HK": "Hong Kong",
    "MO": "Macau",
    "CI": "Côte d'Ivoire",
}
ALSO = {
    "BN": ("Brunei Darussalam",),
    "BO": ("Bolivia, Plurinational State of",),
    "BS": ("The Bahamas",),
    "CD": ("Congo, The Democratic Republic of the", "Democratic Republic of Congo"),
    "CG": ("Congo", "Congo, Republic of the"),
    "CI": ("Côte D'Ivoire",),
    "CV": ("Cabo Verde",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "England", "Engeland"),
    "GM": ("The Gambia",),
    "HK": ("Hong Kong SAR China",),
    "IR": ("Iran, Islamic Republic of",),
    "KP": ("Korea, Democratic People's Republic of",),
    "KR": ("Korea, Republic of",),
    "LA": ("Lao People's Democratic Republic",),
    "LY": ("Libyan Arab Jamahiriya",),
    "MD": ("Moldova, Republic of",),
    "MK": (
        "Macedonia",
        "Macedonia, The Former Yugoslav Republic of",
        "The Former Yugoslav Republic of Macedonia",
    ),
    "MM": ("Myanmar", "Burma"),
    "MO": ("Macao",),
    "NL": ("Holland",),
    "PS": ("Palestine", "Palestinian Territory, occupied", "Palestinian Territories, Occupied"),
    "RU": ("Russian Federation",),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland",),
    "TR": ("Turkey",),
    "TW": ("Taiwan, Province of China",),
    "TZ": ("Tanzania, United Republic of",),
    "US": ("USA",),
    "VE": ("Venezuela, Bolivarian Republic of",),
    "VN": ("Viet Nam",),
}
"""What records call a country, or called it once, and people do; it is counted as one."""


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
    """What the registry calls a country now, from any name it had there, in Dutch, or its letters.

    Whatever is no country that is known here stays as it is.
    """
    code = _code(text)
    return AS_THE_REGISTRY_SAYS.get(code) or _countries().get(code, {ENGLISH: text})[ENGLISH]


def place_name(text: str) -> str:
    """A town with its country, such as `Moscow, Russia`, as the registry calls that now."""
    town, comma, country = text.partition(", ")
    while country and not _code(country):
        more, comma, country = country.partition(", ")
        town = f"{town}, {more}"
    return f"{town}{comma}{country_name(country)}" if country else text


def country_in(language: str, name: str) -> str:
    """A record's country in a language; as the record has it where that is not known."""
    named = _countries().get(_code(name), {}).get(language, "")
    return name if language == ENGLISH or not named else named


def _code(country: str) -> str:
    return _codes().get(_plain(country), "")


def _plain(country: str) -> str:
    """A name as it is looked up: `Trinidad & Tobago` is Trinidad and Tobago, St. is Saint."""
    name = folded(country.strip()).replace(" & ", " and ").replace("\u2019", "'")
    return f"saint {name[4:]}" if name.startswith("st. ") else name


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
    made = {_plain(AS_THE_REGISTRY_SAYS[code]): code for code in AS_THE_REGISTRY_SAYS}
    for code, names in _countries().items():
        known = (code, *names.values(), *ALSO.get(code, ()))
        made |= {_plain(name): code for name in known}
    return made
