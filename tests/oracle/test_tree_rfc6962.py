"""The tree against the published roots of RFC 6962's own reference tests, and a naive one.

The eight inputs and roots are those of Certificate Transparency's merkle_tree_test
(https://github.com/google/certificate-transparency, Apache-2.0).
"""

from hashlib import sha256

import pytest

from equipoise.ledger import tree

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(contents):
    """MTH as RFC 6962 §2.1 writes it down."""
    if not contents:
        return sha256(b"").digest()
    if len(contents) == 1:
        return sha256(b"\x00" + contents[0]).digest()
    k = 1
    while 2 * k < len(contents):
        k *= 2
    return sha256(b"\x01" + naive_root(contents[:k]) + naive_root(contents[k:])).digest()


def naive_path(m, contents):
    """PATH of §2.1.1."""
    if len(contents) == 1:
        return []
    k = 1
    while 2 * k < len(contents):
        k *= 2
    if m < k:
        return [*naive_path(m, contents[:k]), naive_root(contents[k:])]
    return [*naive_path(m - k, contents[k:]), naive_root(contents[:k])]


def naive_proof(m, contents):
    """PROOF of §2.1.2."""

    def sub(m, contents, whole):
        if m == len(contents):
            return [] if whole else [naive_root(contents)]
        k = 1
        while 2 * k < len(contents):
            k *= 2
        if m <= k:
            return [*sub(m, contents[:k], whole), naive_root(contents[k:])]
        return [*sub(m - k, contents[k:], False), naive_root(contents[:k])]

    return sub(m, contents, True)


def kept(contents):
    """Every complete subtree of a tree that grew leaf by leaf."""
    return dict(tree.grown(0, map(tree.leaf_hash, contents), {}))


def some(count):
    return [sha256(b"%d" % n).digest() for n in range(count)]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_root_is_the_published_one(size):
    assert tree.root(size, kept(INPUTS[:size])).hex() == ROOTS[size]


def test_roots_and_proofs_are_those_of_the_definition_and_are_accepted():
    contents = some(34)
    nodes = kept(contents)
    roots = [naive_root(contents[:size]) for size in range(35)]
    for size in range(1, 35):
        assert tree.root(size, nodes) == roots[size]
        for index in range(size):
            proof = tree.inclusion_proof(index, size, nodes)
            assert proof == naive_path(index, contents[:size])
            leaf = tree.leaf_hash(contents[index])
            assert tree.root_by(index, size, leaf, proof) == roots[size]
        for old in range(1, size):
            proof = tree.consistency_proof(old, size, nodes)
            assert proof == naive_proof(old, contents[:size])
            assert tree.fits(old, size, roots[old], roots[size], proof)


def test_nothing_else_is_accepted():
    contents = some(21)
    nodes, roots = kept(contents), [naive_root(contents[:size]) for size in range(22)]
    for size in range(2, 22):
        for index in range(size):
            proof, leaf = tree.inclusion_proof(index, size, nodes), tree.leaf_hash(contents[index])
            assert tree.root_by(index, size, tree.leaf_hash(b"another"), proof) != roots[size]
            assert tree.root_by(index, size, leaf, proof[:-1]) != roots[size]
            assert tree.root_by((index + 1) % size, size, leaf, proof) != roots[size]
            assert tree.root_by(index - size, size, leaf, proof) is None
        for old in range(1, size):
            proof = tree.consistency_proof(old, size, nodes)
            assert not tree.fits(old, size, roots[old - 1], roots[size], proof)
            assert not tree.fits(old, size, roots[old], roots[size - 1], proof)
            assert not tree.fits(old, size, roots[old], roots[size], [*proof, roots[0]])
            assert not tree.fits(size, old, roots[old], roots[size], proof)


def test_only_the_subtrees_that_are_needed_are_asked_for():
    contents = some(1000)
    nodes = kept(contents)
    for index in (0, 511, 512, 999):
        asked = tree.needed(tree.inclusion_spans(index, 1000))
        assert len(asked) <= 20
        few = {node: nodes[node] for node in asked}
        assert tree.inclusion_proof(index, 1000, few) == naive_path(index, contents)


def test_a_tree_that_grew_in_parts_is_the_same():
    contents = list(map(tree.leaf_hash, some(100)))
    nodes = {}
    for start, end in ((0, 1), (1, 8), (8, 37), (37, 38), (38, 100)):
        edge = {node: nodes[node] for node in tree.complete(0, start)}
        nodes |= dict(tree.grown(start, contents[start:end], edge))
    assert nodes == dict(tree.grown(0, contents, {}))
