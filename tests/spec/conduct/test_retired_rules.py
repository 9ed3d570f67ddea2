"""A retired hospital takes nobody new, a retired arm is drawn no longer; what was, stays."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from equipoise.cli import main
from equipoise.conduct.administration import AdoptAmendment, OpenSite
from equipoise.conduct.affected import effects
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.replay import replay
from equipoise.conduct.schedule import visits
from equipoise.conduct.screening import EnterScreening, Register
from equipoise.conduct.study_text import recorded, recording
from equipoise.study.load import load
from equipoise.study.reason import ENGLISH
from tests.before import edited
from tests.support import DAY, SEED, STUDIES, a_trial

STUDY = "study.yaml"
METHODS = {
    "blocks": "method: blocks\n  block_sizes: [4, 8]",
    "minimisation": "method: minimisation\n  favoured: 0.8",
    "simple": "method: simple",
    "big-stick": "method: big-stick",
}
FEWER = "method: blocks\n  block_sizes: [3, 6]"


def copied(to):
    return Path(shutil.copytree(STUDIES / "first-steps", to))


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Of every method the study, and its amendment in which an arm and a hospital retire."""
    found = {}
    for method, said in METHODS.items():
        folder = copied(tmp_path_factory.mktemp(method) / "study")
        edited(folder, STUDY, METHODS["blocks"], said)
        old = load(folder)
        edited(folder, STUDY, 'version: "1.0"', 'version: "1.1"')
        edited(folder, STUDY, "- id: water\n", "- id: water\n    retired: true\n")
        edited(folder, STUDY, '- id: "02"\n', '- id: "02"\n    retired: true\n')
        if method == "blocks":
            edited(folder, STUDY, said, FEWER)
        found[method] = old, load(folder)
    return found


def amended(old, new, before=0):
    """A trial with some draws under the old text, which then runs under the new one."""
    made = a_trial(old)
    made.do(recording(old), by=TRIAL)
    drawn = [made.randomised() for _ in range(before)]
    text = new.knowing({old.digest: old}.get)
    adopting = AdoptAmendment(version=new.version, digest=new.digest, because="enough was seen")
    made.do(adopting, by="office-1", study=text)
    made.study = text
    made.do(recording(new), by=TRIAL)
    return made, drawn


@pytest.mark.parametrize("method", METHODS)
def test_a_retired_arm_is_drawn_no_longer_and_the_others_by_their_ratio(method, studies):
    made, drawn = amended(*studies[method], before=14)
    arms = {made.subject(one).randomisation.allocation.arm for one in drawn}
    assert "water" in arms
    later = Counter(made.subject(made.randomised()).randomisation.allocation.arm for _ in range(24))
    assert set(later) == {"hibiscus", "rooibos"} and later["hibiscus"] > later["rooibos"]
    entries = [*made.ledger.entries("study"), *made.ledger.entries("allocation")]
    assert replay(entries, SEED, recorded(made.ledger.entries("study"))) == (38, [])


def test_in_blocks_the_arms_that_are_left_are_even_after_every_whole_block(studies):
    old, new = studies["blocks"]
    made, _ = amended(old, new)
    for _ in range(18):
        made.randomised()
    counts = Counter(draw.arm for draw in made.folds.trial_state().draws)
    assert abs(counts["hibiscus"] - 12) <= 2


def test_whoever_was_given_a_retired_arm_keeps_it_and_its_visits(studies):
    made, drawn = amended(*studies["simple"], before=14)
    (kept, *_) = (s for s in map(made.subject, drawn) if s.randomisation.allocation.arm == "water")
    assert kept.randomisation.allocation.arm in made.study.arm_of
    assert [p.key for p in visits(made.study, kept, DAY)][-1] == "weeks.3"


def test_a_retired_hospital_is_not_opened_and_takes_nobody_new(studies):
    old, new = studies["simple"]
    made, _ = amended(old, new)
    entering = EnterScreening(site="02")
    number = f"{new.identity.prefix}-02-0001"
    assert made.codes(entering, number) == ["site.retired"]
    assert "site.retired" in made.codes(OpenSite(site="02"), by="office-1")


def test_whoever_is_in_screening_there_is_kept_out_and_the_drawn_stay(studies):
    old, new = studies["simple"]
    made = a_trial(old)
    waiting, drawn = made.eligible("02"), made.randomised("02")
    registered = made.registered("02")
    everyone = [made.subject(one) for one in (waiting, drawn, registered)]
    told = effects(old, new, everyone, made.folds.trial_state(), DAY)
    said = {ENGLISH.written(one.wording): one.whom for one in told}
    name = new.site_of["02"].name
    out = f"{name} takes no new participants: they cannot enter any more"
    assert said[out] == (waiting, registered)
    assert said[f"{name} takes no new participants, and its participants stay"] == (drawn,)
    adopting = AdoptAmendment(version=new.version, digest=new.digest, because="it closes")
    made.do(adopting, by="office-1", study=new.knowing({old.digest: old}.get))
    made.study = new
    assert made.codes(Register(), waiting) == ["site.retired"]
    assert "site.retired" in made.codes(made.draw(registered), registered)
    assert made.subject(drawn).randomisation.allocation and visits(new, made.subject(drawn), DAY)


def test_two_arms_and_one_hospital_are_left(tmp_path, capsys):
    folder = copied(tmp_path / "study")
    for arm in ("water", "rooibos"):
        edited(folder, STUDY, f"- id: {arm}\n", f"- id: {arm}\n    retired: true\n")
    for site in ("01", "02"):
        edited(folder, STUDY, f'- id: "{site}"\n', f'- id: "{site}"\n    retired: true\n')
    assert main(["check", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "fewer than two arms are left that are not retired; no arm can be drawn" in told
    assert "every hospital is retired, so that nobody could enter the trial" in told
