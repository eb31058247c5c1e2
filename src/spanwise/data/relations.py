"""The queries of one batch: texts, values, verdicts, and the rows to keep.

`received` holds records as they came; `judged` holds one verdict for each of them.
"""

from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from spanwise.data.checks import Check
from spanwise.data.expressions import Expression, is_null, text_of
from spanwise.data.records import FIELD_END, RAW_BOUND

_LINE = exp.column("line")
_KEY = exp.column("row_key")
_AS_OF = exp.column("as_of_ms")


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Where a file's records hold the fields of a contract.

    Attributes:
        width: how many fields a record has.
        positions: for each column of the check, its place from 1; None where the file has none.
        delimiter: between the fields of a record that has no body.
    """

    width: int
    positions: tuple[int | None, ...]
    delimiter: str = ","


@dataclass(frozen=True, kw_only=True, slots=True)
class Queries:
    """The SQL of one check over one layout.

    Attributes:
        judge: makes `judged`; takes `$latest_ms`.
        mark: refuse what repeats, and tell what is not the newest; in this order.
        counts: rows received, and rows accepted.
        accepted: line, key, time and content of the newest good rows, `$first` to `$last`.
        refused: line, raw text, its length, fault, width and masks of bad rows, alike.
    """

    judge: str
    mark: tuple[str, ...]
    counts: str
    accepted: str
    refused: str


@lru_cache(maxsize=128)
def queries(check: Check, layout: Layout) -> Queries:
    """The SQL of a check; making it takes longer than checking a few rows."""
    is_good = _good(check, layout)
    marks: list[exp.Update] = [_mark_repeated(check, i, is_good) for i in range(len(check.uniques))]
    if not check.unique_key:
        marks.append(_mark_superseded(is_good))
    return Queries(
        judge=_judge(check, layout).sql("duckdb"),
        mark=tuple(mark.sql("duckdb") for mark in marks),
        counts=_counts(is_good).sql("duckdb"),
        accepted=_accepted(check, layout, is_good).sql("duckdb"),
        refused=_refused(check, is_good).sql("duckdb"),
    )


def _judge(check: Check, layout: Layout) -> exp.Create:
    """Masks, key, time and the values that must be unique, by line."""
    verdicts = [
        *(exp.alias_(mask, f"bad_{i}") for i, mask in enumerate(check.masks())),
        exp.alias_(check.key.kind.text(check.key.value), _KEY.name),
        exp.alias_(check.as_of_ms(), _AS_OF.name),
        *(exp.alias_(_together(check, i), f"unique_{i}") for i in range(len(check.uniques))),
        exp.alias_(exp.true(), "newest"),
    ]
    query = exp.select("line", "fault", "width", *verdicts).from_(_values(check, layout))
    return exp.Create(this=exp.to_table("judged"), kind="TABLE", expression=query)


def _good(check: Check, layout: Layout) -> Expression:
    """Whether a judged row breaks nothing."""
    return exp.and_(
        exp.EQ(this=exp.column("fault"), expression=text_of("")),
        exp.EQ(this=exp.column("width"), expression=exp.convert(layout.width)),
        *(
            exp.EQ(this=exp.column(f"bad_{i}"), expression=exp.convert(0))
            for i in range(check.mask_count)
        ),
    )


def _mark_repeated(check: Check, i: int, is_good: Expression) -> exp.Update:
    """Sets the bit of a unique rule in all but the first of the good rows that agree.

    Rules go one after the other: a row that one of them refused repeats nothing any more.
    """
    value = exp.column(f"unique_{i}")
    first = (
        exp.select(exp.alias_(value, "value"), exp.alias_(exp.Min(this=_LINE), "first"))
        .from_("judged")
        .where(is_good, exp.not_(is_null(value)))
        .group_by(value)
        .having("COUNT(*) > 1")
    )
    mask, bit = check.unique_bit(i)
    name = f"bad_{mask}"
    return exp.update(
        "judged",
        {name: exp.Add(this=exp.column(name), expression=exp.convert(bit))},
        where=exp.and_(
            exp.EQ(this=value, expression=exp.column("value", "repeats")),
            exp.NEQ(this=_LINE, expression=exp.column("first", "repeats")),
            is_good,
        ),
        from_=exp.From(this=first.subquery("repeats")),
    )


def _mark_superseded(is_good: Expression) -> exp.Update:
    """Tells all but the latest good row of each key that they are not the newest."""
    latest_first = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_KEY],
        order=exp.Order(
            expressions=[exp.Ordered(this=_AS_OF, desc=True), exp.Ordered(this=_LINE, desc=True)]
        ),
    )
    ranked = exp.select("line", exp.alias_(latest_first, "place")).from_("judged").where(is_good)
    return exp.update(
        "judged",
        {"newest": exp.false()},
        where=exp.and_(
            exp.EQ(this=exp.column("line", "judged"), expression=exp.column("line", "ranked")),
            exp.GT(this=exp.column("place", "ranked"), expression=exp.convert(1)),
        ),
        from_=exp.From(this=ranked.subquery("ranked")),
    )


def _accepted(check: Check, layout: Layout, is_good: Expression) -> exp.Select:
    content = [
        part
        for column in check.columns
        for part in (text_of(column.field.name), column.kind.content(column.value))
    ]
    as_json = exp.cast(exp.Anonymous(this="JSON_OBJECT", expressions=content), "TEXT")
    kept = exp.select("line", "row_key", "as_of_ms").from_("judged")
    kept = kept.where(is_good, exp.column("newest"), _within())
    return (
        exp.select("line", "row_key", "as_of_ms", exp.alias_(as_json, "content"))
        .from_(_values(check, layout, _within()))
        .join(kept.subquery("kept"), using=["line"])
        .order_by("line")
    )


def _refused(check: Check, is_good: Expression) -> exp.Select:
    raw = exp.column("raw")
    bad = exp.select("*").from_("judged").where(exp.not_(is_good), _within())
    return (
        exp.select(
            "line",
            exp.Left(this=raw, expression=exp.convert(RAW_BOUND)),
            exp.Length(this=raw),
            exp.column("fault", "bad"),
            "width",
            *(f"bad_{i}" for i in range(check.mask_count)),
        )
        .from_(exp.select("line", "raw").from_("received").where(_within()).subquery("texts"))
        .join(bad.subquery("bad"), using=["line"])
        .order_by("line")
    )


def _counts(is_good: Expression) -> exp.Select:
    accepted_rows = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=is_good))
    return exp.select(exp.Count(this=exp.Star()), accepted_rows).from_("judged")


def _values(check: Check, layout: Layout, within: Expression | None = None) -> exp.Subquery:
    """Text and value of every column, by line."""
    records = exp.select("line", "fault", exp.alias_(_fields(layout), "f")).from_("received")
    if within is not None:
        records = records.where(within)
    nulls = [*map(text_of, check.written.nulls), exp.func("CHR", exp.convert(0))]
    texts = [
        exp.alias_(_text(position, nulls), column.text.name)
        for column, position in zip(check.columns, layout.positions, strict=True)
    ]
    values = [
        exp.alias_(column.kind.value(column.text), column.value.name) for column in check.columns
    ]
    width = exp.alias_(exp.func("LEN", exp.column("f")), "width")
    split = exp.select("line", "fault", width, *texts).from_(records.subquery("records"))
    return exp.select("*", *values).from_(split.subquery("texts")).subquery("rows")


def _fields(layout: Layout) -> Expression:
    def split(name: str, end: str) -> Expression:
        return exp.func("STRING_SPLIT", exp.column(name), text_of(end))

    whole = is_null(exp.column("body"))
    return exp.case().when(whole, split("raw", layout.delimiter)).else_(split("body", FIELD_END))


def _text(position: int | None, nulls: list[Expression]) -> Expression:
    if position is None:
        return exp.cast(exp.null(), "TEXT")
    field = exp.func("LIST_EXTRACT", exp.column("f"), exp.convert(position))
    return exp.case().when(exp.not_(field.isin(*nulls)), field)


def _together(check: Check, i: int) -> Expression:
    """The values of a unique rule as one text; null where one of them is missing."""
    by_name = {column.field.name: column for column in check.columns}
    columns = [by_name[name] for name in check.uniques[i].fields]
    whole = columns[0].kind.text(columns[0].value)
    for column in columns[1:]:
        whole = exp.DPipe(
            this=exp.DPipe(this=whole, expression=text_of(FIELD_END)),
            expression=column.kind.text(column.value),
        )
    return whole


def _within() -> Expression:
    first, last = exp.Placeholder(this="first"), exp.Placeholder(this="last")
    return exp.Between(this=_LINE, low=first, high=last)
