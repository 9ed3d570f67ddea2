"""What the registry's API answers: studies that are asked for, one study, which version it is."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tantivy import Query

from equipoise.exchange.registry.api.columns import as_csv
from equipoise.exchange.registry.api.expressions import query_of
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.api.pieces import only, place_of
from equipoise.exchange.registry.api.values import known_value
from equipoise.exchange.registry.finder import Finder, finder
from equipoise.exchange.registry.queries import FIELDS_OF, SCHEMA, all_of, filters
from equipoise.exchange.registry.records import kept_records
from equipoise.exchange.registry.searches import Around, Search, Sort
from equipoise.exchange.registry.texts import words_of

__all__ = ["Answer", "studies", "study", "version"]

Json = dict[str, Any]
WORDS = {
    "query.cond": FIELDS_OF["condition"],
    "query.term": FIELDS_OF["words"],
    "query.locn": FIELDS_OF["place"],
    "query.titles": FIELDS_OF["title"],
    "query.intr": FIELDS_OF["treatment"],
    "query.outc": ("body",),
    "query.spons": FIELDS_OF["sponsor"],
    "query.lead": FIELDS_OF["sponsor"],
    "query.patient": ("title", "condition", "treatment", "body"),
    "filter.advanced": FIELDS_OF["words"],
}
OTHERS = {"query.id", "filter.overallStatus", "filter.geo", "filter.ids", "fields", "sort"}
OTHERS |= {"format", "markupFormat", "pageSize", "pageToken", "countTotal"}
SORTS = {
    "@relevance": Sort.RELEVANCE,
    "LastUpdatePostDate": Sort.UPDATED,
    "StartDate": Sort.STARTED,
    "EnrollmentCount": Sort.ENROLLED,
}
LARGEST, DEEPEST = 1000, 10_000
_GEO = re.compile(r"distance\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*([\d.]+)\s*(km|mi)?\s*\)")
_MILE = 1.609344
_AFTER = re.compile(r"after ([0-9]{1,6})")


@dataclass(frozen=True)
class Answer:
    """The body of an answer, its kind, and headers that go with it."""

    body: str
    kind: str
    headers: Mapping[str, str]


def version(folder: Path) -> Answer:
    """Which API this is, and as of when its records are."""
    as_of = finder(folder).about.as_of
    return _json(
        {"apiVersion": "2.0.5"} | ({"dataTimestamp": f"{as_of}T00:00:00"} if as_of else {})
    )


def study(folder: Path, number: str, given: Mapping[str, str]) -> Answer | None:
    """One record, or the fields of it that are asked for; None where there is none.

    :raises Mistaken: when a parameter is not understood
    """
    _known(given, {"fields", "format", "markupFormat"})
    with kept_records(folder) as records:
        kept = records.newest(number)
    if kept is None:
        return None
    if given.get("format", "json") == "csv":
        return _csv([json.loads(kept.raw)], given, True)
    if not given.get("fields"):
        return Answer(kept.raw.decode(), "application/json", {})
    return _json(only(json.loads(kept.raw), map(place_of, _listed(given["fields"]))))


def studies(folder: Path, given: Mapping[str, str]) -> Answer:
    """A page of the studies that are asked for.

    :raises Mistaken: when a parameter or an expression is not understood
    """
    _known(given, OTHERS | WORDS.keys())
    trials = finder(folder)
    search = _search(given)
    query = all_of([*_needed(given, trials)], [*_held(given, trials)])
    total, hits = trials.page(query, search)
    with kept_records(folder) as records:
        found = [records.newest(hit.card.number) for hit in hits]
    each = [json.loads(one.raw) for one in found if one]
    after = search.offset + len(hits)
    token = _token(after) if hits and after < min(total, DEEPEST) else ""
    count = total if given.get("countTotal") == "true" else None
    if given.get("format", "json") == "csv":
        return _csv(each, given, not search.offset, token, count)
    return _page(each, given, token, count)


def _page(each: list[Json], given: Mapping[str, str], token: str, count: int | None) -> Answer:
    if given.get("fields"):
        places = [place_of(name) for name in _listed(given["fields"])]
        each = [only(one, places) for one in each]
    page: Json = {} if count is None else {"totalCount": count}
    return _json(page | {"studies": each} | ({"nextPageToken": token} if token else {}))


def _json(value: Json) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), "application/json", {})


def _csv(
    each: list[Json],
    given: Mapping[str, str],
    head: bool,
    token: str = "",
    count: int | None = None,
) -> Answer:
    headers = {"x-next-page-token": token} if token else {}
    headers |= {} if count is None else {"x-total-count": str(count)}
    return Answer(as_csv(each, _listed(given.get("fields", "")), head), "text/csv", headers)


def _known(given: Mapping[str, str], names: set[str]) -> None:
    if unknown := given.keys() - names:
        asked, known = min(unknown), ", ".join(sorted(names))
        raise Mistaken(f"there is no parameter {asked[:40]!r}; known are {known}")
    if given.get("format", "json") not in ("json", "csv"):
        raise Mistaken("the format is json or csv")
    if given.get("markupFormat", "markdown") not in ("markdown", "legacy"):
        raise Mistaken("the markupFormat is markdown or legacy; both are given as they were kept")
    if given.get("countTotal", "false") not in ("true", "false"):
        raise Mistaken("countTotal is true or false")


def _listed(text: str) -> list[str]:
    names = [name for one in re.split(r"[|,]", text) if (name := one.strip())]
    if text and not names:
        raise Mistaken(f"{text[:40]!r} names nothing; leave it out, or name one or more")
    return names


def _needed(given: Mapping[str, str], trials: Finder) -> Iterator[Query]:
    for name, fields in WORDS.items():
        if given.get(name):
            yield query_of(given[name], fields, trials)


def _held(given: Mapping[str, str], trials: Finder) -> Iterator[Query]:
    around = _around(given["filter.geo"]) if given.get("filter.geo") else None
    states, numbers = (
        tuple(known_value(field, one.upper(), trials) for one in _listed(given.get(name, "")))
        for name, field in (("filter.overallStatus", "status"), ("filter.ids", "number"))
    )
    points = trials.places.within(around) if around else None
    yield from (query for _, query in filters(Search(status=states, number=numbers), points))
    if given.get("query.id"):
        yield _of_numbers(given["query.id"])


def _of_numbers(text: str) -> Query:
    """Trials known by any of these numbers: the registry's, its earlier ones, the sponsor's."""
    words = ["".join(words_of(word)) for word in text.split() if word != "OR"]
    if not (numbers := [word for word in words if word]):
        raise Mistaken(f"{text[:40]!r} names no number; NCT01234567 OR NCT07654321 would do")
    return Query.term_set_query(SCHEMA, "id", numbers)


def _around(text: str) -> Around:
    if not (found := _GEO.fullmatch(text.strip())):
        raise Mistaken(f"{text!r} is no distance; distance(52.37,4.89,50km) would do")
    try:
        lat, lon, far = float(found[1]), float(found[2]), float(found[3])
    except ValueError:
        raise Mistaken(f"{text!r} has a number that is none") from None
    if abs(lat) > 90 or abs(lon) > 180:
        raise Mistaken(f"{text!r} is nowhere on Earth: latitude up to 90, longitude up to 180")
    return Around(lat, lon, far if found[4] == "km" else far * _MILE)


def _search(given: Mapping[str, str]) -> Search:
    size, first = given.get("pageSize", "10"), given.get("sort", "@relevance")
    if not (size.isascii() and size.isdecimal() and len(size) < 7):
        raise Mistaken(f"a pageSize of {size!r} is no number")
    if len(_listed(first)) > 1:
        raise Mistaken(f"{first!r} is more than one order; studies are sorted by one here")
    name, _, order = first.partition(":")
    if name not in SORTS or order not in ("", "asc", "desc"):
        raise Mistaken(f"{first!r} is no order; one of {', '.join(SORTS)}, with :asc or :desc")
    return Search(
        sort=SORTS[name],
        descending=order == "desc" or (not order and SORTS[name] is not Sort.ENROLLED),
        offset=_offset(given.get("pageToken", "")),
        limit=min(max(int(size), 1), LARGEST),
        facets=(),
    )


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"after {offset}".encode()).decode().rstrip("=")


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    except ValueError:
        text = ""
    if not (found := _AFTER.fullmatch(text)):
        raise Mistaken("this pageToken is none of ours")
    return min(int(found[1]), DEEPEST)
