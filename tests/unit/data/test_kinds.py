"""The conformance table of logical types: what a text means, on the engine that checks files."""

import duckdb
import pytest
from sqlglot import exp

from spanwise.core.clock import from_rfc3339
from spanwise.core.errors import InvalidInput
from spanwise.data.kinds import kind_of, milliseconds
from spanwise.spec.models.contracts import ContractField
from spanwise.spec.models.products import ProductFormat


def contents(
    logical_type: str,
    texts: list[str],
    *,
    options: dict[str, object] | None = None,
    **written: str,
) -> list[str | None]:
    """What a row's JSON would hold for each text; None where it is not of the type."""
    kind = kind_of(
        ContractField(name="x", logicalType=logical_type, logicalTypeOptions=options or {}),
        ProductFormat.model_validate(written),
    )
    rows = exp.select(exp.alias_("UNNEST($texts::VARCHAR[])", "c", dialect="duckdb"))
    values = exp.select(exp.alias_(kind.value(exp.column("c")), "v")).from_(rows.subquery())
    query = exp.select(kind.content(exp.column("v"))).from_(values.subquery())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(query.sql("duckdb"), {"texts": texts}).fetchall()
    return [None if value is None else str(value) for (value,) in found]


def test_integers_are_exact_and_bounded() -> None:
    good = {"1": "1", "+1": "1", "-7": "-7", "007": "7", "9007199254740991": "9007199254740991"}
    assert contents("integer", list(good)) == list(good.values())
    bad = [" 1", "1 ", "1.0", "1e3", "", "1_000", "٣", "9007199254740992", "0x1", "--1"]
    assert contents("integer", bad) == [None] * len(bad)


def test_numbers_are_finite() -> None:
    good = {"1": "1.0", "1.5": "1.5", ".5": "0.5", "5.": "5.0", "-1e10": "-10000000000.0"}
    assert contents("number", list(good)) == list(good.values())
    bad = ["nan", "NaN", "inf", "Infinity", "1e999", "1,5", "1_0", " 1", "0x10", "", "٣"]
    assert contents("number", bad) == [None] * len(bad)


def test_booleans_are_true_or_false() -> None:
    assert contents("boolean", ["true", "False", "TRUE"]) == ["True", "False", "True"]
    assert contents("boolean", ["1", "yes", "t", ""]) == [None] * 4


def test_times_are_of_a_day() -> None:
    assert contents("time", ["12:00", "23:59:59.5"]) == ["12:00", "23:59:59.5"]
    assert contents("time", ["24:00", "12:60", "noon"]) == [None] * 3


def test_dates_exist() -> None:
    good = ["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31"]
    assert contents("date", good) == good
    bad = ["2026-02-29", "2026-2-1", "0000-01-01", "2026-02-28T00:00:00", "infinity", "today"]
    assert contents("date", bad) == [None] * len(bad)


def test_timestamps_are_kept_in_utc() -> None:
    good = {
        "2026-02-28": "2026-02-28T00:00:00.000Z",
        "2026-02-28 12:00": "2026-02-28T12:00:00.000Z",
        "2026-02-28T12:00:00.123456Z": "2026-02-28T12:00:00.123Z",
        "2026-02-28T12:00:00+02:00": "2026-02-28T10:00:00.000Z",
        "2026-02-28T12:00:00-0330": "2026-02-28T15:30:00.000Z",
        "9999-12-31T23:59:59": "9999-12-31T23:59:59.000Z",
    }
    assert contents("timestamp", list(good)) == list(good.values())
    bad = [
        "2026-02-28T24:00:00",
        "2026-02-28T12:00:60",
        "2026-02-28T12:00:00+99:99",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "epoch",
        "now",
        "infinity",
    ]
    assert contents("timestamp", bad) == [None] * len(bad)


def test_a_timestamp_without_an_offset_is_of_the_products_time_zone() -> None:
    texts = ["2026-01-31T12:00:00", "2026-07-31T12:00:00"]
    assert contents("timestamp", texts, time_zone="Europe/Berlin") == [
        "2026-01-31T11:00:00.000Z",
        "2026-07-31T10:00:00.000Z",
    ]


def test_the_products_format_is_exact() -> None:
    texts = ["2/3/2016 15:35", "02/03/2016 15:35", "31/02/2016 15:35", " 2/3/2016 15:35", "2/3/16"]
    assert contents("timestamp", texts, dates="%d/%m/%Y %H:%M") == [
        "2016-03-02T15:35:00.000Z",
        "2016-03-02T15:35:00.000Z",
        None,
        None,
        None,
    ]
    assert contents("date", texts[:1], dates="%d/%m/%Y %H:%M") == ["2016-03-02"]


def test_the_contracts_format_goes_before_the_products() -> None:
    options: dict[str, object] = {"format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}
    texts = ["2016-03-01T12:00:00.123+02:00", "2016-03-01T12:00:00.123Z", "01/03/2016"]
    assert contents("timestamp", texts, options=options, dates="%d/%m/%Y") == [
        "2016-03-01T10:00:00.123Z",
        "2016-03-01T12:00:00.123Z",
        None,
    ]


def test_an_offset_can_be_required() -> None:
    texts = ["2026-02-28T12:00:00Z", "2026-02-28T12:00:00"]
    found = contents("timestamp", texts, options={"timezone": True})
    assert found == ["2026-02-28T12:00:00.000Z", None]


def test_a_date_begins_at_midnight_of_its_time_zone() -> None:
    kind = kind_of(ContractField(name="x", logicalType="date"), ProductFormat())
    value = kind.value(exp.Literal.string("2026-07-31"))
    query = exp.select(milliseconds(kind, value, "Europe/Berlin")).sql("duckdb")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        [(at_ms,)] = connection.execute(query).fetchall()
    assert at_ms == from_rfc3339("2026-07-31T00:00:00+02:00")


@pytest.mark.parametrize("logical_type", ["object", "array", "map", "vector"])
def test_other_types_are_refused_by_name(logical_type: str) -> None:
    field = ContractField(name="x", logicalType=logical_type)
    with pytest.raises(InvalidInput, match=f"'{logical_type}' is not supported"):
        kind_of(field, ProductFormat())


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("dd/MM/uu QQQ", "'QQQ' is not supported"),
        ("HH:mm", "it has no year"),
        ("yyyy-MM-dd'T", "a quote in it is not closed"),
    ],
)
def test_a_date_format_that_cannot_be_read_is_refused(pattern: str, why: str) -> None:
    field = ContractField(name="x", logicalType="date", logicalTypeOptions={"format": pattern})
    with pytest.raises(InvalidInput, match=why):
        kind_of(field, ProductFormat())


@pytest.mark.parametrize("dates", ["%d/%m/%Y %j", "%Y %", "%D"])
def test_a_strptime_format_that_cannot_be_read_is_refused(dates: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be used"):
        kind_of(ContractField(name="x", logicalType="date"), ProductFormat(dates=dates))
