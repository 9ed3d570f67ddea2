"""The bench of the tree measures what it says, on a small one."""

from bench.trial import tree as tree_bench


def test_the_bench_measures_the_tree_in_small():
    figures = [*tree_bench.in_a_database(300), *tree_bench.checking(300)]
    assert [figure.name.partition(" at ")[0] for figure in figures] == [
        *("the tree, a head for 20 acts,", "the same and its job, a draw for 150 acts,") * 2,
        "an act, p50, while the tree is brought up beside it",
        "an act, p95, while the tree is brought up beside it",
        "proof made",
        "path of its hashes checked by the stand-alone verifier",
        "signature of a witness checked by the stand-alone verifier",
        "proof with six signatures",
    ]
    assert all(figure.value > 0 for figure in figures)
    assert figures[-1].met
