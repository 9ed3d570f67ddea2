"""Rules of the house that no linter knows: sizes, names, and who may touch the ledger's table.

Which folder may import which is held by import-linter (`make check`).
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src/equipoise"
CODE = ("src", "tests", "tools")
# Over 400 lines, each with the reason why it is one subject and stays whole.
LONG: dict[str, str] = {}
DRAWERS = {"utils", "helpers", "common", "misc", "base", "core", "manager", "handlers"}
ASKED_BY_DJANGO = {"web/sqlite_queue/base.py"}
REGISTRIES = ("registry.npmjs", "pypi.org", "pythonhosted", "deb.debian")


def _modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _lines(module: Path) -> int:
    return len(module.read_text(encoding="utf-8").splitlines())


@cache
def _nodes(module: Path) -> tuple[ast.AST, ...]:
    """All that a module says, taken apart once for all rules."""
    return tuple(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))


def _named(module: Path) -> Iterator[str]:
    """Every identifier that the module makes or uses."""
    for node in _nodes(module):
        for field in ("name", "id", "attr", "arg", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield value


def test_no_module_is_too_long_to_read_at_one_sitting():
    over = {str(path.relative_to(ROOT)): _lines(path) for path in _modules(*CODE)}
    assert not {name: lines for name, lines in over.items() if lines >= 600}
    long = {name for name, lines in over.items() if name.startswith("src/") and lines > 400}
    assert long == set(LONG), "is there a second subject in it?"


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in _modules("src", "tools")
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert not long


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in _modules("src", "tools")
        if "migrations" not in path.parts
        and path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(next(iter(_nodes(path))))
    ]
    assert not silent


def test_no_module_is_a_drawer():
    drawers = [
        path.relative_to(SRC).as_posix()
        for path in _modules("src")
        if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(SRC).parts}
    ]
    assert set(drawers) == ASKED_BY_DJANGO


def test_we_say_subject_in_code_and_participant_on_screen():
    used = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in _modules("src", "tools")
        for name in _named(path)
        if "patient" in name.lower() and "inpatient" not in name.lower()
    }
    assert not used


def test_only_the_store_touches_the_ledgers_table():
    touching = {
        path.relative_to(SRC).as_posix()
        for path in _modules("src")
        if "EntryRow" in set(_named(path)) or "ledger_entry" in path.read_text(encoding="utf-8")
    }
    migrations = {name for name in touching if name.startswith("web/migrations/")}
    assert touching - migrations <= {
        "web/named_forms.py",
        "web/models.py",
        "web/store.py",
        "web/witness/tree_store.py",
        "web/triggers.py",
    }


def test_mypy_is_strict_over_all_of_src_and_bench():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True
    assert settings["files"] == ["src/equipoise", "bench"]
    allowed = {"module", "ignore_missing_imports"}
    assert [part for part in settings["overrides"] if set(part) - allowed] == []


def test_no_test_is_marked_to_be_skipped_or_to_fail():
    marked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _modules("tests")
        for node in _nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"skip", "skipif", "xfail", "importorskip"}
    ]
    assert not marked


def test_no_test_depends_on_how_fast_the_machine_is():
    """A wait ends with what it waits for, or with who should bring it: `tests/patience.py`."""
    hasty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _modules("tests")
        for node in _nodes(path)
        if isinstance(node, (ast.keyword, ast.BinOp)) and _is_haste(node)
    ]
    assert not hasty


def _is_haste(node: ast.keyword | ast.BinOp) -> bool:
    """`timeout=60`, or `time.monotonic() + 60`; a moment between two tries is none."""
    if isinstance(node, ast.keyword):
        found: ast.AST = node.value if node.arg == "timeout" else node
    else:
        clock = node.left.func if isinstance(node.left, ast.Call) else node.left
        found = node.right if getattr(clock, "attr", "") == "monotonic" else node
    seconds = getattr(found, "value", None)
    return isinstance(found, ast.Constant) and isinstance(seconds, (int, float)) and seconds >= 5


def test_no_committed_file_names_a_package_registry():
    texts = [ROOT / name for name in ("Makefile", "README.md", "CONTRIBUTING.md", "pyproject.toml")]
    texts += [*ROOT.glob("requirements*"), *(ROOT / "docs").rglob("*.md")]
    texts += [path for path in SRC.rglob("*") if path.suffix in {".css", ".js", ".py", ".json"}]
    naming = [
        str(path.relative_to(ROOT))
        for path in texts
        if re.search("|".join(map(re.escape, REGISTRIES)), path.read_text(encoding="utf-8"))
    ]
    assert not naming
