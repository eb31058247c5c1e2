"""The API of the audit log: the whole of it, for whoever verifies it elsewhere."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.core.errors import Conflict, InvalidInput
from spanwise.governance.audit.export import export
from spanwise.governance.audit.verify import verify
from spanwise.runtime.platform import Platform
from spanwise.server.authentication import api_actor

router = APIRouter(prefix="/v1")
Caller = Annotated[Actor, Depends(api_actor)]
KEY_HEADER = "Spanwise-Audit-Key"
_CHUNK = 1 << 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What the last export of this process proved about the whole log."""

    ok: bool
    at_ms: int


@router.get("/audit/export")
def get_export(request: Request, caller: Caller) -> Response:
    """The whole log as JSON Lines; the public key that verifies it stands in a header."""
    return export_response(request, caller)


def export_response(request: Request, actor: Actor) -> Response:
    """Chains and signs what waits, then streams the log; it is verified on the way.

    Raises:
        Forbidden: the actor may not export the log.
        Conflict: the stored chain contradicts itself.
    """
    authorise(actor, Action.EXPORT_AUDIT)
    platform: Platform = request.app.state.platform
    try:
        platform.sequencer.seal()
    except Conflict:
        _remember(request, ok=False)
        raise
    handle, name = tempfile.mkstemp(prefix="spanwise-audit-", suffix=".jsonl")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            export(platform.store, out)
        _remember(request, ok=_holds(platform, path))
    except BaseException:
        path.unlink()
        raise
    headers = {
        "Content-Disposition": 'attachment; filename="audit.jsonl"',
        "Cache-Control": "no-store",
        KEY_HEADER: str(platform.audit_key.verifier),
    }
    return StreamingResponse(_chunks(path), media_type="application/jsonl", headers=headers)


def _remember(request: Request, *, ok: bool) -> None:
    now_ms = request.app.state.platform.clock.now_ms()
    request.app.state.audit_verified = Verified(ok=ok, at_ms=now_ms)


def _holds(platform: Platform, path: Path) -> bool:
    try:
        return verify(path, [platform.audit_key.verifier]).ok
    except InvalidInput:
        return False


def _chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes; it is gone after the last one."""
    with path.open("rb") as file:
        path.unlink()
        while chunk := file.read(_CHUNK):
            yield chunk
