"""Whatever is sent for an item: it is refused in a sentence at its place, or kept and told."""

from typing import Any

import pytest

from equipoise.conduct.act import Refused
from equipoise.conduct.facts import observation
from equipoise.conduct.forms import SaveForm
from equipoise.study.kinds import KINDS
from tests.hostile import COUNT, hostile
from tests.support import Trial, a_study, a_trial

LABEL = {"en": "Asked", "nl": "Gevraagd"}
NEEDS: dict[str, dict[str, Any]] = {
    "quantity": {"unit": "mg", "units": ["g"]},
    "choice": {"choices": {"a": LABEL, "b": LABEL}},
    "several": {"choices": {"a": LABEL, "b": LABEL}},
    "link": {"to": "medicines.medicine"},
    "scale": {"scale": {"highest": 10, "low": LABEL, "high": LABEL}},
    "list": {"columns": [{"id": "cell", "label": LABEL, "kind": "text"}]},
}
SHAPES: list[Any] = [
    [],
    [{}],
    [{"cell": ""}],
    [{"other": "x"}],
    [{"cell": "x"}] * 201,
    [{"cell": "x"}],
]
"""What is no text: rows, where one value is asked, or too many of them."""


@pytest.fixture(scope="module")
def asking() -> Trial:
    """First steps with a form that asks an item of each kind."""
    items = [{"id": f"it{n}", "label": LABEL, "kind": kind, **NEEDS.get(kind, {})}
             for n, kind in enumerate(KINDS)]  # fmt: skip
    study = a_study()
    forms = [form.model_dump() for form in study.forms]
    forms[0]["items"] = [*forms[0]["items"], *items]
    return a_trial(a_study(forms=forms))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [20, pytest.param(COUNT, marks=pytest.mark.slow)])
def test_what_is_sent_for_an_item_is_refused_at_its_place_or_kept_and_told(
    asking: Trial, kind: str, count: int
) -> None:
    name = f"it{list(KINDS).index(kind)}"
    item = asking.study.items[name]
    for value in (*hostile(count), *SHAPES):
        someone = asking.enter()
        before = len(list(asking.ledger.entries(someone)))
        act = SaveForm(form="person", visit="screening", values={name: value})
        try:
            asking.do(act, someone)
        except Refused as refused:
            assert len(list(asking.ledger.entries(someone))) == before, "nothing is recorded"
            for one in refused.refusals:
                assert one.where.partition(".")[0] in (name, ""), (value, one)
                assert one.because and len(one.because) < 500, "a sentence, and not what was sent"
            continue
        kept = asking.subject(someone).forms.records["person@screening#1"].now(name)
        if isinstance(kept, str):
            assert item.of_kind.canonical(kept) == kept, "what is kept is kept in one way"
            seen = observation(item, kept, asking.subject(someone).entered_on)
            assert seen.value is not None and item.of_kind.as_given(item, kept) is not None
