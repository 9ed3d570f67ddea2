"""The interface's texts and their translations: found in code and pages, kept in .po, made .mo.

    python tools/messages.py            bring the .po up to date and make the .mo from it
    python tools/messages.py --check    say what is missing, and change nothing

It needs no gettext programs. A text that is no longer used is dropped; one that is new stays empty
until somebody translates it, and until then `--check` and the tests fail.
"""

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment

HOUSE = Path(__file__).parent.parent / "src" / "equipoise"
WEB = HOUSE / "web"
PO = WEB / "locale" / "nl" / "LC_MESSAGES" / "django.po"
SENTENCES = {"Reason", "Phrase"}  # with which conduct refuses: the last text is the sentence
PLAIN = {"gettext", "gettext_noop", "gettext_lazy", "_"}
SAID_BY_ACTS = {"Words", "Ask", "Choices", "marked"}
NOT_SAID = {"address", "kind", "sealed"}
"""What an act declares beside its words that is no text for people."""
HEADER = (
    "Language: nl\nContent-Type: text/plain; charset=UTF-8\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
IN_TEMPLATE = re.compile(r"""{% trans(?:late)? ("[^"]+"|'[^']+')""")
BLOCK = re.compile(r"{% blocktranslate %}(.+?){% endblocktranslate %}", re.DOTALL)


class Key(NamedTuple):
    """One text: its context, if it has one, and its plural, if it counts something."""

    text: str
    plural: str = ""
    context: str = ""


Catalogue = dict[Key, tuple[str, ...]]


def found() -> list[Key]:
    """Every text of the interface, in the order of the files."""
    keys: dict[Key, None] = {}
    for path in sorted((HOUSE / "conduct").rglob("*.py")):
        keys |= dict.fromkeys(_in_acts(path.read_text("utf-8")))
    for path in sorted(HOUSE.rglob("*.py")):
        keys |= dict.fromkeys(_in_code(path.read_text("utf-8")))
    for path in sorted((WEB / "pages").rglob("*.jinja")):
        keys |= dict.fromkeys(_in_page(path.read_text("utf-8")))
    for path in sorted((WEB / "templates").rglob("*.html")):
        keys |= dict.fromkeys(_in_template(path.read_text("utf-8")))
    return list(keys)


def _in_code(text: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            yield from _key(node.func.id, [word for word in words if isinstance(word, str)])


def _in_acts(text: str) -> Iterator[Key]:
    """The words and the questions that stand with the acts, in English."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in SAID_BY_ACTS:
            yield from (Key(word) for word in _texts(call) if word)


def _texts(call: ast.Call) -> Iterator[str]:
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


def _key(name: str, words: list[str]) -> Iterator[Key]:
    if name == "pgettext" and len(words) > 1:
        yield Key(words[1], context=words[0])
    elif name == "ngettext" and len(words) > 1:
        yield Key(words[0], plural=words[1])
    elif name in SENTENCES and words:
        yield Key(words[-1])
    elif name in PLAIN and words:
        yield Key(words[0])


def _in_template(text: str) -> Iterator[Key]:
    yield from (Key(word[1:-1]) for word in IN_TEMPLATE.findall(text))
    yield from (Key(re.sub(r"{{ (\w+) }}", r"%(\1)s", word)) for word in BLOCK.findall(text))


def read_po(text: str) -> Catalogue:
    """The translations of a .po file."""
    said: Catalogue = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
            parts[name] = parts.get(name, "") + ast.literal_eval(line)
        key = Key(parts.get("msgid", ""), parts.get("msgid_plural", ""), parts.get("msgctxt", ""))
        if key.text:
            said[key] = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
    return said


def write_po(said: Catalogue) -> str:
    """A .po file, each text on one line."""
    blocks = [f'msgid ""\nmsgstr {_quoted(HEADER)}']
    for key, translations in said.items():
        lines = [f"msgctxt {_quoted(key.context)}"] if key.context else []
        lines.append(f"msgid {_quoted(key.text)}")
        if key.plural:
            lines.append(f"msgid_plural {_quoted(key.plural)}")
            lines += [f"msgstr[{n}] {_quoted(text)}" for n, text in enumerate(translations)]
        else:
            lines += [f"msgstr {_quoted(text)}" for text in translations]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(said: Catalogue) -> bytes:
    """The .mo file of these translations (GNU gettext's format, without its hash table)."""
    pairs = {b"": HEADER.encode()}
    for key, translations in said.items():
        if not all(translations):
            continue  # shown in English, not as nothing
        text = f"{key.context}\x04{key.text}" if key.context else key.text
        whole = f"{text}\0{key.plural}" if key.plural else text
        pairs[whole.encode()] = "\0".join(translations).encode()
    texts = sorted(pairs.items())
    start, count = 28, len(texts)
    tables, data = [b"", b""], b""
    for column in (0, 1):
        for pair in texts:
            at = start + 16 * count + len(data)
            tables[column] += struct.pack("<II", len(pair[column]), at)
            data += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, start)
    return head + tables[0] + tables[1] + data


def brought_up(known: Catalogue) -> Catalogue:
    """What the catalogue must hold now: what is known of it, and empty places for what is new."""
    return {key: known.get(key, ("", "") if key.plural else ("",)) for key in found()}


def main(arguments: list[str] | None = None) -> int:
    """Bring the catalogue up to date, or say what is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    said = brought_up(read_po(PO.read_text("utf-8")) if PO.exists() else {})
    empty = [key for key, translations in said.items() if not all(translations)]
    if not options.check:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_text(write_po(said), "utf-8")
        PO.with_suffix(".mo").write_bytes(compiled(said))
    for key in empty:
        print(f"not translated: {key.text}", file=sys.stderr)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
