"""Exports: the whole chain as JSON Lines that anybody can verify without this product's database.

One line for each entry, in order, then one for each checkpoint:

    {"entry":{…},"head":"<hex>","leaf":"<hex>","seq":1}
    {"checkpoint":"<signed note>"}

The bytes of `entry` are what the leaf is the hash of. An entry that somebody deleted from the
database stands as `"deleted":"<its id>"`.
"""

from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from spanwise.governance.audit.chain import entry_json
from spanwise.store import audit
from spanwise.store.audit import ChainedEntry
from spanwise.store.database import Store

_PAGE = 2_000
_json = msgspec.json.encode


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """What an export holds, and how many committed entries it had to leave out."""

    entries: int
    checkpoints: int
    unchained: int


def export(store: Store, out: BinaryIO) -> Exported:
    """Writes the chain as it stands now, in pages.

    Raises:
        Unavailable: the database does not answer.
    """
    last = audit.last_seq(store)
    for first in range(1, last + 1, _PAGE):
        for chained in audit.chained(store, first=first, last=min(last, first + _PAGE - 1)):
            out.write(_line_of(chained))
    checkpoints, size = 0, 0
    while page := audit.checkpoints(store, first=size + 1, last=last, limit=_PAGE):
        for checkpoint in page:
            out.write(checkpoint_line(checkpoint.note))
        checkpoints, size = checkpoints + len(page), page[-1].size
    unchained = audit.count_unchained(store)
    return Exported(entries=last, checkpoints=checkpoints, unchained=unchained)


def entry_line(content: bytes, *, head: str, leaf: str, seq: int) -> bytes:
    """The line of an entry, given its canonical JSON."""
    return b'{"entry":%b,"head":"%b","leaf":"%b","seq":%d}\n' % (
        content,
        head.encode(),
        leaf.encode(),
        seq,
    )


def checkpoint_line(note: str) -> bytes:
    """The line of a signed note."""
    return _json({"checkpoint": note}) + b"\n"


def _line_of(chained: ChainedEntry) -> bytes:
    link = chained.link
    if chained.entry is None:
        hashes = {"head": link.head_sha256, "leaf": link.leaf_sha256, "seq": link.seq}
        return _json({"deleted": link.entry_id, **hashes}) + b"\n"
    content = entry_json(chained.entry)
    return entry_line(content, head=link.head_sha256, leaf=link.leaf_sha256, seq=link.seq)
