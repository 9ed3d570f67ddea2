"""The bare answer to a rule reads no more than settles it; reasons rest on all of it."""

import pytest

from equipoise.logic.evaluate import evaluate, truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from tests.unit.logic.a_subject import ON, VOCABULARY, Known, said


class Noting(Known):
    """Facts that note what was asked of them."""

    def observations(self, name):
        self.anchors[name] = ON
        return super().observations(name)


@pytest.mark.parametrize(
    ("rule", "truth", "read"),
    [
        ("coumarin and pregnant", Truth.FALSE, {"coumarin"}),
        ("not coumarin or pregnant", Truth.TRUE, {"coumarin"}),
        ("pregnant or coumarin", Truth.UNKNOWN, {"coumarin", "pregnant"}),
        ("pregnant and coumarin", Truth.FALSE, {"coumarin", "pregnant"}),
    ],
)
def test_what_is_settled_reads_no_more(rule, truth, read):
    bare, wholly = (Noting({"coumarin": [said(False)]}, anchors={}) for _ in range(2))
    assert truth_of(parse(rule), VOCABULARY, bare, ON) is truth
    assert evaluate(parse(rule), VOCABULARY, wholly, ON).truth is truth
    assert bare.anchors.keys() == read
    assert wholly.anchors.keys() == {"coumarin", "pregnant"}
