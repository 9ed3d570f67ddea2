"""Every verb explains itself, and answers wrong input with a sentence; none shows a traceback."""

import re
import socket

import pytest

from equipoise.cli import VERBS, errors, main
from equipoise.cli.design import QUESTIONS
from equipoise.cli.parsing import EXAMPLES
from equipoise.conduct.act import Refused
from equipoise.conduct.administration import HELD_ALREADY

CALLS = [[verb] for verb in VERBS if verb != "design"] + [
    ["design", question] for question in QUESTIONS
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_the_help_of_every_verb_has_an_example_and_says_every_option_with_its_default(call, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*call, "--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    example = EXAMPLES[" ".join(call).removesuffix(" answer")]
    assert f"example: equipoise {' '.join(call).removesuffix(' answer')}" in told
    assert example in told
    for option in re.findall(r"^  (--[a-z-]+)(?: [A-Z=_]+)?$\n(?!   )", told, re.M):
        pytest.fail(f"{option} has no help")


def test_defaults_are_told(capsys):
    with pytest.raises(SystemExit):
        main(["rehearse", "--help"])
    assert "(default: 306)" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["demo", "serve"])
@pytest.mark.parametrize("wrong", ["abc", "0", "65536", "-1", "8000x"])
def test_a_port_that_is_none_is_a_mistaken_call(verb, wrong, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, f"--port={wrong}"])
    assert ended.value.code == 2 and "is no port" in capsys.readouterr().err
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(SystemExit) as ended:
        main([verb])
    assert ended.value.code == 2 and "is no port" in capsys.readouterr().err


@pytest.mark.parametrize(
    "call",
    [
        ["check", "{missing}"],
        ["check", "{file}"],
        ["assumptions", "{missing}"],
        ["rehearse", "{missing}"],
        ["rehearse", "studies/first-steps", "--out", "{file}"],
        ["rehearse", "studies/first-steps", "--participants", "1", "--out", "{file}/in"],
        ["verify", "{missing}"],
        ["verify", "{folder}"],
        ["verify", "{ledger}", "--heads", "{folder}"],
        ["verify", "{ledger}", "--heads", "{missing}"],
        ["verify", "{ledger}", "--reveal", "{folder}"],
        ["verify", "{ledger}", "--study", "{missing}"],
        ["design", "{missing}"],
        ["design", "randomisation", "{missing}"],
        ["design", "forecast", "{missing}", "studies/first-steps"],
        ["design", "forecast", "{folder}", "studies/first-steps"],
        ["design", "sweep", "{missing}"],
        ["design", "sweep", "--file", "{folder}"],
        ["design", "sweep", "--file", "{missing}"],
    ],
    ids=" ".join,
)
def test_a_file_or_folder_that_is_not_there_is_told_in_a_sentence(call, tmp_path, capsys):
    (tmp_path / "file").write_text("neither YAML: [nor a ledger")
    (tmp_path / "ledger").write_text("")
    (tmp_path / "folder").mkdir()
    places = {name: tmp_path / name for name in ("missing", "file", "folder", "ledger")}
    code = main([word.format(**places) for word in call])
    told = capsys.readouterr()
    assert code == 1 and told.err.strip(), told
    assert "Traceback" not in told.err


def test_a_full_disk_is_told_in_a_sentence(capsys):
    assert (
        main(["rehearse", "studies/first-steps", "--participants", "1", "--out", "/dev/full"]) == 1
    )
    assert "/dev/full" in capsys.readouterr().err


def test_a_refusal_is_a_sentence_with_its_code():
    said = errors.sentences(Refused((HELD_ALREADY(),)))
    assert said == ["refused: this person holds this role already (role.held-already)"]


def test_an_error_of_the_programs_own_is_not_hidden():
    assert errors.sentences(KeyError("x")) == []


def test_a_port_in_use_is_told_before_anything_is_done(tmp_path):
    from equipoise.web.hosting.server import port_taken

    with socket.create_server(("127.0.0.1", 0)) as other:
        said = port_taken(other.getsockname()[1])
    assert "something else listens there already" in said and "--port" in said
