"""What needs somebody's attention, the worst first."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from spanwise.access.permissions import Action, may
from spanwise.core.actor import Actor
from spanwise.core.clock import DAY_MS
from spanwise.measurement.certificates import newest_certification
from spanwise.readiness.standings import standing_of
from spanwise.routing.stages import rank
from spanwise.runtime.platform import Platform
from spanwise.server.pages.context_view import age_ms, is_stale
from spanwise.server.pages.people import name_of
from spanwise.server.views import text
from spanwise.server.views.home import Attention
from spanwise.spec.models.decision_points import DecisionPoint, OnStale, Stage
from spanwise.store.products import last_published
from spanwise.store.tasks import live
from spanwise.workflow.policies import Policy

_SOON_MS = 14 * DAY_MS
_MAX_TASKS = 500


def attention(
    platform: Platform, actor: Actor, points: Sequence[DecisionPoint]
) -> tuple[Attention, ...]:
    """Everything about these decision points that somebody has to look at."""
    found = [item for point in points for item in _about(platform, point)]
    found += _products(platform, actor, points)
    found += _overdue(platform, actor, points)
    return tuple(sorted(found, key=lambda item: item.tone != "bad"))


def _about(platform: Platform, point: DecisionPoint) -> Iterator[Attention]:
    policy, now = platform.policies.of(point.name), standing_of(platform.store, point)
    where, url = point.title or point.name, _path(point)

    def item(tone: str, said: str, since_ms: int | None) -> Attention:
        return Attention(tone=tone, text=said, where=where, url=url, since_ms=since_ms)

    for alarm in now.alarms:
        yield item("bad", f"{alarm.kind.capitalize()} alarm: {alarm.detail}", alarm.raised_at_ms)
    if now.standing.suspended:
        move = now.history[-1]
        by = name_of(platform, move.moved_by)
        yield item("bad", f"Suspended by {by}: {move.reason}", move.moved_at_ms)
    if policy.pin_failure:
        yield item("bad", f"The pinned release does not load: {policy.pin_failure}", None)
    elif policy.pinned_digest is None:
        yield item("bad", "No release is pinned, so every case goes to a person.", None)
    elif rank(now.effective) >= rank(Stage.GUARDED):
        yield from (item(*said) for said in _certificate(platform, policy, policy.pinned_digest))


def _certificate(
    platform: Platform, policy: Policy, release: str
) -> Iterator[tuple[str, str, int | None]]:
    """Tone, text and since when, where the certificate in force ends soon or has ended."""
    now_ms, people = platform.clock.now_ms(), "every case needs a person"
    newest = newest_certification(platform.store, policy.point.name, release)
    if newest is None or newest[0].threshold is None:
        yield "bad", f"The pinned release is not certified: {people}.", None
    elif newest[0].revoked_at_ms is not None:
        yield "bad", f"The certificate was revoked: {people}.", newest[0].revoked_at_ms
    elif newest[0].expires_at_ms <= now_ms:
        yield "bad", f"The certificate has expired: {people}.", newest[0].expires_at_ms
    elif newest[0].expires_at_ms <= now_ms + _SOON_MS:
        ends = text.day(newest[0].expires_at_ms)
        yield "warn", f"The certificate ends on {ends}; then {people}.", None


def _products(
    platform: Platform, actor: Actor, points: Iterable[DecisionPoint]
) -> Iterator[Attention]:
    """What is wrong with each product, once, for the first decision point that it holds up."""
    seen: set[tuple[str, str]] = set()
    for point in points:
        contracts = platform.policies.of(point.name).contracts
        for source in point.context:
            product, url = source.product, _path(point)
            if may(actor, Action.VIEW_DATA) and actor.covers(product.partition(".")[0]):
                url = f"/products/{quote(product)}"
            batch = last_published(platform.store, product)
            if contracts[product] == "broken" and batch and ("contract", product) not in seen:
                seen.add(("contract", product))
                yield Attention(
                    tone="bad",
                    text=f"{batch.quarantined:,} of {batch.received:,} rows broke the contract "
                    "in the last batch.",
                    where=product,
                    url=url,
                    since_ms=batch.ended_at_ms,
                )
            age = age_ms(platform, product)
            if is_stale(age, source) and ("stale", product) not in seen:
                seen.add(("stale", product))
                yield Attention(
                    tone="warn" if source.on_stale is OnStale.FLAG else "bad",
                    text=f"The newest row is {text.duration(age)} old; "
                    f"{text.duration(source.max_age_ms)} is allowed.",
                    where=product,
                    url=url,
                    since_ms=None,
                )


def _overdue(
    platform: Platform, actor: Actor, points: Iterable[DecisionPoint]
) -> Iterator[Attention]:
    """Tasks over their due time, by decision point."""
    by_name = {point.name: point for point in points}
    late: dict[str, list[int]] = {}
    for function in sorted({point.function for point in by_name.values()}):
        # By due time: the limit cuts off the least urgent.
        for task in live(platform.store, function, _MAX_TASKS):
            if task.due_at_ms < platform.clock.now_ms() and task.decision_point in by_name:
                late.setdefault(task.decision_point, []).append(task.due_at_ms)
    has_inbox = may(actor, Action.VIEW_INBOX)
    for name, due in late.items():
        point = by_name[name]
        tasks = "task is" if len(due) == 1 else "tasks are"
        least = "At least " if len(due) >= _MAX_TASKS else ""
        yield Attention(
            tone="warn",
            text=f"{least}{len(due):,} {tasks} overdue; nothing is approved by waiting.",
            where=point.title or name,
            url="/inbox?show=team" if has_inbox else _path(point),
            since_ms=min(due),
        )


def _path(point: DecisionPoint) -> str:
    return f"/decision-points/{quote(point.name)}"
