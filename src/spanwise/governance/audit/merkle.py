"""Merkle tree hashes and proofs of RFC 6962 (section 2.1), as restated in RFC 9162."""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """SHA-256 of a zero byte and the content."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of a one byte and the two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: enough to add leaves and to know the root.

    It holds one hash for each perfect subtree, at most 64 of them.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Adds a leaf hash."""
        node, filled = leaf, self.size
        while filled & 1:
            node = node_hash(self._peaks.pop(), node)
            filled >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash over the leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *left, node = self._peaks
        for peak in reversed(left):
            node = node_hash(peak, node)
        return node


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, from the leaf upwards.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    half = _left_size(len(leaves))
    left, right = leaves[:half], leaves[half:]
    if index < half:
        return [*inclusion_proof(left, index), root_of(right)]
    return [*inclusion_proof(right, index - half), root_of(left)]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Proof that the tree over `leaves` extends the tree over its first ones.

    Raises:
        IndexError: `first` is not between 1 and the number of leaves.
    """
    if not 0 < first <= len(leaves):
        raise IndexError(f"no tree of {first} leaves within {len(leaves)}")
    return _subproof(leaves, first, whole=True)


def includes(*, root: bytes, size: int, leaf: bytes, index: int, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the leaf at this place (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            place, last = _climb(place, last)
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def extends(
    *, first_root: bytes, first: int, root: bytes, size: int, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that a tree grew out of an earlier one (RFC 9162, 2.1.4.2)."""
    if first == size:
        return not proof and first_root == root
    if not 0 < first < size:
        return False
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    place, last = first - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _climb(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == root


def _climb(place: int, last: int) -> tuple[int, int]:
    """Skips the levels on which a rightmost node has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _left_size(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = _left_size(len(leaves))
    left, right = leaves[:half], leaves[half:]
    if first <= half:
        return [*_subproof(left, first, whole=whole), root_of(right)]
    return [*_subproof(right, first - half, whole=False), root_of(left)]
