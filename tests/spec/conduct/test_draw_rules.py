"""What an amendment may do to the randomisation: one rule each, in the record, and drawn by."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from equipoise.analysis.frames import frame
from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.adoption import broken_promises
from equipoise.conduct.affected import effects
from equipoise.conduct.amendments import ActivateAmendment
from equipoise.conduct.draw_rules import ANEW, begins_anew, codes_of, draw_rules
from equipoise.conduct.meaning import faults_of_meaning
from equipoise.conduct.randomisation import STRATA
from equipoise.conduct.replay import replay
from equipoise.ledger import EVERYTHING
from equipoise.study.reason import ENGLISH
from tests.amended import amended as an_amended_study
from tests.support import DAY, SEED, a_study, a_trial

FACTOR = {
    "id": "height",
    "label": {"en": "Height of the pressure", "nl": "Hoogte van de druk"},
    "of": "'low' if systolic until registration < 140 mm[Hg] else 'high'",
    "levels": {"low": {"en": "low", "nl": "laag"}, "high": {"en": "high", "nl": "hoog"}},
    "source": "assumed: for tests",
}
SPICED = {
    "id": "ginger",
    "label": {"en": "Ginger", "nl": "Gember"},
    "description": {"en": "Ginger tea", "nl": "Gemberthee"},
    "kind": "experimental",
    "source": "assumed: for tests",
}


def text(method="blocks", version="1.0", **how):
    """The study with another randomisation: of arms, factors, or the method's own figures."""
    blocks = {"version": version}
    for name in ("arms", "design"):
        if name in how:
            blocks[name] = how.pop(name)
    own = {"method": method, "block_sizes": (8, 16)}
    randomisation = {**a_study().randomisation.model_dump(), **own, **how}
    return a_study(randomisation=randomisation, **blocks)


def arms(*ratio, retired="", more=()):
    found = [arm.model_dump() for arm in a_study().arms]
    for arm, share in zip(found, ratio, strict=True):
        arm["ratio"], arm["retired"] = share, arm["id"] == retired
    return [*found, *more]


def factors(*names, **of):
    known = {f.id: f.model_dump() for f in a_study().randomisation.factors} | {"height": FACTOR}
    return [{**known[name], **of.get(name, {})} for name in names]


LEVELS = {
    "levels": {**a_study().randomisation.factors[1].model_dump()["levels"], "high": {"en": "h"}}
}
CHANGES = {
    "ratio": {"arms": arms(1, 1, 2)},
    "arm-opened": {"arms": arms(2, 1, 1, more=[{**SPICED, "ratio": 4}])},
    "arm-closed": {"arms": arms(2, 1, 1, retired="hibiscus")},
    "factor-added": {"factors": factors("site", "pressure", "height")},
    "factor-removed": {"factors": factors("pressure")},
    "factor-order": {"factors": factors("pressure", "site")},
    "level-added": {"factors": factors("site", "pressure", pressure=LEVELS)},
    "weight": {"factors": factors("site", "pressure", pressure={"weight": 3})},
    "favoured": {"favoured": Decimal("0.7")},
    "measure": {"measure": "variance"},
    "block-sizes": {"block_sizes": (8,)},
    "tolerated": {"tolerated": 5},
    "sample-size": {"design": {}},
}
METHODS = ("blocks", "minimisation", "simple", "big-stick")
NOTHING_TO_IT = {
    "blocks": {"weight", "favoured", "measure", "tolerated"},
    "minimisation": {"factor-order", "block-sizes", "tolerated"},
    "simple": {"factor-order", "weight", "favoured", "measure", "block-sizes", "tolerated"},
    "big-stick": {"factor-order", "weight", "favoured", "measure", "block-sizes"},
}
BEGINS_ANEW = {
    "blocks": {
        *("ratio", "arm-opened", "arm-closed", "factor-added", "factor-removed"),
        *("factor-order", "block-sizes"),
    },
    "minimisation": {"ratio", "arm-opened"},
    "simple": set(),
    "big-stick": {"ratio", "arm-opened", "arm-closed", "tolerated"},
}


