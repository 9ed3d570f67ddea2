"""How long functions and modules of `src` and `bench` are; whether modules import in a circle.

`make check` runs it. It ends with 1, and names what is too long or goes round, where a limit does
not hold. An import that is there for types alone is none; one that is read in a function is.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from grimp import build_graph

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "src/equipoise", ROOT / "bench")
FUNCTION, MODULE, LONGEST = 20, 250, 400
"""Lines that nine of ten functions have at most, that nine of ten modules do, and every one."""

Graph = dict[str, set[str]]


def main() -> int:
    """Print the figures, and after them what does not hold."""
    texts = {
        path.relative_to(folder.parent).as_posix(): path.read_text(encoding="utf-8")
        for folder in PACKAGES
        for path in sorted(folder.rglob("*.py"))
    }
    wrong = [*too_long(texts), *around(imports())]
    print("\n".join(wrong or ["the sizes hold; no circle"]))
    return 1 if wrong else 0


def too_long(texts: dict[str, str]) -> Iterator[str]:
    """What of these modules is longer than it may be."""
    modules = {name: text.count("\n") for name, text in texts.items()}
    of_functions = ninth([size for text in texts.values() for size in functions(text)])
    of_modules = ninth([*modules.values()])
    if of_functions > FUNCTION:
        yield f"nine of ten functions: {of_functions} lines, {FUNCTION} at most"
    if of_modules > MODULE:
        yield f"nine of ten modules: {of_modules} lines, {MODULE} at most"
    for name, size in modules.items():
        if size > LONGEST:
            yield f"{name}: {size} lines, {LONGEST} at most"


def functions(text: str) -> Iterator[int]:
    """The lines of each function, with its docstring and without its decorators."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def ninth(sizes: Sequence[int]) -> int:
    """The size that nine of ten do not exceed."""
    return sorted(sizes)[-(-9 * len(sizes) // 10) - 1]


def imports() -> Graph:
    """What each module imports, itself or in a function."""
    names = [folder.name for folder in PACKAGES]
    graph = build_graph(*names, cache_dir=None, exclude_type_checking_imports=True)
    return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}


def around(graph: Graph) -> Iterator[str]:
    """A circle, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        yield f"a circle of imports: {' ← '.join(found.args[1])}"


if __name__ == "__main__":
    sys.exit(main())
