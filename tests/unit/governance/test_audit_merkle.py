"""Merkle trees of RFC 6962, against the published test vectors and the definition itself."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.governance.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

# Inputs and roots of the reference log (certificate-transparency, merkle_tree_test).
CONTENTS = [
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
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def test_roots_are_those_of_the_reference_log() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT == hashlib.sha256(b"").digest()
    for size, (content, root) in enumerate(zip(CONTENTS, ROOTS, strict=True), start=1):
        frontier.append(leaf_hash(content))
        assert frontier.size == size
        assert frontier.root().hex() == root


def test_every_leaf_of_every_small_tree_has_a_proof() -> None:
    for size in range(1, 20):
        tree = leaves(size)
        for index, leaf in enumerate(tree):
            proof = inclusion_proof(tree, index)
            at = {"root": root_of(tree), "size": size, "proof": proof}
            assert includes(leaf=leaf, index=index, **at)  # type: ignore[arg-type]
            assert not includes(leaf=leaf_hash(b"other"), index=index, **at)  # type: ignore[arg-type]


def test_every_small_tree_extends_its_beginnings() -> None:
    for size in range(1, 20):
        tree = leaves(size)
        for first in range(1, size + 1):
            assert extends(
                first_root=root_of(tree[:first]),
                first=first,
                root=root_of(tree),
                size=size,
                proof=consistency_proof(tree, first),
            )


@given(st.integers(2, 40), st.data())
def test_a_proof_shows_nothing_else(size: int, data: st.DataObject) -> None:
    tree = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(tree, index)
    wrong_index = data.draw(st.integers(-1, size).filter(lambda other: other != index))
    at = data.draw(st.integers(0, len(proof) - 1))
    altered = [*proof[:at], leaf_hash(b"altered"), *proof[at + 1 :]]
    root, leaf = root_of(tree), tree[index]
    assert not includes(root=root, size=size, leaf=leaf, index=wrong_index, proof=proof)
    assert not includes(root=root, size=size, leaf=leaf, index=index, proof=altered)
    assert not includes(root=root, size=size, leaf=leaf, index=index, proof=proof[:-1])
    assert not includes(root=root, size=size, leaf=leaf, index=index, proof=[*proof, leaf])


@given(st.integers(2, 40), st.data())
def test_a_rewritten_beginning_is_no_extension(size: int, data: st.DataObject) -> None:
    tree = leaves(size)
    first = data.draw(st.integers(1, size - 1))
    rewritten = [leaf_hash(b"rewritten"), *tree[1:]]
    for proof in (consistency_proof(tree, first), consistency_proof(rewritten, first), []):
        assert not extends(
            first_root=root_of(tree[:first]),
            first=first,
            root=root_of(rewritten),
            size=size,
            proof=proof,
        )


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves(3), 3)
    with pytest.raises(IndexError):
        consistency_proof(leaves(3), 4)
