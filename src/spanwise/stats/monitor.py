"""Watch the error of automatic cases through their audits, one audit at a time."""

from dataclasses import dataclass

# The rises to look out for, as multiples of the tolerated error.
_RISES = (1.5, 2.0, 3.0, 5.0)
# Only keeps the statistics finite; an alarm is raised long before.
_CEILING = 1e300


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorMonitor:
    """A Shiryaev–Roberts e-detector for "the error is above the tolerated one".

    M ← (M + 1) · likelihood ratio of the audit, for each rise, and the mean over the rises.
    While the error is within the tolerated one, the mean number of audits until a false alarm
    is at least `run_length` (Shin, Ramdas and Rinaldo 2024). An alarm stays on: the next
    certificate starts a new monitor.

    Attributes:
        max_error: the tolerated error, in (0, 1).
        run_length: audits until a false alarm, on average at least.
        audits, errors: what came in so far.
        statistics: M for each rise.
        alarm_at: the audit that raised the alarm, counted from 1.

    Raises:
        ValueError: `max_error` outside (0, 1), or a run length below 1.
    """

    max_error: float
    run_length: float
    audits: int = 0
    errors: int = 0
    statistics: tuple[float, ...] = (0.0,) * len(_RISES)
    alarm_at: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.max_error < 1:
            raise ValueError(f"max_error must be between 0 and 1: {self.max_error}")
        if self.run_length < 1:
            raise ValueError(f"run_length must be at least one audit: {self.run_length}")
        if len(self.statistics) != len(_RISES):
            raise ValueError(f"one statistic per rise: {len(self.statistics)}")

    def update(self, error: bool) -> "ErrorMonitor":
        """The monitor after one more audit, in order of the decisions."""
        ratios = _likelihood_ratios(self.max_error, error)
        statistics = tuple(
            min((m + 1) * ratio, _CEILING) for m, ratio in zip(self.statistics, ratios, strict=True)
        )
        audits, alarm_at = self.audits + 1, self.alarm_at
        if alarm_at is None and sum(statistics) >= self.run_length * len(statistics):
            alarm_at = audits
        return ErrorMonitor(
            max_error=self.max_error,
            run_length=self.run_length,
            audits=audits,
            errors=self.errors + error,
            statistics=statistics,
            alarm_at=alarm_at,
        )

    @property
    def alarmed(self) -> bool:
        return self.alarm_at is not None

    @property
    def evidence(self) -> float:
        """The mean statistic as a share of what raises the alarm."""
        return sum(self.statistics) / len(self.statistics) / self.run_length


def _likelihood_ratios(max_error: float, error: bool) -> tuple[float, ...]:
    # A rise beyond certainty becomes one halfway to it.
    risen = [min(rise * max_error, (1 + max_error) / 2) for rise in _RISES]
    if error:
        return tuple(p / max_error for p in risen)
    return tuple((1 - p) / (1 - max_error) for p in risen)
