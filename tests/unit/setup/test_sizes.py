"""What is too long, or goes round in a circle, is named by `make check`."""

from tools import sizes


def _module(functions: int, lines: int) -> str:
    return "".join(f"def f{n}():\n" + "    x = 1\n" * (lines - 1) for n in range(functions))


def test_nine_of_ten_are_counted_and_the_tenth_may_be_longer():
    assert sizes.ninth([1, 1, 1, 1, 1, 1, 1, 1, 1, 90]) == 1
    assert sizes.ninth([1, 1, 1, 1, 1, 1, 1, 1, 80, 90]) == 80


def test_what_is_too_long_is_named_with_its_length():
    assert list(sizes.too_long({"a.py": _module(12, 20), "b.py": _module(1, 90)})) == []
    assert list(sizes.too_long({"a.py": _module(2, 21)})) == [
        "nine of ten functions: 21 lines, 20 at most"
    ]
    assert list(sizes.too_long({"a.py": "x = 1\n" * 401, "b.py": _module(1, 2)})) == [
        "nine of ten modules: 401 lines, 250 at most",
        "a.py: 401 lines, 400 at most",
    ]


def test_a_circle_of_imports_is_named():
    graph = {"home": {"study"}, "study": {"page"}, "page": {"home"}}
    (found,) = sizes.around(graph)
    assert all(name in found for name in graph)
    assert list(sizes.around({"home": {"study"}, "study": set()})) == []
