"""Whatever amendments do to the randomisation, each draw follows from its text and the rules."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as some

from equipoise.conduct.replay import replay
from tests.sampled import examples
from tests.spec.conduct.test_draw_rules import (
    METHODS,
    SPICED,
    amended,
    arms,
    drawn,
    factors,
    replayed,
    text,
)
from tests.support import SEED, a_trial

SHARES = some.sampled_from([(1, 1, 1), (2, 1, 1), (1, 2, 1)])
FACTORS = some.sampled_from(
    [(), ("site",), ("pressure",), ("site", "pressure"), ("pressure", "site"), ("site", "height")]
)


@some.composite
def periods(draw):
    """A text of the study, and how many are drawn under it."""
    method, shares = draw(some.sampled_from(METHODS)), draw(SHARES)
    closed = draw(some.sampled_from(["", "", "water", "ginger"]))
    drawable = sum(shares) + 1 - (0 if not closed else 1)
    chosen = draw(FACTORS) or (("site",) if method == "minimisation" else ())
    how = {
        "arms": arms(*shares, retired=closed, more=[{**SPICED, "retired": closed == "ginger"}]),
        "factors": factors(*chosen),
        "block_sizes": draw(some.sampled_from([(drawable,), (drawable, 2 * drawable)])),
        "tolerated": draw(some.integers(1, 3)),
    }
    return method, how, draw(some.integers(0, 7))


def texts_of(found):
    for n, (method, how, count) in enumerate(found):
        yield text(method, f"1.{n}", **how), count


@settings(max_examples=examples(60), deadline=None)
@given(some.lists(periods(), min_size=2, max_size=4))
def test_every_draw_before_and_after_each_amendment_is_made_again(found):
    (first, count), *later = texts_of(found)
    made = a_trial(first)
    drawn(made, count)
    begun, until = [1], [len(made.folds.trial_state().draws)]
    for new, count in later:
        _, counted_from = amended(made, new)
        begun.append(counted_from or begun[-1])
        drawn(made, count)
        until.append(len(made.folds.trial_state().draws))
    assert replayed(made) == (until[-1], [])
    texts = [made.study.under(digest) for digest in made.folds.trial_state().adopted]
    for study, since, last in zip(texts, begun, until, strict=True):
        even_in_blocks(study, made.folds.trial_state().draws[since - 1 : last])


def even_in_blocks(study, counted):
    """Within a stratum no arm is further ahead than one block holds, by the ratio that holds."""
    if study.randomisation.method != "blocks":
        return
    shares = {arm.id: arm.ratio for arm in study.arms_drawn}
    most = Fraction(max(study.randomisation.block_sizes), sum(shares.values()))
    strata = {tuple(sorted(one.strata.items())) for one in counted}
    for stratum in strata:
        given_here = Counter(o.arm for o in counted if tuple(sorted(o.strata.items())) == stratum)
        assert set(given_here) <= set(shares)
        filled = [Fraction(given_here[arm], share) for arm, share in shares.items()]
        assert max(filled) - min(filled) <= most, (stratum, given_here)


def test_were_the_rule_forgotten_the_draws_would_not_be_made_again():
    """Shown once, so that the test above is known to tell."""
    made = a_trial(text())
    drawn(made, 7)
    amended(made, text("blocks", "1.1", arms=arms(1, 1, 2)))
    drawn(made, 14)
    entries = [e for name in ("study", "allocation") for e in made.ledger.entries(name)]
    texts = {digest: made.study.under(digest) for digest in made.folds.trial_state().adopted}
    assert replay(entries, SEED, texts)[1] == []
    forgotten = [entry for entry in entries if entry.kind != "study.amend"]
    assert replay(forgotten, SEED, texts)[1] != []
