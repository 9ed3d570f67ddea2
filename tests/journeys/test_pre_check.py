"""The private pre-check in a browser: it sends nothing, and joins as the interpreter does."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from equipoise.conduct.precheck import precheck
from equipoise.logic.truth import Truth
from equipoise.study.load import load
from tests import answers
from tests.journeys.conftest import PHONE, Desk, today

PRESSED = """(many) => many.map((chosen) => {
  document.getElementById("again").click();
  for (const [question, answer] of Object.entries(chosen)) {
    document.querySelector(`label[for=q${question}-${answer}]`).click();
  }
  const outcome = document.getElementById("outcome");
  const shown = (kind) => [...outcome.querySelectorAll(`[data-${kind}]`)]
    .filter((one) => one.checkVisibility()).map((one) => one.dataset[kind]);
  const count = outcome.querySelector("[data-count]");
  return [shown("out"), shown("check"), count.checkVisibility() ? count.textContent : ""];
})"""
KEPT = "() => localStorage.length + sessionStorage.length"
STUDY = load(Path("studies/pump-it"))
LINES = (*STUDY.criteria.inclusion, *STUDY.criteria.exclusion)
ASKED = [one.id for one in LINES if any(True for leaf in one.leaves() for _ in leaf.questions())]


def pick(page: Page, question: str, answer: str) -> None:
    asked = page.locator("fieldset").filter(has_text=question)
    asked.get_by_label(answer, exact=True).check(force=True)


def test_the_pre_check_sends_nothing_and_says_what_follows_from_each_answer(desk: Desk):
    page = desk.window(viewport=PHONE)
    desk.go(page, "/check/")
    page.wait_for_load_state("networkidle")
    cookies, asked_for = page.context.cookies(), []
    page.on("request", lambda request: asked_for.append(request.url))
    outcome = page.get_by_role("region", name="What your answers come to")
    expect(outcome).to_be_hidden()

    page.locator("#questions input").first.focus()
    page.keyboard.press("Space")  # by keyboard alone: 18 or older
    expect(outcome).to_contain_text("Nothing you answered rules you out. Your doctor must check 28")
    pick(page, "Are you pregnant", "This is about a man")
    expect(outcome).to_contain_text("must check 27 things")
    infection = outcome.get_by_text("You have a serious infection.", exact=True)
    expect(infection).to_be_visible()
    pick(page, "Do you have an infection?", "No")
    expect(infection).to_be_hidden()
    pick(page, "Have you had chemotherapy", "Yes")
    expect(outcome).to_contain_text("rules you out. Ask your doctor if you are unsure.")
    expect(outcome.get_by_text("Because this is needed: You have had no chemo")).to_be_visible()
    expect(outcome.get_by_text("Your doctor must check")).to_be_hidden()
    pick(page, "Have you had chemotherapy", "I don't know")
    expect(outcome).to_contain_text("must check 26 things")

    page.get_by_role("button", name="Take all answers away").click()
    expect(outcome).to_be_hidden()
    assert not asked_for
    assert page.context.cookies() == cookies and page.evaluate(KEPT) == 0


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_of_any_answers_the_page_says_what_the_interpreter_says_and_sends_nothing(
    desk: Desk, count: int, language: str
):
    page = desk.window()
    desk.go(page, f"/check/?in={language}")
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    check = precheck(STUDY, today())
    drawn = list(answers.drawn(check, count))
    for chosen, (out, to_check, told) in zip(drawn, page.evaluate(PRESSED, drawn), strict=True):
        by_rule = answers.interpreted(STUDY, check, chosen, today())
        against = [name for name, truth in by_rule.items() if truth is Truth.FALSE]
        unknown = [name for name, truth in by_rule.items() if truth is Truth.UNKNOWN]
        assert out == against, chosen
        fits = bool(chosen) and not against
        assert to_check == ([name for name in ASKED if name in unknown] if fits else []), chosen
        assert re.findall(r"\d+", told) == ([f"{len(unknown)}"] if fits else []), chosen
    assert not sent and page.evaluate(KEPT) == 0


def test_each_page_prints_on_two_sheets_at_most(desk: Desk):
    page = desk.window()
    for path in ("/", "/for-doctors/", "/check/"):
        for language in ("en", "nl"):
            desk.go(page, f"{path}?in={language}")
            page.evaluate("document.fonts.ready")  # what is printed meanwhile is wider
            printed = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2, (path, language)
