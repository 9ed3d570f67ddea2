"""What every kind of item promises, over the list: a kind that keeps one of these out is red.

`tests/kinds/diagnosis.py` is not in the list; it is let in here, and promises the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation
from pydantic import ValidationError

from equipoise.conduct.answers import answer_refusals, canonical_answers
from equipoise.conduct.facts import observation
from equipoise.conduct.state.forms import Record, Save, Value
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan_values import RowPlan, ValuePlan, misfitting
from equipoise.design.rehearsal.values import answers
from equipoise.study.forms import Form
from equipoise.study.kinds import KINDS
from equipoise.study.load import form_schema
from equipoise.web.forms.fields import fields_of
from equipoise.web.views.form_data import compact, flat_of, form_values, written_in
from equipoise.web.views.spoken import value_text
from tests.kinds.diagnosis import Diagnosis
from tests.support import DAY, a_study, a_subject

ROOT = Path(__file__).parents[1]
HOW_TO = ROOT / "docs/how-to/add-an-item-kind.md"
LANGUAGES = ("en", "nl")
SAID = {"en": "Said", "nl": "Gezegd"}


@dataclass(frozen=True, kw_only=True)
class Example:
    """One value of a kind: as a program may hand it over, as it is kept, and as it is told."""

    given: Value
    kept: Value
    means: object
    en: str
    nl: str
    refused: str  # the code against nonsense


EXAMPLES = {
    "number": Example(
        given="+12.50", kept="12.5", means=Decimal("12.5"), en="12.5", nl="12,5",
        refused="item.number",
    ),
    "quantity": Example(
        given="<07.0", kept="<7", means=Decimal(7), en="<7 mg", nl="<7 mg", refused="item.number"
    ),
    "choice": Example(
        given="a", kept="a", means="a", en="Said", nl="Gezegd", refused="item.choice"
    ),
    "yes-no": Example(
        given="yes", kept="yes", means=True, en="Yes", nl="Ja", refused="item.yes-no"
    ),
    "judgement": Example(
        given="no", kept="no", means=False, en="No", nl="Nee", refused="item.yes-no"
    ),
    "date": Example(
        given="2026-02-03", kept="2026-02-03", means=date(2026, 2, 3), en="3 Feb 2026",
        nl="3 feb 2026", refused="item.date",
    ),
    "partial-date": Example(
        given="2026-02", kept="2026-02", means=(date(2026, 2, 1), date(2026, 2, 28)),
        en="Feb 2026", nl="feb 2026", refused="item.date",
    ),
    "text": Example(
        given=" cafe\N{COMBINING ACUTE ACCENT}\r\nnoir", kept="caf\xe9\nnoir",
        means="caf\xe9\nnoir", en="caf\xe9\nnoir", nl="caf\xe9\nnoir", refused="",
    ),
    "link": Example(
        given=" a ", kept="a", means="a", en="a", nl="a", refused=""
    ),
    "list": Example(
        given=[{"cell": " a "}], kept=[{"cell": "a"}], means=None, en="Said: a", nl="Gezegd: a",
        refused="item.a-list",
    ),
    "several": Example(
        given="b, a", kept="a,b", means="a,b", en="Said and Said", nl="Gezegd en Gezegd",
        refused="item.choices",
    ),
    "time": Example(
        given="9.05", kept="09:05", means=Decimal(545), en="09:05", nl="09:05",
        refused="item.time",
    ),
    "scale": Example(
        given="+7.50", kept="7.5", means=Decimal("7.5"), en="7.5", nl="7,5", refused="item.scale"
    ),
    "diagnosis": Example(
        given="c187", kept="C18.7", means="C18.7", en="C18.7", nl="C18.7",
        refused="item.diagnosis",
    ),
}  # fmt: skip

EVERY_KIND = pytest.mark.parametrize("name", [*KINDS, Diagnosis.name])
ONE_VALUE = [name for name in (*KINDS, Diagnosis.name) if name != "list"]
IN_A_ROW = [name for name in ONE_VALUE if name != "several"]
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def a_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of the how-to enters the list, as a line there would let it in."""
    monkeypatch.setitem(KINDS, Diagnosis.name, Diagnosis())


