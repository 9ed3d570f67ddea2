"""The catalogues of the interface's texts: brought up to date from code and pages, and compiled.

    python tools/messages.py            bring every .po up to date and make its .mo
    python tools/messages.py --check    say what is missing, unsure or stale, and change nothing

`src/equipoise/locale/` has a folder for each language but English. A text that is no longer used is
dropped; a new one stays empty, and is shown in English, until somebody translates it; until then
`--check` and the tests fail. Babel reads, writes and compiles; what is said where, we tell it.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

HOUSE = Path(__file__).parents[1] / "src" / "equipoise"
LOCALE = HOUSE / "locale"
PO = LOCALE / "nl" / "LC_MESSAGES" / "equipoise.po"
GETTEXT = {"gettext", "gettext_noop", "gettext_lazy", "_", "everywhere"}
SAID_BY_ACTS = {"Words", "Ask", "Choices", "marked"}
NOT_SAID = {"address", "kind"}
"""What an act declares beside its words that is no text for people."""
IN_TEMPLATE = re.compile(r"""{% trans(?:late)? ("[^"]+"|'[^']+')""")
BLOCK = re.compile(r"{% blocktranslate %}(.+?){% endblocktranslate %}", re.DOTALL)


class Key(NamedTuple):
    """One text: its plural, if it counts something, and what tells it from the same English."""

    text: str
    plural: str = ""
    context: str = ""


class Plain(Catalog):
    """A catalogue that says the same on every day: its head has no dates and no version."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Plural-Forms", self.plural_forms),
        ]


def found() -> dict[Key, list[str]]:
    """Every text of the interface, in the order of the files, with the files that say it."""
    keys: dict[Key, list[str]] = {}
    kinds = {
        "conduct/**/*.py": _in_acts,
        "**/*.py": _in_code,
        "**/*.jinja": _in_page,
        "**/*.html": _in_template,
    }
    for pattern, texts_of in kinds.items():
        for path in sorted(HOUSE.glob(pattern)):
            for key in texts_of(path.read_text("utf-8")):
                said_in = keys.setdefault(key, [])
                if (name := path.relative_to(HOUSE).as_posix()) not in said_in:
                    said_in.append(name)
    return {key: said_in for key, said_in in keys.items() if key.text}


def _in_acts(text: str) -> Iterator[Key]:
    """The words and the questions that stand with the acts, in English."""
    for name, call in _calls(text):
        if name in SAID_BY_ACTS:
            yield from (Key(word) for word in _declared(call) if word)


def _in_code(text: str) -> Iterator[Key]:
    for name, call in _calls(text):
        literals = (a.value for a in call.args if isinstance(a, ast.Constant))
        yield from _key(name, [one for one in literals if isinstance(one, str)])
        yield from _named(name, call)


def _named(name: str, call: ast.Call) -> Iterator[Key]:
    """Texts that stand in a table under one context, and the label of a fact."""
    match name, call.args:
        case "Phrases" | "Counted", [ast.Constant(context), ast.Dict() as table]:
            for said in ast.literal_eval(table).values():
                yield Key(*([said] if isinstance(said, str) else said), context=context)
        case "Parameter", [ast.Constant(words), *_]:
            yield Key(words, context="parameter of a design")
        case "Phrase" | "Reason", _:
            yield from _sentence(call)
        case "Fact", _:
            labels = (keyword.value for keyword in call.keywords if keyword.arg == "label")
            yield from (Key(one.value) for one in labels if isinstance(one, ast.Constant))


def _sentence(call: ast.Call) -> Iterator[Key]:
    """A sentence with places, and what it is for several; of a reason, under its code."""
    said = [one.value for one in call.args if isinstance(one, ast.Constant)]
    several = [one.value for one in call.keywords if one.arg == "several"]
    plural = ast.literal_eval(several[0]) if several else ""
    if isinstance(call.func, ast.Name) and call.func.id == "Reason":
        yield Key(said[-1], plural, said[0])
    elif said:
        yield Key(said[0], plural)


def _calls(text: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of plain names, as they stand below one another."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Name):
            yield call.func.id, call


def _declared(call: ast.Call) -> Iterator[str]:
    said = [keyword.value for keyword in call.keywords if keyword.arg not in NOT_SAID]
    for part in [*call.args, *said]:
        for value in part.values if isinstance(part, ast.Dict) else [part]:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def _in_page(text: str) -> Iterator[Key]:
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for _, name, words in made.extract_translations(text):  # type: ignore[attr-defined]
        said = words if isinstance(words, tuple) else (words,)
        yield from _key(name, [word for word in said if isinstance(word, str)])


def _in_template(text: str) -> Iterator[Key]:
    yield from (Key(word[1:-1]) for word in IN_TEMPLATE.findall(text))
    yield from (Key(re.sub(r"{{ (\w+) }}", r"%(\1)s", word)) for word in BLOCK.findall(text))


def _key(name: str, words: list[str]) -> Iterator[Key]:
    match name, words:
        case "pgettext", [context, word, *_]:
            yield Key(word, context=context)
        case "ngettext", [word, plural, *_]:
            yield Key(word, plural)
        case _, [word, *_] if name in GETTEXT:
            yield Key(word)


def read(path: Path) -> Catalog:
    """What a language says so far."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def brought_up(known: Catalog, texts: dict[Key, list[str]]) -> Catalog:
    """What the catalogue must hold now: what is known of it, and empty places for what is new."""
    now = Plain(locale=known.locale, header_comment="", fuzzy=False)
    for key, said_in in texts.items():
        one = known.get(key.text, key.context or None)
        now.add(
            (key.text, key.plural) if key.plural else key.text,
            one.string if one and bool(one.pluralizable) is bool(key.plural) else "",
            [(name, 0) for name in said_in],
            flags={"fuzzy"} if one and one.fuzzy else (),
            user_comments=one.user_comments if one else (),
            context=key.context or None,
        )
    return now


def written(catalogue: Catalog) -> bytes:
    """The .po file: files without line numbers, a text on one line, nothing obsolete."""
    file = BytesIO()
    write_po(file, catalogue, width=0, include_lineno=False, ignore_obsolete=True)
    return file.getvalue().strip() + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    """The .mo file; what is not translated, or unsure, is shown in English."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def wanting(catalogue: Catalog) -> Iterator[str]:
    """What a translator has to see to."""
    for key, said in translated(catalogue).items():
        one = catalogue.get(key.text, key.context or None)
        if one and one.fuzzy:
            yield f"not sure: {key.text}"
        elif not all(said):
            yield f"not translated: {key.text}"


def translated(catalogue: Catalog) -> dict[Key, tuple[str, ...]]:
    """What a language says of each text: one sentence, or one for each of its numbers."""
    said = {}
    for one in catalogue:
        text, plural = one.id if isinstance(one.id, tuple) else (one.id, "")
        if text:
            key = Key(text, plural, one.context or "")
            said[key] = one.string if isinstance(one.string, tuple) else (one.string,)
    return said


def main(arguments: list[str] | None = None) -> int:
    """Bring the catalogues up to date, or say what is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    texts, wrong = found(), []
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/equipoise.po")):
        now = brought_up(read(path), texts)
        said = {path: written(now), path.with_suffix(".mo"): compiled(now)}
        language = path.parents[1].name
        wrong += [f"{language}: {told}" for told in wanting(now)]
        for file, data in said.items():
            if not options.check:
                file.write_bytes(data)
            elif not file.exists() or file.read_bytes() != data:
                wrong.append(f"{language}: {file.name} is stale; run python tools/messages.py")
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
