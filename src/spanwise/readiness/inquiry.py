"""One look at a function: what is in scope, and findings with their time and expiry."""

from dataclasses import dataclass

from spanwise.core.clock import DAY_MS, to_rfc3339
from spanwise.readiness.criteria import Criterion, Finding, Found, MeasuredRate
from spanwise.spec.models.contracts import ContractTable, DataContract
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.values import format_duration
from spanwise.spec.workspace import Workspace
from spanwise.store import decisions
from spanwise.store.database import Store
from spanwise.wire.decisions import DecisionRecord, decode_record

_MAX_RECORDS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """Something that has to hold.

    Attributes:
        code: stable, part of the stored evidence.
        text: the same in words.
    """

    criterion: Criterion
    code: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RateProbe(Probe):
    """A share that has to lie over the function's bar.

    Attributes:
        counts: what is counted, such as `decisions`.
        that: what they should do, such as `had fresh data`.
        begin: how to have anything to count.
        fix: how to raise the share.
    """

    counts: str
    that: str
    begin: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many are as they should be, of how many, and from when they are."""

    good: int
    n: int
    first_at_ms: int | None = None
    newest_at_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recent:
    """The newest decisions of a decision point within the time that evidence counts."""

    records: tuple[DecisionRecord, ...] = ()
    first_at_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Inquiry:
    """What the probes look at, all at one time.

    Attributes:
        points: the decision points in scope.
    """

    store: Store
    workspace: Workspace
    function: BusinessFunction
    points: tuple[DecisionPoint, ...]
    now_ms: int

    @property
    def lasts_ms(self) -> int:
        """For how long evidence counts."""
        return self.function.readiness.evidence_expires_ms

    @property
    def since_ms(self) -> int:
        """What happened earlier is too old to count."""
        return self.now_ms - self.lasts_ms

    @property
    def products(self) -> tuple[str, ...]:
        """The products that the decision points read; without any, those the function owns."""
        read = dict.fromkeys(s.product for point in self.points for s in point.context)
        products = self.workspace.products.values()
        return tuple(read) or tuple(p.name for p in products if p.function == self.function.name)

    def promised(self, product: str) -> tuple[DataContract, ContractTable] | None:
        """The contract behind a product and the table in it; None where either is missing."""
        declared = self.workspace.products.get(product)
        contract = self.workspace.contracts.get(declared.contract) if declared else None
        table = contract.table(declared.table) if contract and declared else None
        return (contract, table) if contract and table else None

    def recent(self, point: DecisionPoint) -> Recent:
        """The newest decisions, at most a thousand."""
        newest = decisions.latest(self.store, point.name, _MAX_RECORDS)
        rows = [row for row in newest if row.decided_at_ms >= self.since_ms]
        if not rows:
            return Recent()
        records = tuple(decode_record(row.record) for row in rows)
        return Recent(records=records, first_at_ms=rows[-1].decided_at_ms)

    def passed(
        self,
        probe: Probe,
        about: str,
        seen: str,
        *,
        observed_at_ms: int | None = None,
        lasts_ms: int | None = None,
    ) -> Finding:
        return self._finding(
            probe, about, Found.PASSED, seen, observed_at_ms=observed_at_ms, lasts_ms=lasts_ms
        )

    def failed(self, probe: Probe, about: str, seen: str, fix: str) -> Finding:
        return self._finding(probe, about, Found.FAILED, seen, fix=fix)

    def unknown(self, probe: Probe, about: str, seen: str, fix: str) -> Finding:
        return self._finding(probe, about, Found.UNKNOWN, seen, fix=fix)

    def measured(self, probe: RateProbe, about: str, count: Count) -> Finding:
        """A share over the bar, under it, or of too few to tell."""
        rate = MeasuredRate(
            successes=count.good,
            n=count.n,
            bar=self.function.readiness.bar.text,
            per_day=self._per_day(count),
        )
        return self._finding(
            probe,
            about,
            rate.found,
            self._seen(probe, rate),
            fix=self._fix(probe, rate),
            observed_at_ms=count.newest_at_ms,
            rate=rate,
        )

    def _per_day(self, count: Count) -> float | None:
        if count.first_at_ms is None:
            return None
        # A day at least: what came within an hour says little about a day.
        return count.n * DAY_MS / max(DAY_MS, self.now_ms - count.first_at_ms)

    def _seen(self, probe: RateProbe, rate: MeasuredRate) -> str:
        estimate = rate.estimate
        if estimate.value is None or estimate.low is None:
            return f"In the last {format_duration(self.lasts_ms)} there were no {probe.counts}."
        return (
            f"{rate.successes:,} of {rate.n:,} {probe.counts} {probe.that}: {estimate.value:.1%}, "
            f"at least {estimate.low:.1%}; the bar is {rate.share.percent}."
        )

    def _fix(self, probe: RateProbe, rate: MeasuredRate) -> str:
        if rate.found is Found.PASSED:
            return ""
        if rate.n == 0:
            return probe.begin
        if rate.found is Found.FAILED or rate.needed is None:
            return probe.fix
        missing = rate.needed - rate.n
        until = ""
        if rate.per_day:
            day = to_rfc3339(self.now_ms + round(missing / rate.per_day * DAY_MS))[:10]
            until = f", at this pace by {day}"
        return f"Too few to tell: {missing:,} more {probe.counts} like these are needed{until}."

    def _finding(
        self,
        probe: Probe,
        about: str,
        found: Found,
        seen: str,
        *,
        fix: str = "",
        observed_at_ms: int | None = None,
        lasts_ms: int | None = None,
        rate: MeasuredRate | None = None,
    ) -> Finding:
        observed = self.now_ms if observed_at_ms is None else observed_at_ms
        return Finding(
            criterion=probe.criterion,
            probe=probe.code,
            about=about,
            text=probe.text,
            found=found,
            seen=seen,
            fix=fix,
            observed_at_ms=observed,
            expires_at_ms=observed + min(self.lasts_ms, lasts_ms or self.lasts_ms),
            rate=rate,
        )
