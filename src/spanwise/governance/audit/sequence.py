"""The sequencer: puts committed audit entries into one order, chains them and signs the head."""

import copy
import threading
from collections.abc import Sequence

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import HOUR_MS, MINUTE_MS, SECOND_MS, FixedClock
from spanwise.core.errors import Conflict
from spanwise.core.ids import Ids
from spanwise.governance.audit.chain import Chain, leaf_of
from spanwise.governance.audit.checkpoint import open_checkpoint, sign_checkpoint
from spanwise.governance.audit.keys import SigningKey, VerifierKey
from spanwise.store import audit
from spanwise.store.audit import AuditEntry, ChainLink, StoredCheckpoint
from spanwise.store.database import Store

# An entry gets its id before it is committed, so an earlier id can appear after later ones. Each
# step looks back a little, now and then further, and at times over the whole log: nothing is
# skipped, however late it was committed.
_LOOK_BACK_MS = 2 * SECOND_MS
_WIDE_SCAN_EVERY_MS, _WIDE_LOOK_BACK_MS = MINUTE_MS, 5 * MINUTE_MS
_FULL_SCAN_EVERY_MS = HOUR_MS


class Sequencer:
    """Chains entries in batches and signs checkpoints.

    Several processes may run one each: a number in the chain is given once, and whoever comes
    second learns that from the database and goes on from there. The first step rebuilds the head
    from the stored links, and so checks them against the newest checkpoint.

    Args:
        store: holds entries, links and checkpoints.
        key: signs checkpoints; its name is the log's.
        former_keys: keys that signed earlier checkpoints of this log.
        batch: entries chained in one transaction.
        checkpoint_every: unsigned entries after which a step signs.
        checkpoint_every_ms: time after which a step signs if anything is unsigned.
    """

    def __init__(
        self,
        store: Store,
        key: SigningKey,
        *,
        former_keys: Sequence[VerifierKey] = (),
        batch: int = 2_000,
        checkpoint_every: int = 10_000,
        checkpoint_every_ms: int = 5 * MINUTE_MS,
    ) -> None:
        self._store = store
        self._key = key
        self._trusted = (key.verifier, *former_keys)
        self._batch = batch
        self._checkpoint_every = checkpoint_every
        self._checkpoint_every_ms = checkpoint_every_ms
        self._chain = Chain()
        self._signed_size = 0
        self._signed_at_ms = store.clock.now_ms()
        self._reached_ms = 0
        self._full_scan_at_ms = 0
        self._wide_scan_at_ms = 0
        self._lock = threading.Lock()

    def step(self) -> int:
        """Chains the next batch, and signs when it is time.

        Returns:
            How many entries it chained: 0 when none waits, or another sequencer was first.

        Raises:
            Conflict: the stored chain contradicts itself, its newest checkpoint or what this
                sequencer saw before. Nothing is chained or signed on top of that.
            Unavailable: the database does not answer.
        """
        with self._lock:
            self._catch_up()
            chained = self._chain_next()
            unsigned = self._chain.size - self._signed_size
            waited_ms = self._store.clock.now_ms() - self._signed_at_ms
            if unsigned >= self._checkpoint_every or waited_ms >= self._checkpoint_every_ms:
                self._sign()
            return chained

    def seal(self) -> int:
        """Chains whatever waits now, then signs: an export after it leaves nothing out.

        Returns:
            How many entries it chained.

        Raises:
            Conflict, Unavailable: as `step`.
        """
        chained = 0
        for _ in range(1 + self.unchained() // self._batch):
            self._full_scan_at_ms = 0
            chained += self.step()
        with self._lock:
            self._catch_up()
            self._sign()
        return chained

    def unchained(self) -> int:
        """How many committed entries wait to be chained."""
        return audit.count_unchained(self._store)

    def _chain_next(self) -> int:
        since = self._scan_from(self._store.clock.now_ms())
        entries = audit.unchained(self._store, since=since, limit=self._batch)
        if entries and not self._append(entries):
            return 0
        self._reached_ms = max(
            (entry.at_ms for entry in entries), default=self._store.clock.now_ms()
        )
        return len(entries)

    def _scan_from(self, now_ms: int) -> str:
        if now_ms >= self._full_scan_at_ms:
            self._full_scan_at_ms = now_ms + _FULL_SCAN_EVERY_MS
            return ""
        look_back_ms = _LOOK_BACK_MS
        if now_ms >= self._wide_scan_at_ms:
            self._wide_scan_at_ms = now_ms + _WIDE_SCAN_EVERY_MS
            look_back_ms = _WIDE_LOOK_BACK_MS
        start = FixedClock(max(0, self._reached_ms - look_back_ms))
        return Ids(start, bytes).new("aud")

    def _append(self, entries: Sequence[AuditEntry]) -> bool:
        """Commits links for the entries, unless another sequencer took their numbers."""
        ahead = copy.deepcopy(self._chain)
        links = []
        for entry in entries:
            leaf = leaf_of(entry)
            head = ahead.append(leaf)
            links.append(
                ChainLink(
                    seq=ahead.size,
                    entry_id=entry.id,
                    leaf_sha256=leaf.hex(),
                    head_sha256=head.hex(),
                )
            )
        unit = self._store.unit(PLATFORM)
        audit.add_links(unit, links)
        try:
            unit.commit()
        except Conflict:
            return False
        self._chain = ahead
        return True

    def _catch_up(self) -> None:
        """Follows what was chained and signed by others, or by this one before a restart."""
        stored = audit.newest_checkpoint(self._store)
        last = audit.last_seq(self._store)
        self._check_newest_link(last)
        if stored is not None and stored.size > self._signed_size:
            checkpoint = open_checkpoint(stored.note, self._trusted)
            if checkpoint.size > last:
                raise _broken(last + 1, f"is gone, and a checkpoint covers {checkpoint.size}")
            self._follow(checkpoint.size)
            if self._chain.size == checkpoint.size and self._chain.root() != checkpoint.root:
                raise _broken(self._signed_size + 1, "or a later one is not what was signed")
            self._signed_size, self._signed_at_ms = checkpoint.size, stored.signed_at_ms
        self._follow(last)

    def _check_newest_link(self, last: int) -> None:
        size = self._chain.size
        if last < size:
            raise _broken(last + 1, "was in the chain and is gone")
        if size and audit.links(self._store, first=size, last=size)[0].head_sha256 != (
            self._chain.head.hex()
        ):
            raise _broken(size, "or an earlier one was rewritten")

    def _follow(self, last: int) -> None:
        chain = self._chain
        while chain.size < last:
            page = audit.links(self._store, first=chain.size + 1, last=last)
            if not page:
                raise _broken(chain.size + 1, "is missing")
            for link in page:
                leaf = _digest(link.leaf_sha256)
                if link.seq != chain.size + 1:
                    raise _broken(chain.size + 1, "is missing")
                if leaf is None or chain.next_head(leaf).hex() != link.head_sha256:
                    raise _broken(link.seq, "does not continue the chain")
                chain.append(leaf)

    def _sign(self) -> None:
        size = self._chain.size
        if size == self._signed_size:
            return
        now_ms = self._store.clock.now_ms()
        note = sign_checkpoint(size=size, root=self._chain.root(), key=self._key)
        unit = self._store.unit(PLATFORM)
        audit.add_checkpoint(unit, StoredCheckpoint(size=size, note=note, signed_at_ms=now_ms))
        try:
            unit.commit()
        except Conflict:
            return  # another sequencer signed the same size; the next step compares with it
        self._signed_size, self._signed_at_ms = size, now_ms


def _digest(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _broken(seq: int, what: str) -> Conflict:
    return Conflict(
        f"The audit chain is broken: entry {seq} {what}.",
        "Export and verify the log, and compare it with a checkpoint kept off the host.",
        code="audit_chain_broken",
    )
