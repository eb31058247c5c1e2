"""The offline verifier: an export, a public key, and nothing else.

It recomputes every leaf, head and Merkle root, so it needs no trust in whoever holds the
database. A rewrite that recomputes all hashes, and a cut tail, show only against a checkpoint:
keep the newest one off the host and hand it in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from spanwise.core.errors import InvalidInput
from spanwise.governance.audit.chain import Chain
from spanwise.governance.audit.checkpoint import Checkpoint, open_checkpoint
from spanwise.governance.audit.export import checkpoint_line, entry_line
from spanwise.governance.audit.keys import VerifierKey
from spanwise.governance.audit.merkle import leaf_hash

_MAX_LINE_BYTES = 16 * 1024 * 1024
_CHECKPOINT = b'{"checkpoint":'


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """The first thing that is wrong.

    Attributes:
        line: line of the export, from 1; None when it is in no line.
        seq: number of the first entry that is or may be wrong; None when it is a checkpoint.
        entry_id: id that the line gives; empty when it gives none.
        problem: what is wrong, in one sentence.
    """

    line: int | None
    seq: int | None
    entry_id: str = ""
    problem: str

    def __str__(self) -> str:
        places = [
            f"line {self.line}" if self.line else "",
            f"entry {self.seq}" if self.seq else "",
            self.entry_id,
        ]
        return f"{', '.join(filter(None, places)) or 'the export'}: {self.problem}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What an export proves.

    Attributes:
        verified: entries, from the first one on, that are what was chained.
        sealed: how many of those a signed checkpoint covers.
        checkpoints: checkpoints that agree with the entries.
        fault: the first thing that is wrong; None when nothing is.
    """

    verified: int
    sealed: int
    checkpoints: int
    fault: Fault | None

    @property
    def ok(self) -> bool:
        return self.fault is None

    def __str__(self) -> str:
        counts = f"{self.verified} entries verified, {self.sealed} of them under a checkpoint"
        return f"{counts}." if self.fault is None else f"{counts}. Then {self.fault}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signed:
    """A checkpoint with a good signature, and its line; None for the one handed in."""

    checkpoint: Checkpoint
    line: int | None


class _EntryLine(msgspec.Struct):
    head: str
    leaf: str
    seq: int
    entry: msgspec.Raw = msgspec.Raw()
    deleted: str = ""


class _CheckpointLine(msgspec.Struct):
    checkpoint: str


class _Identified(msgspec.Struct):
    id: str


_decode_entry_line = msgspec.json.Decoder(_EntryLine).decode
_decode_checkpoint_line = msgspec.json.Decoder(_CheckpointLine).decode
_decode_identified = msgspec.json.Decoder(_Identified).decode
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def verify(export: Path, keys: Sequence[VerifierKey], *, newest: str | None = None) -> Verification:
    """Checks an export against the log's public keys, in two passes over the file.

    Args:
        export: a file that `export` wrote.
        keys: the keys that signed the log's checkpoints: more than one after a change of key.
        newest: the newest checkpoint that was kept elsewhere; without it, a tail that was cut
            together with its checkpoints cannot be told from a log that ended there.

    Raises:
        InvalidInput: the checkpoint handed in is not one of this log.
    """
    signed = (
        [] if newest is None else [_Signed(checkpoint=open_checkpoint(newest, keys), line=None)]
    )
    forged = _collect_checkpoints(_lines(export), keys, signed)
    walk = _Walk(signed)
    fault = walk.over(_lines(export)) or forged or walk.missing()
    return Verification(
        verified=walk.verified, sealed=walk.sealed, checkpoints=walk.agreeing, fault=fault
    )


