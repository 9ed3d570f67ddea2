"""Amendments in a study file: every name exists, and nothing rests on what is asked only later."""

from typing import Any

import pytest

from equipoise.conduct.chapters import ACTS
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.amended import amended, amended_blocks
from tests.support import a_study


def found(**blocks: Any) -> list[str]:
    study = a_study(**{**amended_blocks(), **blocks})
    return [f"{one.path}: {one.message}" for one in consistency(study, Places(), ACTS)]


def parts(block: str, name: str, **changed: Any) -> list[dict[str, Any]]:
    """A block of the study in which one part is changed; of items, on whichever form they stand."""
    blocks = amended_blocks()
    if block == "items":
        for form in blocks["forms"]:
            form["items"] = [
                {**item, **changed} if item["id"] == name else item for item in form["items"]
            ]
        return blocks["forms"]
    return [{**one, **changed} if one["id"] == name else one for one in blocks[block]]


def criterion(name: str, **changed: Any) -> dict[str, Any]:
    criteria = amended_blocks()["criteria"]
    return {
        side: [{**one, **changed} if one["id"] == name else one for one in those]
        for side, those in criteria.items()
    }


def signed(version: str) -> dict[str, Any]:
    return {"amendments": [{**one, "consent": version} for one in amended_blocks()["amendments"]]}


def test_a_study_with_amendments_holds_together():
    assert consistency(amended(), Places(), ACTS) == []


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ({"forms": parts("items", "pulse", since="A9")}, "there is no amendment 'A9'"),
        ({"visits": parts("visits", "call", until="B")}, "there is no amendment 'B'"),
        ({"forms": parts("forms", "sleep", until="A1")}, "ends with 'A1' and begins with 'A1'"),
        ({"forms": parts("items", "slept", until="A1")}, "never asked"),
        ({"criteria": criterion("I4", since="")}, "'pulse', which is asked only since 'A1'"),
        ({"criteria": criterion("I4", since="A2")}, ""),
        (
            {"forms": parts("items", "systolic", shown_when="pulse > 60")},
            "'pulse', which is asked only since 'A1'",
        ),
        (
            {"visits": parts("visits", "weeks", when="slept > 4")},
            "'slept', which is asked only since 'A1'",
        ),
        (
            {"visits": parts("visits", "weeks", anchor="sleep_done")},
            "'sleep_done', which is asked only since 'A1'",
        ),
        (
            {"forms": parts("items", "systolic", until="A2")},
            "'systolic', which is asked only until 'A2'",
        ),
        (
            signed("9"),
            "'9'",
        ),
        (
            signed("1"),
            "first",
        ),
        (
            signed("2"),
            "order",
        ),
        ({"amendments": amended_blocks()["amendments"][:1] * 2}, "'A1' stands twice"),
        ({"roles": a_study().model_dump()["roles"]}, "no role may do 'amendment.activate'"),
    ],
    ids=range(15),
)
def test_what_does_not_hold_together_is_told(blocks: dict[str, Any], told: str):
    problems = found(**blocks)
    assert (not problems) if not told else any(told in one for one in problems), problems
