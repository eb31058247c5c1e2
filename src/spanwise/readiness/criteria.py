"""Three criteria, what is found about each, and when a function is ready."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from spanwise.spec.values import Rate as Bar
from spanwise.spec.values import parse_rate
from spanwise.stats.binomial import METHOD, lower_bound, upper_bound
from spanwise.stats.estimate import Estimate

LEVEL = 0.95
# Beyond this the share is so near the bar that more cases are no practical advice.
_MAX_NEEDED = 1_000_000


class Criterion(StrEnum):
    """What a function must have before its AI goes further."""

    DATA = "data"
    DECISION_POINT = "decision_point"
    OWNER = "owner"


class Found(StrEnum):
    """What became of one probe. Only `pass` counts."""

    PASSED = "pass"
    FAILED = "fail"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


class ReadyState(StrEnum):
    """What the findings of a criterion, or of all three, amount to."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredRate:
    """A share of cases whose one-sided 95% lower bound must lie over the bar.

    Attributes:
        successes, n: cases that are as they should be, of all cases.
        per_day: how many cases a day there are to count; None if nobody can say.
    """

    successes: int
    n: int
    bar: str
    per_day: float | None = None

    @property
    def share(self) -> Bar:
        """The bar as a number."""
        return parse_rate(self.bar)

    @property
    def estimate(self) -> Estimate:
        """The share from its one-sided lower bound up to 1 (Clopper and Pearson 1934)."""
        if self.n == 0:
            return Estimate.unknown("nothing was counted", method=METHOD, level=LEVEL)
        return Estimate(
            value=self.successes / self.n,
            low=lower_bound(self.successes, self.n, LEVEL),
            high=1.0,
            n=self.n,
            method=f"{METHOD}, one-sided",
            level=LEVEL,
        )

    @property
    def found(self) -> Found:
        """Over the bar, under it, or too few cases to tell."""
        if self.n and lower_bound(self.successes, self.n, LEVEL) > self.share:
            return Found.PASSED
        if self.n and upper_bound(self.successes, self.n, LEVEL) < self.share:
            return Found.FAILED
        return Found.UNKNOWN

    @property
    def needed(self) -> int | None:
        """Cases at which this same share would lie over the bar; None if it would not."""
        if not self.n or self.successes <= self.share * self.n:
            return None
        high = max(1, self.n)
        while not self._passes_with(high):
            high *= 2
            if high > _MAX_NEEDED:
                return None
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._passes_with(middle) else (middle, high)
        return high

    def _passes_with(self, n: int) -> bool:
        return lower_bound(self.successes * n // self.n, n, LEVEL) > self.share


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one probe found about one thing.

    Attributes:
        probe: its code, such as `batch_published`.
        about: the data product, decision point or person that it is about.
        text: what has to hold, in words.
        found: the result at the time of looking; `at` says what it is worth later.
        seen: what was seen, in one plain sentence.
        fix: what to do about it; empty when it passed.
        rate: the counts behind it, where it is a measured rate.
    """

    criterion: Criterion
    probe: str
    about: str
    text: str
    found: Found
    seen: str
    fix: str
    observed_at_ms: int
    expires_at_ms: int
    rate: MeasuredRate | None = None

    def at(self, now_ms: int) -> "Finding":
        """The finding as it counts at a time: evidence that has expired is no evidence."""
        if self.found is Found.UNKNOWN or now_ms < self.expires_at_ms:
            return self
        return replace(self, found=Found.EXPIRED, fix=self.fix or "Assess it again.")


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionReadiness:
    """One criterion with everything that was found about it."""

    criterion: Criterion
    findings: tuple[Finding, ...]

    @property
    def state(self) -> ReadyState:
        """Ready if all of it passed; nothing found is unknown."""
        found = {finding.found for finding in self.findings}
        if found == {Found.PASSED}:
            return ReadyState.READY
        return ReadyState.NOT_READY if Found.FAILED in found else ReadyState.UNKNOWN

    @property
    def probes(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.rate is None)

    @property
    def rates(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.rate is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionReadiness:
    """All three criteria of a function, or of one of its decision points, at a time."""

    function: str
    assessed_at_ms: int
    criteria: tuple[CriterionReadiness, ...]

    @property
    def state(self) -> ReadyState:
        """Ready only when all three are: none makes up for another."""
        states = {criterion.state for criterion in self.criteria}
        if states == {ReadyState.READY}:
            return ReadyState.READY
        return ReadyState.NOT_READY if ReadyState.NOT_READY in states else ReadyState.UNKNOWN

    @property
    def ready(self) -> bool:
        return self.state is ReadyState.READY

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for criterion in self.criteria for f in criterion.findings)

    @property
    def gaps(self) -> tuple[Finding, ...]:
        """What stands in the way, failures first."""
        open_ = [finding for finding in self.findings if finding.found is not Found.PASSED]
        return tuple(sorted(open_, key=lambda finding: finding.found is not Found.FAILED))


def judge(function: str, findings: Iterable[Finding], now_ms: int) -> FunctionReadiness:
    """The readiness that findings amount to at a time."""
    counting = [finding.at(now_ms) for finding in findings]
    return FunctionReadiness(
        function=function,
        assessed_at_ms=now_ms,
        criteria=tuple(
            CriterionReadiness(
                criterion=criterion,
                findings=tuple(f for f in counting if f.criterion is criterion),
            )
            for criterion in Criterion
        ),
    )