class _Walk:
    """Goes over the entries in order and stops at the first fault."""

    def __init__(self, signed: Sequence[_Signed]) -> None:
        self.verified = 0
        self.sealed = 0
        self.agreeing = 0
        self._chain = Chain()
        self._signed: dict[int, list[_Signed]] = {}
        for each in signed:
            self._signed.setdefault(each.checkpoint.size, []).append(each)

    def over(self, lines: Iterable[tuple[int, bytes]]) -> Fault | None:
        """The first fault in a line with an entry, or between a checkpoint and the entries."""
        entries_end = False
        for number, line in lines:
            if line.startswith(_CHECKPOINT):
                entries_end = True
                continue
            fault = self._take(number, line)
            if fault is None and entries_end:
                fault = Fault(line=number, seq=self._chain.size, problem="it follows a checkpoint")
            if fault is not None:
                return fault
            self.verified = self._chain.size
            if self.verified in self._signed:
                fault = self._compare(self._signed[self.verified])
                if fault is not None:
                    self.verified = self.sealed
                    return fault
        return None

    def missing(self) -> Fault | None:
        """What the checkpoints cover and the export lacks, or the lack of a checkpoint."""
        size = max(self._signed, default=0)
        if size > self.verified:
            return Fault(
                line=self._signed[size][0].line,
                seq=self.verified + 1,
                problem=f"the tail was cut: a signed checkpoint covers {size} entries",
            )
        if not self.agreeing:
            return Fault(
                line=None,
                seq=None,
                problem="no signed checkpoint covers these entries; hand in one kept elsewhere",
            )
        return None

    def _take(self, number: int, line: bytes) -> Fault | None:
        seq = self._chain.size + 1
        try:
            shown = _decode_entry_line(line)
        except _UNREADABLE:
            return Fault(line=number, seq=seq, problem="the line cannot be read")
        content = bytes(shown.entry)
        leaf = leaf_hash(content)
        leaf_hex, head_hex = leaf.hex(), self._chain.append(leaf).hex()
        if line == entry_line(content, head=head_hex, leaf=leaf_hex, seq=seq):
            return None
        if shown.deleted:
            problem = "the entry was deleted from the database"
        elif shown.seq != seq:
            problem = f"entry {shown.seq} stands in its place: entries were removed or moved"
        elif shown.leaf != leaf_hex:
            problem = "its content is not what was chained"
        elif shown.head != head_hex:
            problem = "its head does not continue the chain"
        else:
            problem = "the line is not written as an export writes it"
        entry_id = shown.deleted or _id_in(content)
        return Fault(line=number, seq=seq, entry_id=entry_id, problem=problem)

    def _compare(self, signed: Sequence[_Signed]) -> Fault | None:
        root, size = self._chain.root(), self._chain.size
        for each in signed:
            if each.checkpoint.root != root:
                problem = (
                    f"entries {self.sealed + 1} to {size} are not all what was signed: "
                    "one was replaced and every hash after it computed again"
                )
                return Fault(line=each.line, seq=self.sealed + 1, problem=problem)
        self.agreeing += len(signed)
        self.sealed = size
        return None


def _collect_checkpoints(
    lines: Iterable[tuple[int, bytes]], keys: Sequence[VerifierKey], signed: list[_Signed]
) -> Fault | None:
    """Adds every checkpoint with a good signature; returns the first line that has none."""
    fault, size = None, 0
    for number, line in lines:
        if not line.startswith(_CHECKPOINT):
            continue
        try:
            checkpoint = _read_checkpoint(line, keys)
        except InvalidInput as error:
            fault = fault or Fault(line=number, seq=None, problem=error.message)
            continue
        signed.append(_Signed(checkpoint=checkpoint, line=number))
        if checkpoint.size <= size:
            problem = f"the checkpoint over {checkpoint.size} entries stands out of order"
            fault = fault or Fault(line=number, seq=None, problem=problem)
        size = checkpoint.size
    return fault


def _read_checkpoint(line: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    try:
        note = _decode_checkpoint_line(line).checkpoint
    except _UNREADABLE:
        note = ""
    if checkpoint_line(note) != line:
        raise InvalidInput("The line cannot be read.")
    return open_checkpoint(note, keys)


def _lines(export: Path) -> Iterator[tuple[int, bytes]]:
    with export.open("rb") as file:
        yield from enumerate(iter(partial(file.readline, _MAX_LINE_BYTES), b""), start=1)


def _id_in(content: bytes) -> str:
    try:
        return _decode_identified(content).id
    except _UNREADABLE:
        return ""
