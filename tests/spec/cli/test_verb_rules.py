"""The verbs of the command: what each prints, and its exit code: 0 well, 1 not, 2 mistaken call."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.analysis.frames import tables
from equipoise.cli import VERBS, main
from equipoise.design.rehearsal.synthetic_trial import sealed_seed
from equipoise.ledger import MemoryLedger, read_export
from tests import before
from tests.support import STUDIES

TEA = str(STUDIES / "first-steps")
SEED = sealed_seed(7).hex()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDIES / "first-steps", tmp_path / "tea"))


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("rehearsed")
    assert main(["rehearse", TEA, "--participants", "8", "--out", str(out)]) == 0
    return out


def test_without_a_verb_the_verbs_are_listed(capsys):
    for words in ([], ["--help"], ["-h"], ["help"]):
        assert main(words) == 0
        listed = capsys.readouterr().out
        assert all(verb in listed for verb in VERBS)


def test_a_verb_that_does_not_exist_is_a_mistaken_call(capsys):
    assert main(["rehears"]) == 2
    assert "there is no verb 'rehears'" in capsys.readouterr().err


def test_a_reader_who_has_seen_enough_is_no_mistake():
    asked = "import sys; from equipoise.cli import main; sys.exit(main(['schema']))"
    with subprocess.Popen(
        [sys.executable, "-c", asked], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout and running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


OF_MANY_PARTS = {"demo", "design", "serve"}


@pytest.mark.parametrize("verb", sorted(set(VERBS) - OF_MANY_PARTS))
def test_every_verb_says_what_it_does(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert f"equipoise {verb}" in capsys.readouterr().out


def test_check_counts_what_the_study_holds_and_lists_what_it_leaves_open(capsys):
    assert main(["check", TEA]) == 0
    said = capsys.readouterr().out
    assert "3 inclusion criteria, 2 exclusion criteria, 5 leaves in all" in said
    assert "0 do not hold" in said
    assert "2 points to settle with the sponsor" in said
    assert "study: Nobody has said how strong the tea should be." in said


def test_check_names_every_mistake_with_its_line(folder, capsys):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("systolic within 14", "sistolic within 14"), encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().err
    assert f"{path}:" in said
    assert "sistolic" in said
    assert "systolic" in said


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("ratio: 2", "ratio: 2:1"),  # cannot be loaded
        ("forms: [person, pressure]", "forms: [person, presure]"),  # does not hold together
        ("block_sizes: [", "block_sizes: [5, "),
    ],
)
def test_beside_an_error_check_says_nothing_that_sounds_like_an_answer(
    folder, capsys, right, wrong
):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "to mend; the worked cases are run when nothing is left to mend" in told.err
    assert "do not hold" not in told.err


def test_a_study_without_a_worked_case_is_told_so_and_passes(folder, capsys):
    (folder / "cases" / "eligibility.yaml").unlink()
    for other in (folder / "cases").glob("*.yaml"):
        other.unlink()
    assert main(["check", str(folder)]) == 0
    told = capsys.readouterr()
    assert "warning: there is no worked case" in told.err
    assert "do not hold" not in told.out


def test_check_names_a_randomisation_that_could_not_be_carried_out(folder, capsys):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    unfair = text.replace("method: blocks", "method: minimisation\n  favoured: 0.1")
    path.write_text(unfair, encoding="utf-8")
    assert main(["check", str(folder)]) == 1
    assert f"{path}:" in (said := capsys.readouterr().err)
    assert "p is 1/10" in said


def test_check_fails_when_a_case_does_not_hold_and_says_what_followed_instead(folder, capsys):
    cases = folder / "cases" / "zz.yaml"
    given = "given: [{on: 2026-02-01, form: saucers, values: {a: 1}}]"
    cases.write_text(
        "- {because: nothing is known, on: 2026-02-01, then: {I1: met, I9: met}}\n"
        f"- {{because: an odd form, on: 2026-02-01, {given}, then: {{I1: unknown}}}}\n"
        "- {because: an odd act, on: 2026-02-01, given: [{on: 2026-02-01, act: tea.pour}], "
        "then: {}}\n"
        "- {because: an odd day, on: 2026-02-01, given: [{on: 2026-02-01, act: event.death, "
        "fields: {cause: tea}}], then: {}}\n",
        encoding="utf-8",
    )
    assert main(["check", str(folder)]) == 1
    told = capsys.readouterr()
    assert f"{cases}:1: nothing is known: I1 is unknown, not met" in told.err
    assert "there is no criterion I9" in told.err
    assert "there is no form 'saucers'" in told.err
    assert "there is no act 'tea.pour'" in told.err
    assert "an act cannot be read" in told.err
    assert "5 do not hold" in told.out


def test_a_folder_that_holds_no_study_is_named(tmp_path, capsys):
    for words in (["check"], ["assumptions"], ["rehearse"]):
        assert main([*words, str(tmp_path)]) == 1
        assert f"{tmp_path / 'study.yaml'}:1: there is no such file" in capsys.readouterr().err


def test_assumptions_counts_what_needs_the_sponsors_word(capsys):
    assert main(["assumptions", TEA]) == 0
    said = capsys.readouterr().out
    assert "needs the sponsor's word" in said
    assert "registry: 0" in said
    assert main(["assumptions", TEA, "--tag", "registry"]) == 0
    assert "assumed:" not in capsys.readouterr().out


def test_assumptions_refuses_a_provenance_that_does_not_exist(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["assumptions", TEA, "--tag", "guessed"])
    assert ended.value.code == 2


def test_schema_prints_json(capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"identity", "arms", "criteria"} <= set(schema["properties"])
    assert "digest" not in schema["properties"]


def test_rehearse_leaves_a_ledger_the_frames_and_a_report(rehearsed):
    left = {path.name for path in rehearsed.iterdir()}
    assert left == {
        "ledger.jsonl",
        "manifest.json",
        "report.html",
        *(f"{name}.{form}" for name in tables() for form in ("csv", "parquet")),
    }
    assert {"subjects.csv", "values.parquet"} <= left
    heads = MemoryLedger.of(read_export(rehearsed / "ledger.jsonl")).heads()
    manifest = json.loads((rehearsed / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["heads"] == {name: [head.seq, head.digest] for name, head in heads.items()}


def test_a_rehearsal_that_ends_before_anybody_came_is_none(folder, tmp_path, capsys):
    out = ["--participants", "2", "--out", str(tmp_path / "out")]
    assert main(["rehearse", str(folder), "--until", "2020-01-01", *out]) == 1
    assert "nothing was rehearsed" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["rehearse", str(folder), "--until", "31-12-2026"])
    assert "'31-12-2026' is no day: write one like 2026-11-23" in capsys.readouterr().err


def test_rehearse_asks_for_someone_to_rehearse(tmp_path):
    for words in (["--participants", "0"], ["--participants", "many"], ["--until", "soon"]):
        with pytest.raises(SystemExit) as ended:
            main(["rehearse", TEA, "--out", str(tmp_path), *words])
        assert ended.value.code == 2


def test_rehearse_fails_when_lives_stop_by_a_fault_of_the_plan_and_says_why(
    folder, tmp_path, capsys
):
    path, out = folder / "rehearsal.yaml", tmp_path / "out"
    text = path.read_text(encoding="utf-8")
    assert "systolic: {normal: [144, 9]" in text
    path.write_text(text.replace("most: 200}", "}").replace("[144, 9]", "[150, 90]"), "utf-8")
    assert main(["rehearse", str(folder), "--participants", "3", "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert "lives stopped before their end:" in said
    assert "× item.implausible at pressure.systolic (forms.save): " in said
    assert "kept out by I2 (" in said
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "lives stopped before their end" in page
    assert "Acts never used: " in page and "study.amend" in page


def test_rehearse_does_not_play_a_study_that_does_not_hold_together(folder, tmp_path, capsys):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("when: tea_unwise", "when: tea_unwize"), encoding="utf-8")
    assert main(["rehearse", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "tea_unwize" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_verify_finds_nothing_wrong_with_a_ledger_that_is_whole(rehearsed, capsys):
    assert main(["verify", str(rehearsed / "ledger.jsonl")]) == 0
    assert "0 faults" in capsys.readouterr().out


def test_verify_names_what_was_changed(rehearsed, tmp_path, capsys):
    text = (rehearsed / "ledger.jsonl").read_text(encoding="utf-8")
    assert '"tea_unwise":"no"' in text
    changed = tmp_path / "ledger.jsonl"
    changed.write_text(text.replace('"tea_unwise":"no"', '"tea_unwise":"yes"', 1), encoding="utf-8")
    assert main(["verify", str(changed)]) == 1
    said = capsys.readouterr()
    assert "TEA-01-" in said.err or "TEA-02-" in said.err


def test_verify_says_so_when_there_is_no_such_ledger(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err
    (tmp_path / "odd.jsonl").write_text("this is no ledger\n", encoding="utf-8")
    assert main(["verify", str(tmp_path / "odd.jsonl")]) == 1
    assert capsys.readouterr().err


def test_verify_says_so_when_there_is_nothing_to_verify(tmp_path, capsys):
    empty = tmp_path / "ledger.jsonl"
    empty.touch()
    assert main(["verify", str(empty)]) == 1
    told = capsys.readouterr()
    assert "there is no entry in it" in told.err and "0 faults" not in told.out


@pytest.mark.parametrize("verb", ["verify", "export ledger.jsonl", "rebuild", "token nurse-1"])
def test_no_verb_makes_an_installation_in_passing(verb, tmp_path):
    home = tmp_path / "elsewhere"
    surroundings = {**os.environ, "EQUIPOISE_HOME": str(home)}
    told = subprocess.run(
        [sys.executable, "-m", "equipoise.cli", *verb.split()],
        env=surroundings,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1 and f"there is no installation at {home}" in told.stderr
    assert not home.exists()


def test_verify_draws_every_allocation_again_from_the_revealed_seed(rehearsed, tmp_path, capsys):
    ledger = str(rehearsed / "ledger.jsonl")
    (tmp_path / "bytes").write_bytes(bytes.fromhex(SEED))
    (tmp_path / "digits").write_text(SEED + "\n", encoding="utf-8")
    for seed in (SEED, str(tmp_path / "bytes"), str(tmp_path / "digits")):
        assert main(["verify", ledger, "--study", TEA, "--reveal", seed]) == 0
        assert "8 allocations drawn again from the revealed seed: 0 differ" in (
            capsys.readouterr().out
        )


def test_verify_says_what_is_wrong_with_a_seed(rehearsed, tmp_path, capsys):
    ledger = str(rehearsed / "ledger.jsonl")
    for seed, says in (
        ("00" * 32, "not the one that was committed"),
        ("00", "32 or more are needed"),
        ("secret", "neither a file nor a seed"),
        (str(tmp_path / "gone"), "neither a file nor a seed"),
    ):
        assert main(["verify", ledger, "--study", TEA, "--reveal", seed]) == 1
        assert says in capsys.readouterr().err
    nowhere = ["--study", str(tmp_path), "--reveal", SEED]
    assert main(["verify", ledger, *nowhere]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_verify_needs_no_study_beside_a_ledger_that_holds_its_text(rehearsed, capsys):
    assert main(["verify", str(rehearsed / "ledger.jsonl"), "--reveal", SEED]) == 0
    told = capsys.readouterr()
    assert "8 allocations drawn again from the revealed seed: 0 differ" in told.out
    assert "not judged" not in told.out


def test_a_draw_under_a_text_that_the_ledger_lacks_asks_for_that_text(tmp_path, capsys):
    home = before.unpacked("home", tmp_path)
    seed = str(home / "secrets" / "seed")
    words = ["verify", str(before.EXPORTS["home"]), "--reveal", seed]
    assert main([*words, "--study", TEA]) == 1
    assert "another study text" in capsys.readouterr().err
    assert main([*words, "--study", str(before.STUDY)]) == 0


def test_the_command_answers_without_reading_what_it_does_not_need():
    """Help must come at once: neither Django nor numpy nor polars is imported for it."""
    code = (
        "import sys; from equipoise.cli import main; main(['help']);"
        "heavy = {'django', 'numpy', 'polars', 'pydantic', 'scipy'} & set(sys.modules);"
        "sys.exit(f'{heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_verb_that_a_sentence_of_the_program_names_exists():
    sources = Path(__file__).parents[3] / "src" / "equipoise"
    files = [*sources.rglob("*.py"), *sources.rglob("*.jinja")]
    named = {
        verb
        for file in files
        for verb in re.findall(r"`equipoise ([a-z][a-z-]*)", file.read_text(encoding="utf-8"))
    }
    assert {"amend", "serve", "study-text"} <= named <= set(VERBS)
