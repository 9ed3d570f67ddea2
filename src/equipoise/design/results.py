"""How the answer to a design question shows itself, and how it can be asked again.

An answer is a frozen dataclass whose fields carry a label (`figure`). It prints as text, HTML and
LaTeX, and `code()` gives the Python that makes the same answer again: `remakeable` notes the call.
"""

import dataclasses
import html
import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

Asked = ParamSpec("Asked")


Rows = list[tuple[str, list[str]]]
"""Each label with its values as printed; a series has more than one."""


def figure(label: str, default: Any = dataclasses.MISSING) -> Any:
    """A field of an answer that is printed under this label."""
    return dataclasses.field(default=default, metadata={"label": label})


def labelled(answer: Any) -> Rows:
    """The fields that have a label, in their order."""
    found = [f for f in dataclasses.fields(answer) if "label" in f.metadata]
    return [(f.metadata["label"], printed(getattr(answer, f.name))) for f in found]


def title_of(answer: object) -> str:
    """The first line of its own docstring, without its full stop."""
    return (type(answer).__doc__ or "").strip().splitlines()[0].rstrip(".")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """What every answer can do: print itself, and print the code that remakes it."""

    made_by: str = dataclasses.field(default="", repr=False, compare=False)

    @property
    def title(self) -> str:
        """The first line of the answer's own docstring, without its full stop."""
        return title_of(self)

    def rows(self) -> Rows:
        """Each label with its values as printed."""
        return labelled(self)

    def text(self) -> str:
        """The answer as lines of plain text: a title, then a label and its value on each line."""
        rows = self.rows()
        wide = max(len(label) for label, _ in rows)
        cell = max((len(v) for _, vs in rows if len(vs) > 1 for v in vs), default=0)
        lines = [f"{label:<{wide}}  " + " ".join(f"{v:>{cell}}" for v in vs) for label, vs in rows]
        return "\n".join([self.title, *(line.rstrip() for line in lines)])

    def html(self) -> str:
        """The answer as one HTML table with a caption and row headers."""
        return html_table(self.title, (), ((label, *values) for label, values in self.rows()))

    def latex(self) -> str:
        """The answer as one LaTeX tabular, its title in the first row."""
        rows = [(label, *values) for label, values in self.rows()]
        columns = "l" + "r" * (max(map(len, rows)) - 1)
        return latex_table(self.title, columns, (), rows)

    def code(self) -> str:
        """The Python that makes this answer again; empty for one made by hand."""
        return self.made_by

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_latex_(self) -> str:
        return self.latex()

    def __str__(self) -> str:
        return self.text()


Given = TypeVar("Given", bound=Answer)


def remakeable(question: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """Note on the answer the call that made it, with every default written out."""
    signature = inspect.signature(question)

    @wraps(question)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        answer = question(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        made_by = source_of_call(question.__module__, question.__name__, bound.arguments)
        return dataclasses.replace(answer, made_by=made_by)

    return asked


def source_of_call(module: str, name: str, arguments: Mapping[str, object]) -> str:
    """Python source: the imports, then the call with one argument a line."""
    imports = {(module, name)}
    lines = [f"    {key}={source(value, imports)}," for key, value in arguments.items()]
    heads = [f"from {where} import {what}" for where, what in sorted(imports)]
    return "\n".join([*heads, "", f"answer = {name}(", *lines, ")", "print(answer)", ""])


def source(value: object, imports: set[tuple[str, str]]) -> str:
    """The Python source of one value; what it needs imported is added to `imports`."""
    if dataclasses.is_dataclass(value):
        kind = type(value)
        imports.add((kind.__module__, kind.__name__))
        # How an answer was made is no part of what it says.
        fields = (f for f in dataclasses.fields(value) if f.name != "made_by")
        named = ((f.name, getattr(value, f.name)) for f in fields)
        return f"{kind.__name__}({', '.join(f'{k}={source(v, imports)}' for k, v in named)})"
    if isinstance(value, np.ndarray | np.generic):
        return source(value.tolist(), imports)
    if isinstance(value, tuple | list):
        items = [source(item, imports) for item in value]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if isinstance(value, date):
        imports.add(("datetime", "date"))
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def printed(value: object) -> list[str]:
    """A value as people read it: numbers to about six figures, a series as several cells."""
    if isinstance(value, tuple | list):
        return [cell for item in value for cell in printed(item)]
    if isinstance(value, float):
        return [f"{value:.2f}" if abs(value) >= 1000 else f"{value:.5g}"]
    return ["none" if value is None else str(value)]


def html_table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as HTML, with row headers, and column headers where there are any."""
    head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in headers)
    body = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for label, *cells in rows
    )
    above = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f"<table><caption>{html.escape(caption)}</caption>{above}<tbody>{body}</tbody></table>"


def latex_table(
    title: str, columns: str, headers: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    """A table as a LaTeX tabular of these columns, its title in the first row."""
    written = (" & ".join(map(latex_escaped, row)) + r" \\" for row in rows)
    head = [" & ".join(map(latex_escaped, headers)) + r" \\", r"\hline"] if headers else []
    first = rf"\multicolumn{{{len(columns)}}}{{l}}{{{latex_escaped(title)}}} \\ \hline"
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", first, *head, *written, r"\end{tabular}"])


def latex_escaped(text: str) -> str:
    """Text with the characters that LaTeX takes as commands written out."""
    marks: Iterable[tuple[str, str]] = (
        ("\\", r"\textbackslash "), ("&", r"\&"), ("%", r"\%"), ("_", r"\_"), ("#", r"\#"),
        ("$", r"\$"), ("<", r"\textless "), (">", r"\textgreater "), ("{", r"\{"), ("}", r"\}"),
        ("^", r"\textasciicircum "), ("~", r"\textasciitilde "),
    )  # fmt: skip
    written = dict(marks)
    return "".join(written.get(letter, letter) for letter in text)