def amended(made, new):
    """The trial goes on under a text; what its adoption recorded of the draws."""
    old = made.study
    made.study = new.knowing(lambda digest: old.under(digest))
    act = AdoptAmendment(version=new.version, digest=new.digest, because="so it is drawn")
    payload = json.loads(made.do(act, by="office-1").payload)
    return payload["draws"], payload["counted_from"]


def replayed(made):
    """Every draw made again from the seed, under the texts that the last one knows."""
    entries = [e for name in ("study", "allocation") for e in made.ledger.entries(name)]
    adopted = made.folds.trial_state().adopted
    return replay(entries, SEED, {digest: made.study.under(digest) for digest in adopted})


def drawn(made, count, on=DAY):
    """So many participants, of both hospitals and both levels; their arms."""
    found = [
        made.randomised("01" if n % 3 else "02", on=on, systolic=str(135 + n % 20))
        for n in range(count)
    ]
    return [made.subject(one).randomisation.allocation.arm for one in found]


def basis(made):
    """What the newest draw was drawn from."""
    return json.loads(list(made.ledger.entries("allocation"))[-1].payload)["basis"]


@pytest.mark.parametrize("method", METHODS)
def test_each_change_has_one_rule_by_the_method_and_none_where_the_method_does_not_ask(method):
    for code, change in CHANGES.items():
        rules = draw_rules(text(method), text(method, "1.1", **change))
        expected = [] if code in NOTHING_TO_IT[method] else [code]
        assert [rule.code for rule in rules] == expected, code
        assert begins_anew(rules) == (code in BEGINS_ANEW[method]), code


def test_the_same_ratio_in_other_numbers_and_another_order_of_sizes_are_no_change():
    again = text("blocks", "1.1", arms=arms(4, 2, 2), block_sizes=(8, 16))
    assert codes_of(draw_rules(text(block_sizes=(16, 8)), again)) == ["same"]


@pytest.mark.parametrize(
    ("was", "now", "anew"),
    [
        ("minimisation", "blocks", True),
        ("simple", "big-stick", True),
        ("blocks", "minimisation", False),
        ("blocks", "simple", False),
    ],
)
def test_another_method_counts_those_before_only_where_no_run_of_arms_would_be_forced(
    was, now, anew
):
    rules = draw_rules(text(was), text(now, "1.1"))
    assert [(rule.code, rule.anew) for rule in rules] == [("method", anew)]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("code", CHANGES)
def test_what_an_amendment_does_to_the_draws_is_recorded_and_all_are_made_again(method, code):
    made = a_trial(text(method))
    drawn(made, 7)
    told, counted_from = amended(made, text(method, "1.1", **CHANGES[code]))
    assert told == (["same"] if code in NOTHING_TO_IT[method] else [code])
    assert counted_from == (8 if code in BEGINS_ANEW[method] else 0)
    drawn(made, 7)
    assert replayed(made) == (14, [])


def test_at_another_ratio_minimisation_counts_nobody_who_was_drawn_before():
    made = a_trial(text("minimisation"))
    drawn(made, 12)
    new = text("minimisation", "1.1", arms=arms(1, 1, 2))
    amended(made, new)
    made.randomised("01")
    fresh = a_trial(new)
    fresh.randomised("01")
    assert {**basis(made), "draw": ""} == {**basis(fresh), "draw": ""}


def test_an_arm_that_opens_is_not_given_to_everybody_until_it_has_caught_up():
    made = a_trial(text("minimisation"))
    drawn(made, 20)
    amended(made, text("minimisation", "1.1", arms=arms(2, 1, 1, more=[SPICED])))
    later = Counter(drawn(made, 20))
    assert len(later) == 4 and later["ginger"] <= 7, later


def test_a_new_factor_counts_only_those_who_were_drawn_under_it():
    """Their levels of it were not read back before the draw, so that nothing is made of them."""
    made = a_trial(text("minimisation", factors=factors("site")))
    for _ in range(5):
        made.randomised("01")
    amended(made, text("minimisation", "1.1", factors=factors("site", "height")))
    before = Counter(draw.arm for draw in made.folds.trial_state().draws)
    made.randomised("01")
    shares = {arm.id: arm.ratio for arm in made.study.arms}
    ranges = basis(made)["imbalance"]
    for arm in shares:
        counts = [Fraction(before[one] + (one == arm), shares[one]) for one in shares]
        alone = [Fraction(int(one == arm), shares[one]) for one in shares]
        expected = max(counts) - min(counts) + max(alone) - min(alone)
        assert Fraction(ranges[arm]) == expected, arm


