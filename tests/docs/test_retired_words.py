"""In conduct, web, cli and design a name is a word of the field, not one of ours, now retired."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import equipoise

ROOT = Path(equipoise.__file__).parent
FOLDERS = ("conduct", "web", "cli")
RETIRED = {
    "whole": "trial_state",
    "scene": "context",
    "luck": "random_source",
    "gate": "authorisation",
    "stands": "satisfied",
    "door": "write_service, or entry point",
    "room": "panel, or workspace",
    "told": "context",
    "asked": "query, args",
    "typed": "form_data, entered",
    "shown": "rendered, visible",
    "said": "wording, text",
    "sought": "filters",
    "shelf": "store",
    "noted": "access_log",
    "guard": "middleware",
    "guards": "triggers",
    "mistake": "error",
    "mistakes": "errors",
    "reading": "read_model",
}
OF_CONDUCT = {"bounds": "input_limits", "office": "administration", "blocks": "permuted_blocks"}
OF_DESIGN = {
    "kernel": {
        "twin": "reference implementation",
        "seen": "data at the cut",
        "leaving": "exits",
        "lanes": "pairwise_sum",
        "kept": "cached_njit",
        "room": "workspace",
        "door": "entry_point",
    },
    "rehearsal": {
        "fate": "event_times",
        "lot": "event_times",
        "life": "trajectory",
        "lives": "trajectories",
        "surgeons": "reader_model",
        "world": "synthetic_trial",
    },
    "predictability": {
        "seen": "simulated_trial",
        "luck": "draws, of the random source",
        "kept": "figures",
        "world": "synthetic_trial",
    },
    "forecasting": {
        "again": "updated_power",
        "so_far": "observed",
        "world": "draw",
        "worlds": "posterior draws",
    },
    "sweep": {
        "ask": "question, question_text",
        "claim": "manifest",
        "count": "chunk",
        "counted": "chunk",
        "hands": "workers",
        "parts": "checkpoint, chunks",
        "tally": "estimate",
        "told": "reasons, progress",
        "said": "given, text",
    },
    "report": {"count": "integer", "told": "contents", "said": "text"},
}
"""What each room of design has of its own."""
MODULES = {"late": "lazy_views", "sweep_shelf": "sweep_store", "head_shown": "newest_head"}
KEPT = {
    "asked": "the entry with which a panel's question was recorded",
    "shown": "what stood on the page, in how an act was done",
    "told": "a column of the access log; lines of a rehearsal",
    "said": "a place in a reason; of a design's interim analyses; of the ledger's witnesses",
    "typed": "a place in a reason",
    "noted": "whether a ledger's heads are at hand, in ledger.witnessed",
}
"""As a field, an attribute or a keyword: what is recorded, or belongs to another folder."""
ENDS = ("_told", "_said", "_shown", "_typed", "_sought")


def modules() -> list[Path]:
    """Every module that is held to it."""
    folders = [*FOLDERS, *(f"design/{room}" for room in OF_DESIGN)]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def retired(name: str, folder: str) -> bool:
    """Whether a name, or a class of that name, is a retired word or ends with one."""
    plain = name.lstrip("_")
    plain = plain[:1].lower() + plain[1:]
    if folder in OF_DESIGN:
        return plain in OF_DESIGN[folder]
    words = RETIRED | OF_CONDUCT if folder == "conduct" else RETIRED
    return plain in words or plain.endswith(ENDS)


def names(tree: ast.AST) -> Iterator[tuple[str, bool, int]]:
    """Each name, whether it is a field, an attribute or a keyword, and its line."""
    of_classes = {
        id(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for line in node.body
        if isinstance(line, ast.AnnAssign | ast.Assign)
        for target in ([line.target] if isinstance(line, ast.AnnAssign) else line.targets)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                yield name, id(node) in of_classes, node.lineno
            case ast.Attribute(attr=name):
                yield name, True, node.lineno
            case ast.keyword(arg=str(name)):
                yield name, True, node.lineno
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, False, node.lineno
            case ast.alias(name=name, asname=alias):
                yield alias or name.split(".")[-1], False, node.lineno


def folder_of(path: Path) -> str:
    """The folder whose words are retired for this module: within design each has its own."""
    top, below, *_ = path.relative_to(ROOT).parts
    return below if top == "design" else top


def test_conduct_web_cli_and_design_use_none_of_the_retired_words_as_a_name():
    found = []
    for path in modules():
        folder = folder_of(path)
        for name, of_another, line in names(ast.parse(path.read_text(encoding="utf-8"))):
            if retired(name, folder) and not (of_another and allowed(name)):
                found.append(f"{path.relative_to(ROOT)}:{line}: {name}")
    assert found == []


def allowed(name: str) -> bool:
    """Whether a field or keyword is recorded or of another folder; then it keeps its name."""
    return name in KEPT or name.endswith("_told")  # texts of a sweep's report, in design


def test_no_module_of_conduct_web_cli_and_design_has_a_retired_word_for_a_name():
    found = [
        path for path in modules() if path.stem in MODULES or retired(path.stem, folder_of(path))
    ]
    assert found == []


@pytest.mark.parametrize("word", ["door", "_told", "Whole", "line_said"])
def test_a_retired_word_is_found_in_each_of_its_forms(word):
    assert retired(word, "web") and not retired("late", "web")


@pytest.mark.parametrize(("folder", "word"), [("kernel", "Seen"), ("forecasting", "worlds")])
def test_a_word_that_one_folder_of_design_has_retired_is_found_there(folder, word):
    assert retired(word, folder) and not retired(word, "rehearsal")
