"""Each rule of a contract, on rows that keep it and rows that break it."""

import json
from typing import Any

import pytest

AT = {"name": "at", "logicalType": "timestamp"}
ID = {"name": "id", "logicalType": "string"}


def broken(refused: list[Any]) -> dict[int, list[str]]:
    """By line: `field: code` of every reason."""
    return {row.line: [f"{r.field}: {r.code}" for r in row.reasons] for row in refused}


@pytest.mark.parametrize(
    "case",  # a field's rules, texts that keep them, texts that do not, and the reason's code
    [
        ({"required": True}, ["x"], [""], "required"),
        ({"primaryKey": True}, ["x"], [""], "required"),
        ({"logicalType": "integer"}, ["1", ""], ["1.5"], "type"),
        ({"enum": [{"value": "a"}, {"value": "b"}]}, ["a", "b", ""], ["c", "A"], "enum"),
        (
            {"logicalType": "integer", "enum": [{"value": 1}, {"value": 2}]},
            ["1", "02"],
            ["3"],
            "enum",
        ),
        ({"logicalType": "number", "enum": [{"value": 0.5}]}, ["0.5", "5e-1"], ["0.6"], "enum"),
        ({"logicalType": "boolean", "enum": [{"value": True}]}, ["true"], ["false"], "enum"),
        (
            {"logicalTypeOptions": {"pattern": r"C\d{2}"}},
            ["C12"],
            ["xC12", "C123", "C1٣"],
            "pattern",
        ),
        ({"logicalTypeOptions": {"minLength": 2}}, ["éé", ""], ["é"], "length"),
        ({"logicalTypeOptions": {"maxLength": 2}}, ["éé"], ["ééé"], "length"),
        (
            {"logicalTypeOptions": {"format": "email"}},
            ["a@b.example"],
            ["a@b", "a b@c.d"],
            "format",
        ),
        (
            {"logicalTypeOptions": {"format": "uuid"}},
            ["12345678-1234-1234-1234-1234567890ab"],
            ["12345678"],
            "format",
        ),
        (
            {"logicalType": "number", "logicalTypeOptions": {"minimum": 0}},
            ["0", "1e3"],
            ["-0.1"],
            "minimum",
        ),
        (
            {"logicalType": "number", "logicalTypeOptions": {"exclusiveMaximum": 1.5}},
            ["1.49"],
            ["1.5"],
            "exclusiveMaximum",
        ),
        (
            {"logicalType": "integer", "logicalTypeOptions": {"exclusiveMinimum": 0, "maximum": 3}},
            ["1", "3"],
            ["0"],
            "exclusiveMinimum",
        ),
        (
            {"logicalType": "integer", "logicalTypeOptions": {"multipleOf": 5}},
            ["-10", "0"],
            ["7"],
            "multiple",
        ),
        (
            {"logicalType": "integer", "logicalTypeOptions": {"format": "u8"}},
            ["0", "255"],
            ["-1", "256"],
            "format",
        ),
        (
            {"logicalType": "number", "logicalTypeOptions": {"format": "f32"}},
            ["1e38"],
            ["1e39"],
            "format",
        ),
        (
            {"logicalType": "date", "logicalTypeOptions": {"minimum": "2026-01-01"}},
            ["2026-01-01"],
            ["2025-12-31"],
            "minimum",
        ),
        (
            {
                "logicalType": "timestamp",
                "logicalTypeOptions": {"maximum": "2026-01-01T00:00:00+01:00"},
            },
            ["2025-12-31T23:00:00Z"],
            ["2025-12-31T23:00:01Z"],
            "maximum",
        ),
        ({"quality": [{"metric": "nullValues", "mustBe": 0}]}, ["x"], [""], "required"),
        (
            {
                "quality": [
                    {
                        "metric": "missingValues",
                        "mustBe": 0,
                        "arguments": {"missingValues": [None, "N/A"]},
                    }
                ]
            },
            ["x"],
            ["", "N/A"],
            "required",
        ),
        (
            {
                "quality": [
                    {
                        "metric": "invalidValues",
                        "mustBe": 0,
                        "arguments": {"validValues": ["a", "b"]},
                    }
                ]
            },
            ["a"],
            ["c"],
            "enum",
        ),
        (
            {
                "quality": [
                    {"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "[a-c]"}}
                ]
            },
            ["a"],
            ["ab"],
            "pattern",
        ),
    ],
)
def test_a_rule_parts_good_rows_from_bad(
    make_contract: Any, make_product: Any, judge: Any, case: Any
) -> None:
    field, good, bad, code = case
    contract = make_contract(ID, AT, {"name": "x", **field})
    lines = [f'k{n},2026-01-01,"{text}"' for n, text in enumerate([*good, *bad])]
    accepted, refused = judge(contract, make_product(), "\n".join(["id,at,x", *lines]).encode())
    assert [row.line for row in accepted] == list(range(2, 2 + len(good)))
    assert broken(refused) == {2 + len(good) + n: [f"x: {code}"] for n in range(len(bad))}


def test_a_row_carries_every_reason(make_contract: Any, make_product: Any, judge: Any) -> None:
    contract = make_contract(
        ID,
        AT,
        {"name": "n", "logicalType": "integer", "required": True},
        {"name": "m", "unique": True},
    )
    _, [refused] = judge(contract, make_product(), b"id,at,n,m\n,,x,1\n")
    assert [str(reason) for reason in refused.reasons] == [
        "n is not a whole number up to 2^53 - 1",
        "id is missing",
        "at is missing",
    ]


def test_accepted_rows_are_typed_json(make_contract: Any, make_product: Any, judge: Any) -> None:
    contract = make_contract(
        ID,
        AT,
        {"name": "n", "logicalType": "integer"},
        {"name": "x", "logicalType": "number"},
        {"name": "ok", "logicalType": "boolean"},
        {"name": "day", "logicalType": "date"},
        {"name": "note"},
    )
    content = 'id,at,n,x,ok,day,note\n7,2026-01-01T12:00:00Z,1,0.5,TRUE,2026-02-03,"é""\n\t"\n'
    [row], _ = judge(contract, make_product(), content.encode())
    assert (row.row_key, row.as_of_ms) == ("7", 1_767_268_800_000)
    assert json.loads(row.content) == {
        "id": "7",
        "at": "2026-01-01T12:00:00.000Z",
        "n": 1,
        "x": 0.5,
        "ok": True,
        "day": "2026-02-03",
        "note": 'é"\n\t',
    }


def test_null_texts_are_declared_once(make_contract: Any, make_product: Any, judge: Any) -> None:
    contract = make_contract(ID, AT, {"name": "n", "logicalType": "integer"})
    product = make_product(format={"nulls": ["?", "it's null"]})
    content = b"id,at,n\n1,2026-01-01,?\n2,2026-01-01,it's null\n3,2026-01-01,\n"
    accepted, refused = judge(contract, product, content)
    assert [json.loads(row.content)["n"] for row in accepted] == [None, None]
    assert broken(refused) == {4: ["n: type"]}


def test_rows_of_the_wrong_width_say_only_that(
    make_contract: Any, make_product: Any, judge: Any
) -> None:
    contract = make_contract(ID, AT)
    _, refused = judge(contract, make_product(), b"id,at\n1\n1,2026-01-01,x\n")
    assert [str(row.reasons[0]) for row in refused] == [
        "The row has 1 fields instead of 2",
        "The row has 3 fields instead of 2",
    ]


def test_a_row_from_the_future_is_bad(make_contract: Any, make_product: Any, judge: Any) -> None:
    contract = make_contract(ID, AT)
    _, refused = judge(contract, make_product(), b"id,at\n1,2199-01-01\n")
    assert broken(refused) == {2: ["at: as_of_ahead"]}


def test_a_key_is_bounded(make_contract: Any, make_product: Any, judge: Any) -> None:
    content = f"id,at\n{'x' * 512},2026-01-01\n{'x' * 513},2026-01-01\n".encode()
    accepted, refused = judge(make_contract(ID, AT), make_product(), content)
    assert len(accepted) == 1
    assert broken(refused) == {3: ["id: key_length"]}


def test_the_latest_row_of_a_key_is_kept(make_contract: Any, make_product: Any, judge: Any) -> None:
    content = b"id,at\na,2026-01-02\nb,2026-01-01\na,2026-01-01\nb,2026-01-01\n"
    accepted, refused = judge(make_contract(ID, AT), make_product(), content)
    assert [(row.line, row.row_key) for row in accepted] == [(2, "a"), (5, "b")]
    assert refused == []


@pytest.mark.parametrize(
    ("fields", "table"),
    [
        ([{**ID, "primaryKey": True}, AT], {}),
        ([{**ID, "unique": True}, AT], {}),
        ([{**ID, "quality": [{"metric": "duplicateValues", "mustBe": 0}]}, AT], {}),
        (
            [ID, AT],
            {
                "quality": [
                    {
                        "metric": "duplicateValues",
                        "mustBe": 0,
                        "arguments": {"properties": ["id"]},
                    }
                ]
            },
        ),
    ],
)
def test_where_a_key_must_be_unique_all_but_the_first_good_row_are_refused(
    make_contract: Any, make_product: Any, judge: Any, fields: Any, table: Any
) -> None:
    content = b"id,at\na,never\na,2026-01-01\na,2026-01-02\na,2026-01-03\nb,2026-01-01\n"
    accepted, refused = judge(make_contract(*fields, **table), make_product(), content)
    assert [row.line for row in accepted] == [3, 6]
    assert broken(refused) == {2: ["at: type"], 4: ["None: duplicate"], 5: ["None: duplicate"]}


def test_a_composite_key_is_unique_as_a_whole(
    make_contract: Any, make_product: Any, judge: Any
) -> None:
    number = {"name": "n", "logicalType": "integer", "primaryKey": True}
    contract = make_contract({**ID, "primaryKey": True}, number, AT)
    content = b"id,n,at\na,1,2026-01-01\na,2,2026-01-02\na,02,2026-01-03\n"
    accepted, refused = judge(contract, make_product(), content)
    assert [row.line for row in accepted] == [3]  # the latest good row of the product's key
    assert str(refused[0].reasons[0]) == "The row repeats an earlier row's id, n"


def test_more_rules_than_one_mask_holds(make_contract: Any, make_product: Any, judge: Any) -> None:
    fields = [
        {"name": f"f{n}", "logicalType": "integer", "required": True, "unique": True}
        for n in range(40)
    ]
    names = ",".join(f"f{n}" for n in range(40))
    good = ",".join(str(n) for n in range(40))
    bad = ",".join("" if n in (0, 39) else str(100 + n) for n in range(40))
    content = f"id,at,{names}\na,2026-01-01,{good}\nb,2026-01-01,{bad}\nc,2026-01-01,{good}\n"
    accepted, refused = judge(make_contract(ID, AT, *fields), make_product(), content.encode())
    assert [row.row_key for row in accepted] == ["a"]
    assert broken(refused) == {3: ["f0: required", "f39: required"], 4: ["None: duplicate"]}
