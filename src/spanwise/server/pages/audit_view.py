"""Builds the view of the audit log."""

from urllib.parse import urlencode

from spanwise.core.actor import Actor
from spanwise.core.errors import InvalidInput
from spanwise.governance.audit.checkpoint import open_checkpoint
from spanwise.runtime.platform import Platform
from spanwise.server.api.audit import Verified
from spanwise.server.pages.frame import Visit
from spanwise.server.pages.people import name_of
from spanwise.server.views.audit import AuditLine, AuditPage, Checkpoint
from spanwise.store import audit, decisions, tasks
from spanwise.store.audit import AuditEntry, PlacedEntry

_MANY = 50
_MOST_READ = 1_000
_PAGES = {
    "decision_point": "/decision-points/",
    "product": "/products/",
    "function": "/scorecards/",
}


def audit_page(visit: Visit, *, subject: str, before: str) -> AuditPage:
    """The entries about a subject, or all, older than the entry `before`."""
    platform = visit.platform
    about = subject.removeprefix("decision:").removeprefix("task:")
    shown, last_id, more = _page(platform, visit.actor, about, before)
    seq = audit.last_seq(platform.store)
    head = next(iter(audit.links(platform.store, first=seq, last=seq)), None) if seq else None
    waiting = audit.unchained(platform.store, since="", limit=1)
    verified: Verified | None = getattr(visit.request.app.state, "audit_verified", None)
    after = {"before": last_id, **({"subject": subject} if subject else {})}
    return AuditPage(
        chain="unknown" if verified is None else "intact" if verified.ok else "broken",
        verified_at_ms=verified.at_ms if verified else None,
        chained_to=head.seq if head else None,
        head_sha256=head.head_sha256 if head else None,
        tail=platform.sequencer.unchained(),
        tail_since_ms=waiting[0].at_ms if waiting else None,
        checkpoint=_checkpoint(platform),
        entries=tuple(_line(platform, placed) for placed in shown),
        subject=subject,
        next_url=f"/audit?{urlencode(after)}" if more else None,
    )


def _page(
    platform: Platform, actor: Actor, subject: str, before: str
) -> tuple[list[PlacedEntry], str, bool]:
    """Entries in scope, the id up to which was read, and whether there is more to read."""
    shown: list[PlacedEntry] = []
    read, last_id = 0, before
    while read < _MOST_READ:
        found = audit.recent(platform.store, limit=_MANY, before=last_id, subject=subject)
        for placed in found:
            read, last_id = read + 1, placed.entry.id
            if _in_scope(platform, actor, placed.entry):
                shown.append(placed)
            if len(shown) == _MANY:
                return shown, last_id, bool(_next(platform, subject, last_id))
        if len(found) < _MANY:
            return shown, last_id, False
    return shown, last_id, True


def _next(platform: Platform, subject: str, last_id: str) -> list[PlacedEntry]:
    return audit.recent(platform.store, limit=1, before=last_id, subject=subject)


def _in_scope(platform: Platform, actor: Actor, entry: AuditEntry) -> bool:
    """Whether the entry belongs to a function of the actor; the rest needs every function."""
    if actor.functions is None:
        return True
    function = _function_of(platform, entry.subject)
    return function is not None and actor.covers(function)


def _function_of(platform: Platform, subject: str) -> str | None:
    """The function that a subject belongs to; None for what concerns the whole platform."""
    kind, _, name = subject.partition(":")
    if kind == "function":
        return name
    if kind in ("decision_point", "product"):
        return name.partition(".")[0]
    if subject.startswith("dec_"):
        decision = decisions.by_id(platform.store, subject)
        return decision.function if decision else None
    if subject.startswith("tsk_"):
        task = tasks.by_id(platform.store, subject)
        return task.function if task else None
    return None


def _line(platform: Platform, placed: PlacedEntry) -> AuditLine:
    entry, link = placed.entry, placed.link
    return AuditLine(
        entry_id=entry.id,
        sequence=link.seq if link else None,
        at_ms=entry.at_ms,
        actor=name_of(platform, entry.actor) or entry.actor,
        action=entry.action,
        subject=entry.subject,
        url=_url(entry.subject),
        leaf_sha256=link.leaf_sha256 if link else None,
    )


def _url(subject: str) -> str | None:
    if subject.startswith("dec_"):
        return f"/decisions/{subject}"
    if subject.startswith("tsk_"):
        return f"/tasks/{subject}"
    kind, _, name = subject.partition(":")
    return _PAGES[kind] + name if kind in _PAGES else None


def _checkpoint(platform: Platform) -> Checkpoint | None:
    """The newest checkpoint, if this log's key signed it."""
    stored = audit.newest_checkpoint(platform.store)
    if stored is None:
        return None
    try:
        opened = open_checkpoint(stored.note, [platform.audit_key.verifier])
    except InvalidInput:
        return None
    return Checkpoint(
        size=opened.size,
        signed_at_ms=stored.signed_at_ms,
        key_name=opened.origin,
        root_hash=opened.root.hex(),
    )
