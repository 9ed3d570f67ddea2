"""Whatever is typed into a form over HTTP: a sentence beside the field, the text still there."""

import html
from collections.abc import Iterator

import pytest
from django.test import Client

from equipoise.web import adopted, write_service
from tests.hostile import hostile
from tests.web_trial import open_house, signed_in

pytestmark = pytest.mark.django_db
FORM = "/participants/{}/form/{}/screening/1/"
LONGEST_SHOWN = 2_000  # characters, past which the text is not looked for on the page
FIELDS = {
    "quantity": ("laboratory", "hb", {}),
    "number": ("disease", "liver_metastases_count", {}),
    "choice": ("disease", "primary_side", {}),
    "several": ("disease", "liver_segments", {}),
    "yes-no": ("disease", "bilobar", {}),
    "judgement": ("disease", "primary_resectable", {}),
    "date": ("disease", "primary_diagnosed_on.text", {}),
    "partial-date": ("demography", "birth_date.month", {"year": "1960"}),
    "text": ("history", "malignancies.1.cancer", {}),
    "list": ("history", "malignancies.none", {}),
}
TYPED = ("quantity", "number", "date", "partial-date", "text")  # what stands in a box of text


@pytest.fixture
def someone() -> str:
    open_house()
    return write_service.enter_screening("nurse-01", "01").subject_id


def posts(kind: str, texts: list[str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Each text in its field, with what else is needed to be judged."""
    form, field, others = FIELDS[kind]
    today = write_service.today()
    dated = {"happened.day": today.day, "happened.month": today.month, "happened.year": today.year}
    beside = {f"{field.rpartition('.')[0]}.{part}": text for part, text in others.items()}
    for text in texts:
        yield form, {**{n: str(v) for n, v in dated.items()}, **beside, field: text}, text


def tried(client: Client, someone: str, kind: str, texts: list[str]) -> None:
    for form, fields, text in posts(kind, texts):
        before = write_service.folds().subject(someone).seq
        answer = client.post(FORM.format(someone, form), fields)
        assert answer.status_code in (302, 422), (kind, text[:80], answer.status_code)
        if answer.status_code == 302:
            continue
        assert write_service.folds().subject(someone).seq == before, "nothing is recorded"
        shown = answer.content.decode()
        assert "govuk-error-message" in shown, (kind, text[:80])
        if kind in TYPED and text.strip() and len(text) < LONGEST_SHOWN:
            assert html.escape(text.strip()) in shown or text.strip() in html.unescape(shown)


def sent(count: int) -> list[str]:
    """What a browser can send; a lone half of a sign cannot be written in UTF-8."""
    return [text for text in hostile() if "\ud800" not in text][:count]


@pytest.mark.parametrize("count", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_what_is_typed_into_a_form_is_refused_beside_its_field_and_still_there(
    someone: str, count: int
) -> None:
    for kind in FIELDS:
        tried(signed_in("nurse-01"), someone, kind, sent(count))


@pytest.mark.slow  # a few texts of each kind are sent in every run
@pytest.mark.parametrize("kind", FIELDS)
def test_of_two_hundred_texts_none_breaks_the_page(someone: str, kind: str) -> None:
    assert {item.kind for form in adopted.study().forms for item in form.items} <= set(FIELDS)
    tried(signed_in("nurse-01"), someone, kind, sent(200))
