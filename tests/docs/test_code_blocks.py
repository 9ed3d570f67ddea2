"""What the documentation shows as code runs; where it does not, a reason stands here.

The page of the command line has its own tests, in `test_documents.py`.
"""

import re
import shlex

import pytest

from equipoise.cli import main
from tests.docs.test_documents import COMMANDS, DOCUMENTS, ROOT, text

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
COMMAND = re.compile(r"^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?equipoise ([^\n>#|]*)", re.M)
PYTHON_RUN_ELSEWHERE = {"docs/how-to/add-an-item-kind.md"}  # tests/test_kinds.py makes that kind
NOT_RUN = {
    "rehearse": "306 participants take minutes; the page of the command line runs twenty",
    "design sweep": "takes minutes; the page of the command line runs a small one",
    "design randomisation": "takes most of a minute; the page of the command line runs a short one",
    "design forecast": "asks for the ledger of a trial; tests/unit/design/forecast makes one",
    "check my-study": "shows what it says of a study that is not there yet",
}
ON_A_SERVER = {"amend", "backup", "doctor", "export", "heads", "jobs", "open", "person", "proof"}
ON_A_SERVER |= {
    "rebuild",
    "registry",
    "restore",
    "serve",
    "study-text",
    "token",
    "verify",
    "witness",
    "demo",
}
"""They change or ask an installation: tests/spec/cli and tests/web run them in one."""


def _blocks(document: str) -> list[str]:
    fenced = [code for _, code in FENCED.findall(text(document))]
    return fenced + INDENTED.findall(FENCED.sub("", text(document)))


def _commands(document: str) -> list[list[str]]:
    """Each command of its blocks, in words; a line that ends in a backslash goes on."""
    code = "\n".join(_blocks(document)).replace("\\\n", " ")
    return [shlex.split(words) for words in COMMAND.findall(code)]


def _verb(words: list[str]) -> list[str]:
    if words[0] == "design" and "/" in words[1]:
        return ["design", "answer"]
    return words[:2] if words[0] in ("design", "registry", "witness") else words[:1]


def _is_run(words: list[str]) -> bool:
    two = " ".join(words[:2])
    return words[0] not in ON_A_SERVER and words[0] not in NOT_RUN and two not in NOT_RUN


OTHERS = [document for document in DOCUMENTS if document != COMMANDS and _commands(document)]


@pytest.mark.parametrize("document", OTHERS)
def test_the_commands_that_a_page_shows_have_the_options_that_it_gives_them(document, capsys):
    for words in _commands(document):
        with pytest.raises(SystemExit):
            main([*_verb(words), "--help"])
        options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
        assert {word for word in words if word.startswith("--")} <= options, words


@pytest.mark.parametrize("document", OTHERS)
def test_the_commands_that_a_page_shows_run_unless_it_is_said_why_not(
    document, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "studies").symlink_to(ROOT / "studies")
    for words in filter(_is_run, _commands(document)):
        assert main(words) == 0, (words, capsys.readouterr().err)


def test_no_reason_is_left_for_a_command_that_no_page_shows():
    shown = [words for document in DOCUMENTS for words in _commands(document)]
    assert {words[0] for words in shown} >= ON_A_SERVER
    assert {" ".join(words[:2]) for words in shown} | {"rehearse"} >= set(NOT_RUN)


PYTHON = [
    (document, number)
    for document in DOCUMENTS
    if document not in PYTHON_RUN_ELSEWHERE
    for number, (language, _) in enumerate(FENCED.findall(text(document)))
    if language == "python"
]


@pytest.mark.parametrize(("document", "number"), PYTHON)
def test_the_python_that_a_page_shows_runs(document, number):
    exec(compile(FENCED.findall(text(document))[number][1], document, "exec"), {})


def test_the_pages_show_python_and_commands():
    assert len(PYTHON) >= 4
    assert sum(map(_is_run, [words for page in OTHERS for words in _commands(page)])) >= 5