def asked_as(name: str) -> dict[str, object]:
    """What a study file would say of an item of this kind."""
    needs: dict[str, dict[str, object]] = {
        "quantity": {"unit": "mg"},
        "choice": {"choices": {"a": SAID, "b": SAID}},
        "several": {"choices": {"a": SAID, "b": SAID}},
        "link": {"to": "medicines.medicine"},
        "scale": {"scale": {"highest": 100, "step": Decimal("0.1"), "low": SAID, "high": SAID}},
        "list": {"columns": [{"id": "cell", "label": SAID, "kind": "text"}]},
    }
    return {"id": "it", "label": SAID, "kind": name, **needs.get(name, {})}


def asking(name: str) -> Form:
    """A form that asks one item of this kind."""
    source = {"tag": "assumed", "where": "a test"}
    return Form.model_validate(
        {"id": "form", "title": "Form", "items": [asked_as(name)], "source": source}
    )


def recorded(name: str) -> Record:
    """The form with the value of the example on it, and nothing else."""
    values = {"it": EXAMPLES[name].kept}
    kept = Save(values=values, by="", at=datetime(2026, 5, 3, tzinfo=UTC), on=DAY)
    return Record(form="form", visit="", number=1, on=DAY, saves=[kept])


def wrong(form: Form, value: Value) -> set[str]:
    return {refusal.code for refusal in answer_refusals(form, {"it": value}, {}, DAY)}


@EVERY_KIND
def test_a_value_is_kept_in_one_way_and_taken_in_that_way(name: str) -> None:
    form, example = asking(name), EXAMPLES[name]
    once = canonical_answers(form, {"it": example.given})
    assert once == {"it": example.kept}
    assert canonical_answers(form, once) == once
    assert not wrong(form, example.kept)


@EVERY_KIND
def test_nonsense_is_refused_with_a_code(name: str) -> None:
    refused = EXAMPLES[name].refused
    assert wrong(asking(name), "?!") == ({refused} if refused else set()), "only words are free"
    assert refused or name in ("text", "link")


@pytest.mark.parametrize("name", ONE_VALUE)
def test_a_kept_value_means_what_criteria_compare_with(name: str) -> None:
    kept = EXAMPLES[name].kept
    assert isinstance(kept, str)
    seen = observation(asking(name).items[0], kept, DAY)
    assert (seen.value, seen.comparator) == (EXAMPLES[name].means, "<" if "<" in kept else "")


@EVERY_KIND
@EVERY_LANGUAGE
def test_a_value_is_told_in_the_language_of_who_reads_it(name: str, language: str) -> None:
    with translation.override(language):
        told = value_text(asking(name).items[0], EXAMPLES[name].kept)
    assert told == getattr(EXAMPLES[name], language)


@EVERY_KIND
@EVERY_LANGUAGE
def test_what_stands_in_the_fields_of_a_page_is_the_value_again(name: str, language: str) -> None:
    form = asking(name)
    flat, counts = compact(form, flat_of(form, recorded(name), language))
    assert canonical_answers(form, form_values(form, flat, counts, language)) == {
        "it": EXAMPLES[name].kept.strip() if name == "text" else EXAMPLES[name].kept
    }
    for other in LANGUAGES:
        there = written_in(form, flat, language, other, DAY)
        assert written_in(form, there, other, language, DAY) == flat


@EVERY_KIND
@EVERY_LANGUAGE
def test_a_kind_is_asked_by_a_widget_that_is_there(name: str, language: str) -> None:
    with translation.override(language):
        shown = shown_on_page(asking(name), flat_of(asking(name), recorded(name), language))
    assert SAID[language] in shown
    assert re.search(r'<(input|select|textarea)[^>]* name="it', shown)


@pytest.mark.parametrize("name", IN_A_ROW)
def test_a_kind_is_asked_in_a_row_of_a_list_too(name: str) -> None:
    item = {**asked_as("list"), "columns": [{**asked_as(name), "id": "cell"}]}
    form = asking("list").model_copy(update={"items": (type(asking(name).items[0])(**item),)})
    assert re.search(r'<(input|select|textarea)[^>]* name="it\.1\.cell', shown_on_page(form, {}))


