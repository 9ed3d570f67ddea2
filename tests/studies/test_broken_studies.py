"""A mistake in a study file is refused with its file and line, what was found and what would do.

Each mistake is made in a copy of a study: one text is replaced by another, and the message must
name the line where the new text stands.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from equipoise.conduct import trial
from equipoise.study.cases import load_cases
from equipoise.study.check import consistency
from equipoise.study.load import Invalid, load_with_places
from equipoise.study.places import Problem
from tests.studies.carried import STUDIES


@dataclass(frozen=True)
class Mistake:
    """A text, the mistake it becomes, what the message must say, and where it must point."""

    name: str
    study: str
    file: str
    right: str
    wrong: str
    says: tuple[str, ...]
    at: str = ""


def in_tea(name: str, right: str, wrong: str, *says: str, file: str = "study.yaml") -> Mistake:
    return Mistake(name, "first-steps", file, right, wrong, says)


def in_pump(
    name: str, right: str, wrong: str, *says: str, file: str = "study.yaml", at: str = ""
) -> Mistake:
    return Mistake(name, "pump-it", file, right, wrong, says, at)


def in_two(name: str, right: str, wrong: str, *says: str) -> Mistake:
    return Mistake(name, "two-schedules", "study.yaml", right, wrong, says)


MISTAKES = [
    in_two(
        "a dose whose units do not cancel",
        "dose: 80 mg/m2 * surface",
        "dose: 80 mg/m2 * weight",
        "which is no mg",
    ),
    in_two(
        "a dose without a unit",
        "dose: 200 mg",
        "dose: 200 + 0",
        "This gives a plain number, which is no mg",
    ),
    in_two(
        "a modification to a level that the drug does not have",
        "level: 50",
        "level: 60",
        "60 % is no dose level of 'oralutin'",
    ),
    in_two(
        "a table that may hold, of which nobody is told what would lift it",
        "      lifts: {en: Wait until it is grade 2 or less.,"
        " nl: Wacht tot het graad 2 of minder is.}",
        "      when: rash is known",
        "the table 'neuropathy' may hold: say what would lift it",
    ),
    in_two(
        "a part on a day after its cycle",
        "in_a_row: 28",
        "in_a_row: 29",
        "the days lie within the cycle, 1 to 28",
    ),
    in_two(
        "a volume that is none",
        "volume: 250 mL",
        "volume: 250 mg",
        "'250 mg' is no amount in mL",
    ),
    in_two(
        "a stop for a drug that there is not",
        "drugs: [velotaxin]\n      when: platelets",
        "drugs: [velotaxine]\n      when: platelets",
        "no drug named 'velotaxine'",
    ),
    in_pump(
        "a decision table that says nothing of some value",
        '{reference: "<= 50 U/L", ratio: "3 to < 4", gives: 80 %}',
        '{reference: "<= 50 U/L", ratio: "3 to < 3.5", gives: 80 %}',
        "no row holds for reference 25 U/L, ratio 3.5",
        at='    rows:\n      - {reference: "<= 50 U/L", ratio: "< 3", gives: 100 %}',
    ),
    in_pump(
        "a decision table of which two rows hold at once",
        '{reference: "<= 50 U/L", ratio: "3 to < 4", gives: 80 %}',
        '{reference: "<= 50 U/L", ratio: "2.5 to < 4", gives: 80 %}',
        "rows 1 and 2 both hold for reference 25 U/L, ratio 2.5",
    ),
    in_pump(
        "a cell in a unit that the column does not convert to",
        '{reference: "<= 50 U/L", ratio: "3 to < 4", gives: 80 %}',
        '{reference: "<= 50 mg/L", ratio: "3 to < 4", gives: 80 %}',
        "U/L cannot be compared with mg/L",
    ),
    in_pump(
        "a column of a decision table whose units do not cancel",
        "today / ast_reference, gives: down,",
        "today / bilirubin_reference, unit: '1', gives: down,",
        "which is no 1",
    ),
    in_pump(
        "a cell of no column",
        '{reference: "<= 50 U/L", ratio: "3 to < 4", gives: 80 %}',
        '{reference: "<= 50 U/L", ratoi: "3 to < 4", gives: 80 %}',
        "there is no column 'ratoi'; did you mean 'ratio'?",
    ),
    in_pump(
        "a dose that rises with the value",
        '{reference: "<= 50 U/L", ratio: "3 to < 4", gives: 80 %}',
        '{reference: "<= 50 U/L", ratio: "3 to < 4", gives: hold}',
        "rises as 'ratio' rises, from row 2 to row 3",
        at='      - {reference: "<= 50 U/L", ratio: "4 to < 5"',
    ),
    in_pump(
        "children, and nobody says how their assent is taken",
        "minimum_age: {value: 18, unit: a,",
        "minimum_age: {value: 12, unit: a,",
        "the lowest age is 12 a",
        "`assent`",
    ),
    in_pump(
        "infants, whose age is told in months",
        "minimum_age: {value: 18, unit: a,",
        "minimum_age: {value: 18, unit: mo,",
        "the lowest age is 18 mo",
    ),
    in_pump(
        "a lowest age that is no age",
        "minimum_age: {value: 18, unit: a,",
        'minimum_age: {value: "none",',
        "the lowest age is none",
    ),
    in_pump(
        "a trial that is masked",
        '"none, open label"',
        "double",
        "masked",
        "cannot run it",
        "'double'",
    ),
    in_pump(
        "a trial that is open label and masks who judges",
        '"none, open label"',
        '"open label, assessor-blinded"',
        "masked",
    ),
    in_tea(
        "a trial that tells of its masking under another name",
        "  languages: [en, nl]",
        '  facts: {blinding: {value: double, source: "assumed: x"}}\n  languages: [en, nl]',
        "masked",
    ),
    in_pump(
        "a trial in which everyone has every arm",
        '"parallel, two groups"',
        "crossover",
        "'crossover'",
        "cannot run it",
    ),
    in_pump(
        "a trial that draws nothing",
        "allocation: {value: randomised,",
        "allocation: {value: non-randomised,",
        "'non-randomised'",
    ),
    in_tea("more visits than anyone could hold", "times: 3", "times: 1000000000", "1000"),
    in_tea(
        "a consent version that stands twice",
        '- version: "1"\n      from_on: 2026-01-05',
        '- version: "1"\n      from_on: 2026-01-05\n      label: {en: a, nl: b}\n'
        '      source: "assumed: x"\n    - version: "1"\n      from_on: 2026-01-05',
        "'1' stands twice",
    ),
    in_tea(
        "a level of a factor that is forgotten",
        "        moderate: {en: 145 mmHg or higher, nl: 145 mmHg of hoger}\n",
        "",
        "'moderate'",
        "no level",
    ),
    in_tea(
        "an item that hides what the trial knows itself",
        "id: cups_a_day",
        "id: consent_on",
        "'consent_on' means something of its own",
        file="forms/3-cups.yaml",
    ),
    in_tea(
        "an item that hides the day of a form",
        "id: cups_a_day",
        "id: pressure_done",
        "'pressure_done' means something of its own",
        file="forms/3-cups.yaml",
    ),
    in_tea(
        "an item that is a word of the language",
        "id: cups_a_day",
        "id: and",
        "'and' means something of its own",
        file="forms/3-cups.yaml",
    ),
    in_tea(
        "limits that cross",
        "lowest: 70",
        "lowest: 700",
        "`lowest` 700 is above `highest` 260",
        file="forms/2-pressure.yaml",
    ),
    in_pump(
        "an endpoint that is no time to an event",
        "    origin: randomisation\n    events: [death]",
        "    kind: score\n    origin: randomisation\n    events: [death]",
        "cannot compute",
        "'score'",
        "'time to event'",
    ),
    in_tea("a field that does not exist", "ratio: 2", "ration: 2", "'ration'", "'ratio'"),
    in_tea("a source of no kind", '"assumed: any Monday"', '"guessed: any Monday"', "'registry'"),
    in_tea(
        "a kind of item that does not exist",
        "kind: number",
        "kind: numbre",
        "'numbre'",
        "'number'",
        file="forms/3-cups.yaml",
    ),
    in_tea("text that is not YAML", "prefix: TEA", "prefix: [TEA", "not YAML"),
    in_tea(
        "a key that stands twice", "prefix: TEA", "prefix: TEA\n  prefix: TOO", "'prefix'", "twice"
    ),
    in_tea("a number that is none", "ratio: 2", "ratio: two", "whole number", "'two'"),
    in_tea("an arm named twice", "- id: water", "- id: rooibos", "'rooibos'", "twice"),
    in_tea(
        "an act that does not exist",
        "randomisation.randomise,",
        "randomisation.randomize,",
        "'randomisation.randomize'",
        "randomisation.randomise",
    ),
    in_tea(
        "a form that does not exist",
        "forms: [person, pressure]",
        "forms: [person, presure]",
        "'presure'",
        "pressure",
    ),
    in_tea(
        "an epoch that does not exist", "epoch: drinking", "epoch: sipping", "'sipping'", "drinking"
    ),
    in_tea(
        "an anchor that does not exist",
        "anchor: randomisation",
        "anchor: randomization",
        "'randomization'",
        "randomisation",
    ),
    in_tea(
        "a block that the arms do not fit",
        "block_sizes: [4, 8]",
        "block_sizes: [4, 6]",
        "6",
        "multiple of 4",
    ),
    in_tea(
        "a fact that does not exist",
        "when: tea_unwise",
        "when: tea_unwize",
        "'tea_unwize'",
        "tea_unwise",
    ),
    in_tea(
        "a unit that does not exist",
        "unit: mm[Hg]",
        "unit: mmHg",
        "'mmHg'",
        "'mm[Hg]'",
        file="forms/2-pressure.yaml",
    ),
    in_tea(
        "a limit in a unit of another kind", ">= 130 mm[Hg]", ">= 130 mmol/L", "mmol/L", "mm[Hg]"
    ),
    in_tea("a limit without its unit", ">= 130 mm[Hg]", ">= 130", "unit", "mm[Hg]"),
    in_tea(
        "a list asked as a yes or no",
        "any medicines where lowers_pressure",
        "medicines",
        "list",
        "yes or no",
    ),
    in_tea(
        "a column that does not exist",
        "where lowers_pressure",
        "where lowers_presure",
        "'lowers_presure'",
        "lowers_pressure",
    ),
    in_tea("a formula that cannot be read", "else 'moderate'", "'moderate'", "else"),
    Mistake(
        "an item that no visit asks",
        "first-steps",
        "study.yaml",
        "forms: [person, pressure]",
        "forms: [pressure]",
        ("'tea_unwise'", "'person'", "no visit asks"),
        at="when: tea_unwise",
    ),
    in_pump(
        "a single equals sign",
        "when: histology == 'adenocarcinoma'",
        "when: histology = 'adenocarcinoma'",
        "==",
        "'='",
    ),
    in_pump(
        "a choice that does not exist",
        "when: histology == 'adenocarcinoma'",
        "when: histology == 'adenocarcinom'",
        "'adenocarcinom'",
        "'adenocarcinoma'",
    ),
    in_pump(
        "a decimal comma",
        "hb within 15 days before registration >= 5.5 mmol/L",
        "hb within 15 days before registration >= 5,5 mmol/L",
        "5.5",
    ),
    in_pump(
        "a window without an anchor",
        "when: neutrophils within 15 days before registration",
        "when: neutrophils within 15 days",
        "before",
    ),
    in_pump(
        "a window from an anchor that does not exist",
        "when: neutrophils within 15 days before registration",
        "when: neutrophils within 15 days before registraton",
        "'registraton'",
        "registration",
    ),
    in_pump(
        "a limit of normal for a yes or no",
        "when: serious_infection",
        "when: serious_infection <= 1.5 ULN",
        "quantity",
    ),
    in_pump(
        "a panel that no role sits on",
        "role: panel-surgeon",
        "role: panel-surgeons",
        "'panel-surgeons'",
        "panel-surgeon",
    ),
    in_pump(
        "a unit that only the molar mass converts",
        "units: [g/dL, g/L], analyte: haemoglobin",
        "units: [g/dL, g/L]",
        "g/dL",
        "analyte",
        file="forms/05-laboratory.yaml",
    ),
    in_pump("a probability above one", "favoured: 0.80", "favoured: 80", "less than 1", "80"),
]


def test_the_studies_have_dozens_of_ways_to_be_wrong():
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) >= 24


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_named_with_its_line_and_what_would_do(mistake: Mistake, tmp_path: Path):
    folder, line = broken(mistake, tmp_path)
    found = problems(folder)
    place = f"{folder / mistake.file}:{line}"
    named = [
        str(problem)
        for problem in found
        if abs(problem.place.line - line) <= 4 and problem.place.file == str(folder / mistake.file)
    ]
    assert named, f"{place} expected, found {[str(p) for p in found]}"
    assert any(all(said in text for said in mistake.says) for text in named), named


@pytest.mark.parametrize(
    ("file", "was", "criterion", "rests"),
    [
        ("forms/1-person.yaml", "    kind: judgement", "exclusion.E2", "tea_unwise"),
        ("forms/2-pressure.yaml", "repeats: true", "inclusion.I2", "systolic"),
    ],
)
def test_a_criterion_that_rests_on_what_is_asked_no_longer_keeps_nobody_out(
    file: str, was: str, criterion: str, rests: str, tmp_path: Path
):
    shutil.copytree(STUDIES / "first-steps", tmp_path / "it")
    path, indent = tmp_path / "it" / file, " " * (len(was) - len(was.lstrip()))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(was, f"{was}\n{indent}retired: true"), encoding="utf-8")
    told = "\n".join(map(str, problems(tmp_path / "it")))
    assert f"criteria.{criterion}.when: it rests on nothing but {rests!r}" in told


def test_all_mistakes_are_told_at_once(tmp_path: Path):
    shutil.copytree(STUDIES / "pump-it", tmp_path / "it")
    path = tmp_path / "it" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    for right, wrong in (
        ("when: histology == 'adenocarcinoma'", "when: histolgy == 'adenocarcinoma'"),
        ("when: life_expectancy_12_weeks", "when: life_expectancy"),
        ("anchor: haip_started_on", "anchor: haip_started"),
        ("role: panel-surgeon", "role: surgeons"),
    ):
        text = text.replace(right, wrong)
    path.write_text(text, encoding="utf-8")
    told = "\n".join(map(str, problems(tmp_path / "it")))
    for wrong in ("histolgy", "life_expectancy", "haip_started", "surgeons"):
        assert wrong in told


def test_a_case_with_an_answer_that_does_not_exist_is_named_with_its_line(tmp_path: Path):
    shutil.copytree(STUDIES / "first-steps", tmp_path / "it")
    path = tmp_path / "it" / "cases" / "eligibility.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("then: {I1: met}", "then: {I1: yes}", 1),
        encoding="utf-8",
    )
    line = 1 + path.read_text(encoding="utf-8").splitlines().index("  then: {I1: yes}")
    with pytest.raises(Invalid) as refused:
        load_cases(tmp_path / "it")
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert "'not met'" in str(refused.value)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("{strength: [x]}", "found the text 'x'; a row, such as {column: value}, would do"),
        ("{strength: [{leaf: [x]}]}", "found a list; one value would do"),
        ("{strength: {leaf: x}}", "found a mapping; one value would do"),
        ("[x]", "found a list; a mapping would do"),
    ],
)
def test_what_a_case_gives_in_another_shape_is_one_mistake_with_its_line(tmp_path, values, says):
    shutil.copytree(STUDIES / "first-steps", tmp_path / "it")
    path = tmp_path / "it" / "cases" / "eligibility.yaml"
    given = f"{{on: 2026-01-01, form: person, values: {values}}}"
    case = f"- because: it is a test\n  on: 2026-01-01\n  given: [{given}]\n  then: {{I1: met}}\n"
    path.write_text(case, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        load_cases(tmp_path / "it")
    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(f"{path}:3: ") and str(refused.value).endswith(says)


@pytest.mark.parametrize(
    "facts",
    [
        'assent: {value: "on the form assent", source: "public: x"}',
        'age_of_consent: {value: 16, unit: a, source: "public: x"}',
    ],
)
def test_a_study_of_sixteen_year_olds_says_how_assent_is_taken_or_that_none_is(tmp_path, facts):
    shutil.copytree(STUDIES / "pump-it", tmp_path / "it")
    path = tmp_path / "it" / "study.yaml"
    told = "minimum_age: {value: 18, unit: a,"
    young = told.replace("18", "16")
    text = path.read_text(encoding="utf-8").replace(told, f"{facts}\n    {young}")
    path.write_text(text, encoding="utf-8")
    assert [found for found in problems(tmp_path / "it") if "age" in found.path] == []


def test_a_folder_without_a_study_file_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="there is no such file"):
        load_with_places(tmp_path)


def broken(mistake: Mistake, tmp_path: Path) -> tuple[Path, int]:
    """A copy of the study with the mistake in it, and the line on which the mistake stands."""
    folder = tmp_path / mistake.study
    shutil.copytree(STUDIES / mistake.study, folder)
    path = folder / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.right in text
    start = text.index(mistake.right)
    path.write_text(text.replace(mistake.right, mistake.wrong, 1), encoding="utf-8")
    start = path.read_text(encoding="utf-8").index(mistake.at) if mistake.at else start
    return folder, text.count("\n", 0, start) + 1


def problems(folder: Path) -> list[Problem]:
    try:
        study, places = load_with_places(folder)
    except Invalid as refused:
        return refused.problems
    return consistency(study, places, trial.ACTS)
