"""Where a town is, without asking anyone: the towns of 5,000 people and more, by GeoNames.

Large towns are found by what other languages call them too (*Keulen*, *Londen*), countries by their
English, their Dutch, and their two letters.
"""

import lzma
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from equipoise.exchange.registry.texts import folded

__all__ = ["Town", "country_name", "towns"]

TOWNS, COUNTRIES = "data/towns.tsv.xz", "data/countries.tsv"
AS_THE_REGISTRY_SAYS = {
    "KR": "South Korea",
    "TR": "Turkey (Türkiye)",
    "CZ": "Czechia",
    "HK": "Hong Kong",
    "MO": "Macau",
    "CI": "Côte d'Ivoire",
}


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
    found = [_town(at) for at in _names().get(folded(name.strip()), ())]
    return [town for town in found if not code or _code(town.country) == code][:most]


def country_name(text: str) -> str:
    """What the registry calls a country, from its name in English or Dutch, or its letters."""
    code = _code(text)
    return AS_THE_REGISTRY_SAYS.get(code) or _countries().get(code, (text,))[0]


def _code(country: str) -> str:
    return _codes().get(folded(country.strip()), "")


@lru_cache(maxsize=1)
def _lines() -> list[str]:
    packed = files(__package__).joinpath(TOWNS).read_bytes()
    return lzma.decompress(packed).decode().splitlines()


@lru_cache(maxsize=1)
def _names() -> dict[str, list[int]]:
    """The lines of each name; a line is of the larger town the sooner it comes."""
    made: dict[str, list[int]] = {}
    for at, line in enumerate(_lines()):
        name, *_, others = line.split("\t")
        for one in dict.fromkeys(folded(each) for each in (name, *others.split(";")) if each):
            made.setdefault(one, []).append(at)
    return made


def _town(at: int) -> Town:
    name, code, lat, lon, people, _ = _lines()[at].split("\t")
    return Town(name, country_name(code), float(lat), float(lon), int(people))


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, str]]:
    text = files(__package__).joinpath(COUNTRIES).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {code: (english, dutch) for code, english, dutch in rows}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    made = {folded(AS_THE_REGISTRY_SAYS[code]): code for code in AS_THE_REGISTRY_SAYS}
    for code, names in _countries().items():
        made |= {folded(name): code for name in (code, *names)}
    extra = {"holland": "NL", "usa": "US", "england": "GB", "engeland": "GB", "turkey": "TR"}
    return made | extra | {"uk": "GB", "turkije": "TR", "korea, republic of": "KR"}