def shown_on_page(form: Form, flat: dict[str, str]) -> str:
    env = engines["jinja2"].env
    page = env.from_string('{% from "parts/items.jinja" import place %}{{ place(one) }}')
    return page.render(one=fields_of(form, flat, {"it": 1}, {}, (), {})[0])


def test_why_there_is_no_answer_and_what_is_worked_out_stand_on_the_page() -> None:
    item = asking("quantity").items[0]
    absent = item.model_copy(update={"unanswered": ("not-done", "unknown")})
    shown = shown_on_page(asking("quantity").model_copy(update={"items": (absent,)}), {})
    assert all(f'name="it.{part}"' in shown for part in ("absent", "why", "words"))
    formula = item.model_copy(update={"formula": "1 mg"})
    shown = shown_on_page(asking("quantity").model_copy(update={"items": (formula,)}), {})
    assert "<output" in shown and 'name="it"' not in shown


def plans(name: str) -> Iterator[ValuePlan | None]:
    """No plan, and one for each of the ways in which the kind lets itself be invented."""
    kept = EXAMPLES[name].kept
    cells = {"cell": ValuePlan(always="a")}
    ways: dict[str, object] = {
        "normal": (Decimal(50), Decimal(1)),
        "lognormal": (Decimal(50), Decimal("0.1")),
        "choice": {str(kept): Decimal(1)},
        "always": str(kept),
        "several": {"a": Decimal("0.5"), "b": Decimal("0.5")},
        "yes": Decimal("0.5"),
        "holds": "consent_on is known",
        "days_before": (3, 9),
        "rows": RowPlan(chance=Decimal(1), most=2, columns=cells),
    }
    yield None
    yield from (ValuePlan.model_validate({way: ways[way]}) for way in KINDS[name].ways)


@EVERY_KIND
def test_what_a_rehearsal_invents_is_taken(name: str) -> None:
    form = asking(name)
    study, subject = a_study(forms=(*a_study().forms, form)), a_subject()
    for plan in plans(name):
        planned = {"it": plan} if plan else {}
        assert list(misfitting(study, planned)) == []
        given = answers(study, form, subject, DAY, planned, Chance(7))
        assert not list(answer_refusals(form, given, {}, DAY)), given
        assert given or plan is None


@EVERY_KIND
def test_a_kind_is_documented_where_a_study_is_written_and_in_the_schema(name: str) -> None:
    pages = {Diagnosis.name: HOW_TO}
    page = pages.get(name, ROOT / "docs/reference/study-file.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {KINDS[name].about} |" in page
    kind = form_schema()["$defs"]["Item"]["properties"]["kind"]
    told = dict(zip(kind["enum"], kind["enumDescriptions"], strict=True))
    assert told[name] == KINDS[name].about


def test_an_unknown_kind_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError, match="'list' or 'diagnosis'"):
        asking("moment")


def test_the_how_to_shows_the_kind_that_the_tests_let_in() -> None:
    kind = (ROOT / "tests/kinds/diagnosis.py").read_text(encoding="utf-8")
    assert f"```python\n{kind}```" in HOW_TO.read_text(encoding="utf-8")


def test_nobody_but_a_kind_itself_asks_which_kind_an_item_is_of() -> None:
    asks = re.compile(r"\b(item|column|asked|cell|one)\.kind\s*(==|!=|in\b|not in\b)\s*[\"'(]")
    asking = [
        path.relative_to(ROOT).as_posix()
        for suffix in ("py", "jinja")
        for path in (ROOT / "src/equipoise").rglob(f"*.{suffix}")
        if asks.search(path.read_text(encoding="utf-8"))
    ]
    elsewhere = {
        "src/equipoise/design/sweep/question_text.py",  # kinds of settings
        "src/equipoise/web/kept_tables.py",  # kinds of a table's columns
        "src/equipoise/web/participants/deviations.py",  # kinds of deviations
        "src/equipoise/web/views/tables.py",  # kinds of a table's columns
    }
    assert set(asking) == elsewhere