def test_blocks_that_begin_anew_are_even_by_the_new_ratio_whatever_was_drawn_before():
    made = a_trial(text(factors=[], block_sizes=(4,)))
    drawn(made, 6)
    amended(made, text("blocks", "1.1", arms=arms(1, 1, 2), factors=[], block_sizes=(4,)))
    assert Counter(drawn(made, 4)) == {"hibiscus": 1, "rooibos": 1, "water": 2}
    assert replayed(made) == (10, [])


def test_blocks_go_on_where_a_level_comes_or_only_words_change():
    """What stands in the running block still decides what is left of it."""
    made = a_trial(text(block_sizes=(4,)))
    first = [made.randomised("01") for _ in range(2)]
    amended(made, text("blocks", "1.1", block_sizes=(4,), **CHANGES["level-added"]))
    rest = [made.randomised("01") for _ in range(2)]
    arms_of = Counter(made.subject(one).randomisation.allocation.arm for one in [*first, *rest])
    assert arms_of == {"hibiscus": 2, "rooibos": 1, "water": 1}


def test_blocks_of_before_are_not_taken_up_again_when_a_text_comes_back():
    made = a_trial(text(block_sizes=(4,)))
    drawn(made, 3)
    assert amended(made, text("blocks", "1.1", block_sizes=(8,))) == (["block-sizes"], 4)
    drawn(made, 3)
    assert amended(made, text("blocks", "1.2", block_sizes=(4,))) == (["block-sizes"], 7)
    drawn(made, 3)
    assert amended(made, text("blocks", "1.3", block_sizes=(4,))) == (["same"], 0)
    drawn(made, 3)
    assert replayed(made) == (12, [])


