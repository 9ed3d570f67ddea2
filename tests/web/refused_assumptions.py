"""What is refused of whoever confirms what a study text recalls or assumes."""

from collections.abc import Iterator

from tests.web.one_law import ASKS_ITSELF, NOT_THERE, Tried, tried

__all__ = ["BY_ASSUMPTIONS", "of_assumptions"]

OFFICE, VALUE = "office", {"path": "criteria.inclusion.I01", "value": "0" * 64}
RULES = "tests/spec/conduct/test_assumption_rules.py::"
BY_ASSUMPTIONS = {
    f"assumption.{code}": f"{RULES}test_no_trial_opens_with_a_recalled_value_until_it_is_confirmed"
    for code in ("confirmed-already", "unconfirmed")
}


def of_assumptions() -> Iterator[Tried]:
    """What stands otherwise, needs nobody's word, or was never confirmed."""
    yield tried("assumption.confirm", by=OFFICE, **VALUE, document=" ", page=NOT_THERE)
    yield tried(
        "assumption.confirm", by=OFFICE, **VALUE, document="a", text="0" * 64, page=NOT_THERE
    )
    unknown = {"path": "age", "value": "0", "document": "a"}
    yield tried("assumption.confirm", by=OFFICE, **unknown, page=NOT_THERE)
    yield tried("assumption.take-back", by=OFFICE, confirmation=1, because="so")
    blank = {"confirmation": 1, "because": " "}
    yield tried("assumption.take-back", by=OFFICE, **blank, page=ASKS_ITSELF)
