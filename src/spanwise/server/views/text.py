"""How numbers and times are written. What is not known is written "unknown", never as a number."""

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, to_datetime, to_rfc3339

UNKNOWN = "unknown"
_MINUS = "−"
_STEPS = ((DAY_MS, "d"), (HOUR_MS, "h"), (MINUTE_MS, "min"), (SECOND_MS, "s"))
# A date says more than "214 d ago" does.
_RELATIVE_FOR_MS = 60 * DAY_MS


def count(number: int | None) -> str:
    """`12,480`."""
    return UNKNOWN if number is None else _signed(f"{number:,}")


def percent(share: float | None) -> str:
    """A share between 0 and 1 as `86.4%`; with two decimals below 1%, none for whole numbers."""
    if share is None:
        return UNKNOWN
    number = share * 100
    decimals = 2 if 0 < abs(number) < 1 else 1
    written = f"{number:.{decimals}f}"
    return _signed(f"{written.rstrip('0').rstrip('.')}%")


def amount(value: float | None, unit: str) -> str:
    """A value with its unit: `86.4%` for the unit `share`, `3.4 min`, `12.50 EUR`."""
    if value is None:
        return UNKNOWN
    if unit == "share":
        return percent(value)
    # Currency codes are three capitals: money has two decimals, unless that would say nothing.
    decimals = 2 if len(unit) == 3 and unit.isupper() else 1
    if value and abs(value) < 10**-decimals:
        decimals = 4
    return _signed(f"{value:,.{decimals}f} {unit}".rstrip())


def interval(low: float | None, high: float | None, unit: str) -> str:
    """`81.2% to 90.3%`, `at least 81.2%`, `at most 90.3%`."""
    if low is None and high is None:
        return UNKNOWN
    if high is None:
        return f"at least {amount(low, unit)}"
    if low is None:
        return f"at most {amount(high, unit)}"
    return f"{amount(low, unit)} to {amount(high, unit)}"


def duration(length_ms: int | None) -> str:
    """The two largest parts of a length of time: `4 h 12 min`, `2 d`, `45 s`, `180 ms`."""
    if length_ms is None:
        return UNKNOWN
    if length_ms < SECOND_MS:
        return f"{length_ms} ms"
    for index, (step_ms, name) in enumerate(_STEPS):
        if length_ms >= step_ms:
            whole, rest_ms = divmod(length_ms, step_ms)
            smaller = _STEPS[index + 1] if index + 1 < len(_STEPS) else None
            if smaller is None or rest_ms < smaller[0]:
                return f"{whole} {name}"
            return f"{whole} {name} {rest_ms // smaller[0]} {smaller[1]}"
    raise AssertionError("a second is the smallest step")


def age(length_s: int | None) -> str:
    """An age in seconds as a length of time."""
    return UNKNOWN if length_s is None else duration(length_s * SECOND_MS) if length_s else "0 s"


def relative(at_ms: int, now_ms: int) -> str:
    """`12 min ago`, `in 3 h`, `now`; a plain date when it is months away."""
    distance_ms = abs(now_ms - at_ms)
    if distance_ms < SECOND_MS * 5:
        return "now"
    if distance_ms >= _RELATIVE_FOR_MS:
        return day(at_ms)
    for step_ms, name in _STEPS:
        if distance_ms >= step_ms:
            length = f"{distance_ms // step_ms} {name}"
            return f"{length} ago" if at_ms < now_ms else f"in {length}"
    raise AssertionError("five seconds is the smallest distance")


def day(at_ms: int) -> str:
    """`3 Mar 2026`."""
    moment = to_datetime(at_ms)
    return f"{moment.day} {moment:%b %Y}"


def absolute(at_ms: int) -> str:
    """`3 Mar 2026, 09:30 UTC`."""
    return f"{day(at_ms)}, {to_datetime(at_ms):%H:%M} UTC"


def timestamp(at_ms: int) -> str:
    """For machines: `2026-03-03T09:30:00.000Z`."""
    return to_rfc3339(at_ms)


def short(digest: str | None) -> str:
    """Enough of a digest to tell it from its neighbours."""
    return UNKNOWN if digest is None else digest[:12]


def initials(name: str) -> str:
    """`DI` for Dana Ito."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def _signed(written: str) -> str:
    return written.replace("-", _MINUS, 1) if written.startswith("-") else written
