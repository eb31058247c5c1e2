"""Access rules become Cedar text, and nothing that a rule says can become Cedar syntax."""

import json

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.access.rules import GovernedProduct, compile_rules, quoted
from spanwise.core.errors import InvalidInput
from spanwise.spec.models.contracts import ContractTable
from spanwise.spec.models.products import AccessRule, Product


def rule(**fields: object) -> AccessRule:
    written = {"id": "analysts", "allow": "read", "who": {"role": "reviewer"}, "columns": ["money"]}
    return AccessRule.model_validate({**written, **fields})


def product(*rules: AccessRule) -> GovernedProduct:
    columns = {
        "cust": frozenset({"key"}),
        "amount": frozenset({"money"}),
        "mail": frozenset({"pii", "contact"}),
    }
    return GovernedProduct(name="finance.invoices", columns=columns, rules=rules)


def test_a_rule_becomes_one_readable_policy() -> None:
    denied = rule(
        id="no-pii",
        allow=None,
        deny="read",
        who={"kind": "ai"},
        columns=["pii", "cust"],
        unless_purpose=["support_reply"],
    )
    assert compile_rules(product(denied)) == (
        '@id("no-pii")\n'
        'forbid (principal, action == Action::"read", resource)\n'
        'when { resource in Tag::"pii" || resource in Column::"cust" }\n'
        'when { principal.kind == "ai" }\n'
        'unless { ["support_reply"].contains(context.purpose) };\n'
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=100)
def test_quoted_text_is_read_back_as_it_was(text: str) -> None:
    policy = f"@id({quoted(text)}) permit (principal == Actor::{quoted(text)}, action, resource);"
    (read,) = json.loads(cedarpy.policies_to_json_str(policy))["staticPolicies"].values()
    assert read["annotations"]["id"] == text
    assert read["principal"]["entity"] == {"type": "Actor", "id": text}
    assert read["resource"] == {"op": "All"}


def test_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidInput):
        quoted("\ud800")


@pytest.mark.parametrize(
    ("fields", "fix"),
    [
        ({"columns": ["mony"]}, "Did you mean 'money'?"),
        ({"who": {"role": "finance.reviwer"}}, "Did you mean 'reviewer'?"),
        ({"rows": "region == 'north'"}, "Leave out 'rows'"),
    ],
)
def test_a_rule_that_would_not_do_what_it_says_is_refused(
    fields: dict[str, object], fix: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        compile_rules(product(rule(**fields)))
    assert refused.value.code == "invalid_rule"
    assert fix in refused.value.fix


def test_a_name_that_is_both_field_and_tag_is_refused() -> None:
    ambiguous = GovernedProduct(
        name="finance.invoices",
        columns={"money": frozenset(), "amount": frozenset({"money"})},
        rules=(rule(),),
    )
    with pytest.raises(InvalidInput, match="both a field and a tag"):
        compile_rules(ambiguous)


def test_columns_and_tags_come_from_the_contract() -> None:
    declared = Product.model_validate(
        {
            "product": "finance.invoices",
            "contract": "invoices",
            "key": "id",
            "as_of": "at",
            "rules": [rule().model_dump(exclude_none=True)],
        }
    )
    table = ContractTable.model_validate(
        {
            "name": "invoices",
            "properties": [
                {"name": "id", "tags": ["key"]},
                {"name": "amount", "tags": ["money"], "classification": "internal"},
            ],
        }
    )
    governed = GovernedProduct.of(declared, table)
    assert governed.columns == {
        "id": frozenset({"key"}),
        "amount": frozenset({"money", "internal"}),
    }
    assert governed.rules == (rule(),)
