"""What was recorded, in the words of the reader."""

import pytest
from django.utils.translation import override

from equipoise.study.forms import Item
from equipoise.web.views.spoken import value_text

MEDICINES = Item.model_validate(
    {
        "id": "medicines",
        "label": {"en": "Medicines"},
        "kind": "list",
        "columns": [
            {"id": "name", "label": {"en": "Medicine"}, "kind": "text"},
            {"id": "began", "label": {"en": "Started"}, "kind": "partial-date"},
            {"id": "ended", "label": {"en": "Ended"}, "kind": "partial-date"},
        ],
    }
)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Medicine: tea, Started: 2019, Ended: Mar 2020; Medicine: milk, Started: 2020-UN-23",
        ),
        (
            "nl",
            "Medicine: tea, Started: 2019, Ended: mrt 2020; Medicine: milk, Started: 2020-UN-23",
        ),
    ],
)
def test_a_row_is_read_in_the_order_in_which_it_is_asked(language: str, text: str) -> None:
    rows = [
        {"ended": "2020-03", "name": "tea", "began": "2019"},
        {"began": "2020-UN-23", "name": "milk"},
    ]
    with override(language):
        assert value_text(MEDICINES, rows) == text
