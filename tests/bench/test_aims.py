"""What is aimed at is a ratio to a yardstick of the same run, or a size: no time of one machine."""

import ast
from pathlib import Path

FOLDER = Path("bench/trial")
SIZES = ("bytes", "% of the CPU of recording them")


def figures():
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Figure":
                yield {word.arg: word.value for word in node.keywords}


def test_no_aim_is_a_time():
    aimed = [figure for figure in figures() if "aim" in figure]
    assert len(aimed) >= 5
    for figure in aimed:
        assert "ratio" in figure or ast.literal_eval(figure["unit"]) in SIZES, ast.dump(
            figure["name"]
        )


def test_every_figure_that_is_a_time_has_a_yardstick():
    for figure in figures():
        if ast.literal_eval(figure["unit"]) not in SIZES:
            assert {"yardstick", "ratio"} <= figure.keys(), ast.dump(figure["name"])
