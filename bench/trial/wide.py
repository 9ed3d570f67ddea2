"""A study with a form of forty questions and twenty checks, made of PUMP-IT for a measurement."""

import shutil
from pathlib import Path

__all__ = ["answers", "make"]

FORM, VISIT = "wide", "screening"
BEFORE = "forms: [demography, disease, imaging"
SOURCE = 'source: "assumed: invented for a bench"'


def make(folder: Path) -> Path:
    """PUMP-IT in this folder, with the form at its screening."""
    shutil.copytree("studies/pump-it", folder)
    shutil.copy("studies/form.schema.json", folder.parent)
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    text = text.replace(BEFORE, BEFORE.replace("[", f"[{FORM}, "))
    study.write_text(text, encoding="utf-8")
    (folder / "forms" / f"99-{FORM}.yaml").write_text(_form(), encoding="utf-8")
    return folder


def answers(number: int) -> dict[str, str]:
    """What somebody gives, as the page of the form sends it; no check asks anything of it."""
    numbers = {f"wide_n{n}": str(20 + (number + n) % 50) for n in range(1, 21)}
    texts = {f"wide_t{n}": f"as measured, {number} {n}" for n in range(1, 11)}
    return numbers | texts | {f"wide_c{n}": "first" for n in range(1, 11)}


def _form() -> str:
    numbers = [line for n in range(1, 21) for line in _number(n)]
    texts = [f"  - {{id: wide_t{n}, label: {_label(f'Remark {n}')}, kind: text}}" for n in _TEN]
    choices = [
        f"  - {{id: wide_c{n}, label: {_label(f'Choice {n}')}, kind: choice, choices: "
        f"{{first: {_label('First')}, second: {_label('Second')}}}}}"
        for n in _TEN
    ]
    head = [f"id: {FORM}", f"title: {_label('Wide')}", f"dated: {_label('Date')}", "items:"]
    return "\n".join([*head, *numbers, *texts, *choices, SOURCE, ""])


_TEN = range(1, 11)


def _number(n: int) -> list[str]:
    """A number whose check compares it with the one before, so that the two are read together."""
    other = f"wide_n{n - 1 or 20}"
    return [
        f"  - id: wide_n{n}",
        f"    label: {_label(f'Number {n}')}",
        "    kind: quantity",
        "    unit: U/L",
        "    lowest: 1",
        "    highest: 200",
        "    checks:",
        f"      - that: wide_n{n} <= {other} + 150 U/L",
        f"        because: {_label('This is far above the one before')}",
    ]


def _label(text: str) -> str:
    return f"{{en: {text}, nl: {text}}}"