REFUSED = {
    "study.level-removed": factors("site", "pressure", pressure={"levels": {"mild": {"en": "m"}}}),
    "study.factor-changed": factors("site", "pressure", pressure={"of": FACTOR["of"]}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_would_make_drawn_levels_mean_something_else_is_refused(code):
    made = a_trial(text())
    new = text("blocks", "1.1", factors=REFUSED[code]).knowing(made.study.under)
    act = AdoptAmendment(version="1.1", digest=new.digest, because="so")
    found = made.refusals(act, by="office-1", study=new)
    assert [(one.code, one.values["id"]) for one in found] == [(code, "pressure")]


def test_a_factor_by_the_same_name_is_another_where_what_it_follows_from_is():
    other = a_study().model_dump()["derived"][0]
    other["formula"] = other["formula"].replace("145", "150")
    found = broken_promises([a_study()], a_study(version="1.1", derived=[other]))
    assert [one.code for one in found] == ["study.factor-changed"]
    spaced = {**other, "formula": other["formula"].replace("150", "145").replace(" if ", "  if ")}
    assert not list(broken_promises([a_study()], a_study(version="1.1", derived=[spaced])))


def test_what_becomes_of_the_draws_is_worked_out_and_told_by_nobody():
    made = a_trial(text())
    new = text("blocks", "1.1").knowing(made.study.under)
    for told in ({"draws": ["same"]}, {"counted_from": 1}):
        act = AdoptAmendment(version="1.1", digest=new.digest, because="so", **told)
        assert made.codes(act, by="office-1", study=new) == ["study.draws-given"]


def test_a_rule_that_does_not_follow_from_the_texts_is_a_fault_and_no_seed_is_needed_to_see_it():
    made = a_trial(text("minimisation"))
    drawn(made, 3)
    amended(made, text("minimisation", "1.1", arms=arms(1, 1, 2)))
    drawn(made, 2, on=DAY + timedelta(days=1))
    entries = list(made.ledger.everything())
    texts = {digest: made.study.under(digest) for digest in made.folds.trial_state().adopted}
    at = next(n for n, entry in enumerate(entries) if entry.kind == AdoptAmendment.kind)

    def found(**said):
        payload = json.dumps({**json.loads(entries[at].payload), **said}, sort_keys=True)
        forged = msgspec.structs.replace(entries[at], payload=payload)
        faults = faults_of_meaning([*entries[:at], forged, *entries[at + 1 :]], texts)
        return [(fault.code, fault.seq, fault.sentence) for fault in faults]

    seq, ratio = entries[at].seq, "by its texts it changes of the draws: ratio"
    assert found() == []
    assert found(draws=["same"], counted_from=0) == [("draw-rule", seq, ratio)]
    assert found(draws=["ratio"], counted_from=0) == [("draw-rule", seq, ratio)]
    later = "draw 4 was on the other side of number 5"
    assert found(counted_from=5) == [("draw-rule", seq, later)]
    assert found(draws=[], counted_from=0) == []  # recorded before there were rules


def test_every_rule_is_told_in_words_with_what_was_and_what_is():
    rules = draw_rules(text("minimisation"), text("minimisation", "1.1", arms=arms(1, 1, 2)))
    assert [(ENGLISH.written(r.change), ENGLISH.written(r.rule)) for r in rules] == [
        ("The ratio is 1:1:2, and was 2:1:1", ANEW.sentence)
    ]


def test_nobody_is_randomised_where_an_amendment_that_draws_wait_for_is_not_active():
    made = a_trial(an_amended_study(before_draws=True, consent=""))
    here, there = made.registered("01"), made.registered("02")
    everyone = [made.subject(one) for one in (here, there, made.enter("01"))]
    found = effects(a_study(), made.study, everyone, made.folds.trial_state(), DAY)
    told = "Registered, and not randomised before amendment Pulse is activated at their hospital"
    assert (told, (here, there)) in [(ENGLISH.written(one.wording), one.whom) for one in found]
    waits = "randomisation.amendment-not-active"
    assert [made.codes(made.draw(one), one) for one in (here, there)] == [[waits], [waits]]
    act = ActivateAmendment(amendment="A1", site="01")
    made.do(act, by="office-1", on=DAY + timedelta(days=1))
    assert waits in made.codes(made.draw(here), here, on=DAY)
    made.do(made.draw(here), here, on=DAY + timedelta(days=1))
    assert waits in made.codes(made.draw(there), there, on=DAY + timedelta(days=1))


def test_who_was_registered_and_cannot_be_randomised_under_a_new_factor_is_told_before():
    old = text(factors=factors("site"))
    made = a_trial(old)
    registered, drawn_before = made.registered("01"), made.randomised("01")
    asked = {**FACTOR, "of": "'much' if cups_a_day > 3 else 'little'"}
    asked["levels"] = {"much": {"en": "much"}, "little": {"en": "little"}}
    new = text("blocks", "1.1", factors=[*factors("site"), asked])
    everyone = [made.subject(one) for one in (registered, drawn_before)]
    found = effects(old, new, everyone, made.folds.trial_state(), DAY)
    assert [(ENGLISH.written(one.wording), one.whom) for one in found] == [
        ("Registered, and not randomised before Height of the pressure is known", (registered,))
    ]


def test_the_factors_of_each_draw_are_a_table_as_they_were_read_back_under_the_text_of_then():
    made = a_trial(text("minimisation", factors=factors("site")))
    first = made.randomised("02")
    amended(made, text("minimisation", "1.1", factors=factors("pressure")))
    second = made.randomised("01", systolic="150")
    subjects = [made.subject(one) for one in (first, second)]
    rows = frame(STRATA, subjects, made.study).rows()
    assert rows == [
        (first, 1, DAY, "1.0", "site", "02"),
        (second, 2, DAY, "1.1", "pressure", "moderate"),
    ]


def test_no_draw_is_made_while_an_amendment_says_which_of_them_count(monkeypatch):
    """It holds every stream until it is recorded, that of the draws among them."""
    made, held = a_trial(text("minimisation")), []
    writing = made.ledger.writing
    monkeypatch.setattr(
        made.ledger, "writing", lambda *names: held.append(names) or writing(*names)
    )
    amended(made, text("minimisation", "1.1", arms=arms(1, 1, 2)))
    assert {"study", EVERYTHING} <= set(held[0])
