"""What the documentation names is there: pages, files, targets, verbs, tests, addresses, fields."""

import ast
import re
import shlex
from functools import lru_cache
from pathlib import Path

import pytest

from equipoise.cli import VERBS, main
from equipoise.cli.design import QUESTIONS
from equipoise.conduct.trial import ACTS
from equipoise.study.forms import Item
from equipoise.web.rest.api import api
from tests.support import carried_study

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/*/README.md"))
    + (ROOT / "tests/README.md", ROOT / "changelog.d/README.md")
)
COMMANDS = "docs/reference/command-line.md"
TUTORIAL = "docs/tutorials/first-participant.md"
RUN = {"check", "assumptions", "schema", "rehearse", "verify", "design"}
FOLDERS = "src docs tests tools studies changelog.d .ci"
NAMED = re.compile(rf"`((?:{'|'.join(map(re.escape, FOLDERS.split()))})/[^\s`*…{{}}<>]*)`")
EXAMPLE = re.compile(r"^\s*(?:\.venv/bin/)?equipoise ([^\n>]*)", re.MULTILINE)


@lru_cache
def text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def examples() -> list[str]:
    return [found.strip() for found in EXAMPLE.findall(text(COMMANDS))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_to_a_page_that_is_there(document):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text(document))
    folder = (ROOT / document).parent
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_is_there(document):
    named = {name.partition("::")[0].rstrip(".,") for name in NAMED.findall(text(document))}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_and_verb_that_is_named_exists(document):
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    asked = set(re.findall(r"(?:`|^    )make ([a-z][a-z-]*)", text(document), re.MULTILINE))
    assert asked <= targets | {"fix"}
    found = re.findall(r"(?:`|^)(?:\.venv/bin/)?equipoise ([a-z][a-z-]+)", text(document), re.M)
    assert set(found) <= set(VERBS)


def test_every_verb_has_its_place_and_an_example():
    assert set(re.findall(r"^### ([a-z-]+)$", text(COMMANDS), re.MULTILINE)) == set(VERBS)
    assert {example.split()[0] for example in examples()} == set(VERBS)


@pytest.mark.parametrize("example", examples())
def test_the_options_of_every_example_are_those_of_its_verb(example, capsys):
    words = shlex.split(example)
    many = words[0] == "registry" or (words[0] == "design" and "/" not in words[1])
    verb = words[:2] if many else words[:1]
    with pytest.raises(SystemExit) as ended:
        main([*verb, *(["answer"] if verb == ["design"] else []), "--help"])
    assert ended.value.code == 0
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert {word for word in words if word.startswith("--")} <= options


def test_the_examples_that_need_no_installation_run_in_the_order_of_the_page(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "studies").symlink_to(ROOT / "studies")
    (tmp_path / "build").mkdir()
    for example in examples():
        words = shlex.split(example)
        if words[0] in RUN and "installation" not in words:
            assert main(words) == 0, (example, capsys.readouterr().err)
    assert (tmp_path / "build/methods.svg").exists()
    assert (tmp_path / "build/sweep/report.html").exists()


def test_the_page_of_the_api_names_every_address_and_every_kind_of_act():
    page = text("docs/reference/rest-api.md")
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^\| `((?:GET|POST) [^`]+)`", page, re.MULTILINE)) == there
    kinds = page[page.index("## Kinds of act") :]
    assert set(re.findall(r"`([a-z-]+\.[a-z-]+)`", kinds)) == set(ACTS)


def test_every_test_that_shows_a_requirement_exists():
    named = re.findall(r"`(tests/[^`]+\.py)::(test_\w+)`", text("docs/reference/validation.md"))
    assert len(named) > 40
    gone = [(file, name) for file, name in named if name not in _tests(file)]
    assert gone == []
    rows = [line for line in text("docs/reference/validation.md").splitlines() if "|" in line]
    told = [row for row in rows if not row.startswith(("|---", "| requirement"))]
    assert [row for row in told if not re.search(r"`tests/[^`]+::test_\w+`", row)] == []


@lru_cache
def _tests(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_folder_of_code_says_what_it_answers():
    for package in sorted((ROOT / "src/equipoise").rglob("__init__.py")):
        if "migrations" not in package.parts:
            said = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8")))
            assert said, package


def test_the_tutorial_asks_what_the_forms_ask_in_their_words():
    parts = re.split(r"<!-- form: (\w+) -->", text(TUTORIAL))
    forms = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert len(forms) == 7
    for form_id, part in forms.items():
        items = {item.label["en"]: item for item in carried_study("pump-it").form_of[form_id].items}
        table = part[part.index("|---") :].split("\n\n")[0].splitlines()[1:]
        for row in table:
            label, answer = [cell.strip() for cell in row.strip("|").split("|")][:2]
            assert label in items, (form_id, label)
            assert _is_an_answer(items[label], answer), (label, answer)


def _is_an_answer(item: Item, answer: str) -> bool:
    if item.choices:
        return answer in {label["en"] for label in item.choices.values()}
    if item.kind in ("yes-no", "judgement"):
        return answer in ("Yes", "No")
    if item.kind in ("quantity", "number", "integer"):
        return re.fullmatch(r"[0-9.]+", answer) is not None
    return bool(answer)


def test_the_buttons_of_the_tutorial_are_those_of_the_pages():
    words = text("src/equipoise/locale/nl/LC_MESSAGES/equipoise.po").replace('"\n"', "")
    known = set(re.findall(r'^msgid "(.*)"$', words, re.MULTILINE))
    told = {" ".join(label.split()) for label in re.findall(r"\*\*([^*]+)\*\*", text(TUTORIAL))}
    forms = {form.title["en"] for form in carried_study("pump-it").forms}
    assert told - known - forms == {"Where to go from here."}


def _help_of(words: list[str], capsys) -> str:
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    return capsys.readouterr().out


def _options(capsys) -> dict[str, list[str]]:
    """Every command that the program has, with its options."""
    commands = [["design", question] for question in QUESTIONS]
    for verb in VERBS.keys() - {"design"}:
        within = re.search(r"\{([a-z,]+)\}\s\.\.\.", _help_of([verb], capsys))
        commands += [[verb, word] for word in within[1].split(",")] if within else [[verb]]
    option = re.compile(r"^  (--[a-z-]+)", re.MULTILINE)
    return {" ".join(one): option.findall(_help_of(one, capsys)) for one in commands}


def test_the_page_lists_every_command_with_all_of_its_options(capsys):
    """A command or an option that goes is missed here: whoever takes it away says so."""
    table = text(COMMANDS).partition("## Every command and its options")[2]
    told = re.findall(r"^\| `([a-z -]+)` \| (.*) \|$", table, re.MULTILINE)
    listed = {command: sorted(re.findall(r"`(--[a-z-]+)`", cell)) for command, cell in told}
    assert listed == {name: sorted(found) for name, found in _options(capsys).items()}


def test_every_act_that_asks_for_a_proof_is_named_where_people_read_of_it():
    told = text("docs/reference/people.md")
    proven = {kind for kind, act in ACTS.items() if act.step_up}
    assert [kind for kind in sorted(proven) if f"`{kind}`" not in told] == []
