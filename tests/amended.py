"""First steps with two amendments: one that adds and asks consent again, one that ends."""

from datetime import date
from functools import lru_cache
from typing import Any

from equipoise.study.model import Study
from tests.support import a_study

FROM = date(2026, 2, 1)
SOURCE = "assumed: for tests"
AMENDMENTS = [
    {
        "id": "A1",
        "title": "Pulse",
        "from_on": FROM,
        "consent": "2",
        "consent_within": 14,
        "source": SOURCE,
    },
    {"id": "A2", "title": "No more cups", "from_on": FROM, "source": SOURCE},
]


def amended_blocks(**of_first: Any) -> dict[str, Any]:
    """The blocks of the study; `of_first` is said of the first amendment otherwise."""
    study = a_study().model_dump(exclude={"digest"})
    pressure = next(form for form in study["forms"] if form["id"] == "pressure")
    pressure["items"] = [
        *pressure["items"],
        {"id": "pulse", "label": "Pulse", "kind": "number", "required": True, "since": "A1"},
    ]
    cups = next(form for form in study["forms"] if form["id"] == "cups")
    cups["until"] = "A2"
    asks = {"id": "slept", "label": "Hours of sleep", "kind": "number"}
    sleep = {"id": "sleep", "title": "Sleep", "since": "A1", "items": [asks], "source": SOURCE}
    month = next(visit for visit in study["visits"] if visit["id"] == "weeks")
    month["forms"] = (*month["forms"], "sleep")
    call = {"id": "call", "label": "Call", "epoch": "drinking", "anchor": "randomisation"}
    call |= {"day": 70, "late": 7, "forms": ["sleep"], "since": "A1", "source": SOURCE}
    slow = {"id": "I4", "text": "A pulse below 100", "when": "pulse <= 100", "since": "A1"}
    criteria = study["criteria"]
    criteria["inclusion"] = [*criteria["inclusion"], {**slow, "source": SOURCE}]
    criteria["exclusion"][1]["until"] = "A2"
    second = {"version": "2", "from_on": FROM, "label": "Version 2", "source": SOURCE}
    consent = {"versions": [*study["consent"]["versions"], second]}
    for role in study["roles"]:
        if role["id"] == "office":
            role["may"] = (*role["may"], "amendment.activate", "amendment.take-back")
        if role["id"] == "doctor":
            role["may"] = (*role["may"], "lock.form", "signature.form")
    amendments = [{**AMENDMENTS[0], **of_first}, AMENDMENTS[1]]
    return {
        **{name: study[name] for name in ("forms", "visits", "roles")},
        "criteria": criteria,
        "consent": consent,
        "amendments": amendments,
        "visits": [*study["visits"], call],
        "forms": [*study["forms"], sleep],
    }


@lru_cache
def amended(**of_first: Any) -> Study:
    """The study under its amended text."""
    return a_study(**amended_blocks(**of_first))


_RULES = "tests/spec/conduct/test_amendment_rules.py::"
_SHOWN = {
    "test_an_activation_is_of_the_office_and_of_a_day_that_can_be": (
        "amendment.active-already amendment.nothing-put-right amendment.same-day "
        "amendment.too-early"
    ),
    "test_nothing_is_active_before_the_text_that_has_it_was_adopted": "amendment.before-adoption",
    "test_an_activation_that_is_taken_back_asks_nothing_and_what_was_answered_stays": (
        "amendment.not-active"
    ),
    "test_a_day_is_put_right_with_a_reason_unless_a_consent_rests_on_it": "amendment.signed",
    "test_who_must_consent_again_is_told_and_kept_from_the_draw": "consent.again",
    "test_an_activation_at_one_hospital_changes_nothing_at_the_other": (
        "consent.not-active consent.superseded"
    ),
    "test_visits_and_forms_come_with_the_day_of_coverage_and_go_with_it": (
        "form.asked-no-longer form.not-asked-yet"
    ),
    "test_what_an_activated_amendment_asks_stays_in_every_later_text": (
        "study.amendments-order study.active-changed study.period-changed"
    ),
}
BY_AMENDMENTS = {
    code: f"{_RULES}{name}" for name, codes in _SHOWN.items() for code in codes.split()
}
"""Of each reason that rests on amendments, the test that shows it."""
