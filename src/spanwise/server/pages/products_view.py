"""Builds the views of data products from batches, rows and contracts."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.core.clock import SECOND_MS
from spanwise.data.contracts import contract_state
from spanwise.data.freshness import FreshnessState
from spanwise.data.reasons import decode_reasons
from spanwise.runtime.platform import Platform
from spanwise.server.pages.people import name_of
from spanwise.server.views.products import (
    Batch,
    ContractField,
    ProductLine,
    ProductPage,
    ProductsPage,
    QuarantinedRow,
)
from spanwise.spec.models.contracts import ContractField as DeclaredField
from spanwise.spec.models.products import Product
from spanwise.spec.workspace import Workspace
from spanwise.store import products as stored

_AUDIT = "audit"
_HIDDEN = "Not shown: you may not read every column of it."
_MANY_ROWS = 20
_MANY_BATCHES = 20
_OPTIONS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "multipleOf": "a multiple of {}",
    "pattern": "matches {}",
    "format": "of the format {}",
}


def products_page(platform: Platform, actor: Actor) -> ProductsPage:
    """The products in an actor's scope.

    Raises:
        Forbidden: the actor may not look at data.
        NotFound: the actor has no scope at all.
    """
    authorise(actor, Action.VIEW_DATA, function=any_function_of(actor))
    workspace = platform.policies.workspace
    return ProductsPage(
        products=tuple(
            _line(platform, workspace, product)
            for product in workspace.products.values()
            if actor.covers(product.function)
        )
    )


def any_function_of(actor: Actor) -> str:
    """A function in an actor's scope, for what is allowed in one and then filtered by each."""
    return "" if actor.functions is None else min(actor.functions, default="")


def product_page(
    platform: Platform, actor: Actor, name: str, *, before: str = "", after_line: int = 0
) -> ProductPage:
    """One product; the quarantine continues after a row, by its batch and line."""
    workspace = platform.policies.workspace
    product, table = workspace.products[name], workspace.table(name)
    broken = _broken(platform, name)
    held = stored.waiting(
        platform.store, name, limit=_MANY_ROWS + 1, before=before, after_line=after_line
    )
    shown = held[:_MANY_ROWS]
    readable = platform.policies.grants.columns(actor, name, _AUDIT)
    whole = set(table.by_name) <= readable
    return ProductPage(
        line=_line(platform, workspace, product),
        description=table.description or product.title,
        key=(product.key,),
        fields=tuple(_field(field, product, broken) for field in table.fields),
        readers=tuple(
            point.name
            for point in workspace.decision_points.values()
            if actor.covers(point.function) and any(s.product == name for s in point.context)
        ),
        batches=tuple(
            _batch(platform, batch)
            for batch in stored.list_batches(platform.store, name, limit=_MANY_BATCHES)
        ),
        quarantine=_quarantine(platform, shown, whole=whole),
        next_url=_next_url(shown[-1]) if len(held) > _MANY_ROWS else None,
    )


def _line(platform: Platform, workspace: Workspace, product: Product) -> ProductLine:
    store, name = platform.store, product.name
    function = workspace.functions.get(product.function)
    last = stored.last_published(store, name)
    extent = stored.extent(store, name)
    max_age_ms = _max_age_ms(workspace, name)
    age_ms = None
    if extent.newest_ms is not None:
        age_ms = max(0, platform.clock.now_ms() - extent.newest_ms)
    return ProductLine(
        name=name,
        function=product.function,
        owner=name_of(platform, f"user:{function.owner.user}") if function else None,
        contract=contract_state(store, name),
        contract_version=workspace.contracts[product.contract].version,
        freshness=_freshness(age_ms, max_age_ms),
        age_s=None if age_ms is None else age_ms // SECOND_MS,
        max_age_s=None if max_age_ms is None else max_age_ms // SECOND_MS,
        rows=extent.rows if last else None,
        received=last.received if last else None,
        accepted=last.accepted if last else None,
        quarantined=last.quarantined if last else None,
        open_quarantine=stored.count_waiting(store, name) if last else None,
    )


def _max_age_ms(workspace: Workspace, product: str) -> int | None:
    """What the strictest reader asks for; None where nobody asks."""
    asked = [
        source.max_age_ms
        for point in workspace.decision_points.values()
        for source in point.context
        if source.product == product and source.max_age_ms is not None
    ]
    return min(asked, default=None)


def _freshness(age_ms: int | None, max_age_ms: int | None) -> str:
    """Without rows, or without anybody who says how old they may be, it is unknown."""
    if age_ms is None or max_age_ms is None:
        return "unknown"
    return FreshnessState.FRESH if age_ms <= max_age_ms else FreshnessState.STALE


def _field(field: DeclaredField, product: Product, broken: Counter[str] | None) -> ContractField:
    return ContractField(
        name=field.name,
        type=field.logical_type,
        required=field.required or field.primary_key or field.name in (product.key, product.as_of),
        rules=tuple(_rules(field)),
        tags=tuple(sorted(field.tags)),
        broken=None if broken is None else broken[field.name],
    )


def _rules(field: DeclaredField) -> Iterator[str]:
    """What the contract promises of a field, in words."""
    if field.unique or field.primary_key:
        yield "unique"
    if field.allowed:
        yield "one of " + ", ".join(str(value) for value in field.allowed)
    for name, value in field.options.items():
        yield _OPTIONS.get(name, name + " {}").format(value)
    for rule in field.quality:
        said = rule.get("description") or rule.get("name") or rule.get("metric")
        yield str(said or rule.get("rule") or rule.get("type") or "a rule")
    if field.known_at:
        yield f"known when {field.known_at}"


def _broken(platform: Platform, product: str) -> Counter[str] | None:
    """Rows of the last batch that broke a rule, by field; each row counts once a field."""
    last = stored.last_published(platform.store, product)
    if last is None:
        return None
    broken: Counter[str] = Counter()
    for reasons, rows in stored.count_reasons(platform.store, last.id):
        for field in {reason.field for reason in decode_reasons(reasons) if reason.field}:
            broken[field] += rows
    return broken


def _batch(platform: Platform, batch: stored.Batch) -> Batch:
    return Batch(
        id=batch.id,
        source=batch.source,
        state=batch.state,
        received=batch.received,
        accepted=batch.accepted,
        quarantined=batch.quarantined,
        started_at_ms=batch.started_at_ms,
        ended_at_ms=batch.ended_at_ms,
        submitted_by=name_of(platform, batch.submitted_by) or batch.submitted_by,
    )


def _quarantine(
    platform: Platform, held: list[stored.QuarantinedRow], *, whole: bool
) -> tuple[QuarantinedRow, ...]:
    """Rows as they came, for those who may read every column; a raw row cannot be cut by column."""
    batches = {row.batch_id: stored.batch(platform.store, row.batch_id) for row in held}
    return tuple(
        QuarantinedRow(
            batch_id=row.batch_id,
            source=batch.source if (batch := batches[row.batch_id]) else row.batch_id,
            line=row.line,
            reasons=tuple(str(reason) for reason in decode_reasons(row.reasons)),
            raw=row.raw if whole else _HIDDEN,
            quarantined_at_ms=row.quarantined_at_ms,
            corrected_at_ms=row.corrected_at_ms,
        )
        for row in held
    )


def _next_url(last: stored.QuarantinedRow) -> str:
    place = f"batch={quote(last.batch_id)}&line={last.line}"
    return f"/products/{quote(last.product)}?{place}"
