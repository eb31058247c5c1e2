"""Every code that the source can give stands in the reference, and none that it cannot."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
TREES = [ast.parse(path.read_text()) for path in sorted((ROOT / "src/spanwise").rglob("*.py"))]
LISTED = re.compile(r"^\| `([A-Za-z0-9_<>]+)` \|", re.MULTILINE)


def test_every_code_is_listed() -> None:
    assert codes() - listed() == set()


def test_every_listed_code_occurs() -> None:
    assert listed() - codes() - texts() == set()


def listed() -> set[str]:
    return set(LISTED.findall((ROOT / "docs/reference/errors.md").read_text()))


def codes() -> set[str]:
    """What is given as `code`: by name, by place, as a default, or as a class's own."""
    places = dict(code_places())
    found: set[str] = set()
    for node in (node for tree in TREES for node in ast.walk(tree)):
        match node:
            case ast.Call(func=func, args=args, keywords=keywords):
                given = [keyword.value for keyword in keywords if keyword.arg == "code"]
                place = places.get(func.attr if isinstance(func, ast.Attribute) else name_of(func))
                if place is not None and place < len(args):
                    given.append(args[place])
                found.update(text for value in given for text in constant(value))
            case ast.Assign(targets=[ast.Name(id="code")], value=value):
                found.update(constant(value))
    return {code for code in found if re.fullmatch(r"[A-Za-z0-9_<>]+", code)}


def code_places() -> Iterator[tuple[str, int]]:
    """Functions and classes that take a code by place, and at which."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
                        yield from ((node.name, place) for place in code_place(inner))
            elif isinstance(node, ast.FunctionDef):
                yield from ((node.name, place) for place in code_place(node))


def code_place(function: ast.FunctionDef) -> list[int]:
    names = [argument.arg for argument in function.args.args if argument.arg != "self"]
    return [names.index("code")] if "code" in names else []


def constant(value: ast.expr) -> list[str]:
    """The text of a literal; `unknown_<kind>` for `f"unknown_{kind}"`."""
    match value:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(literal(part) for part in parts)]
        case ast.IfExp(body=body, orelse=orelse):
            return [*constant(body), *constant(orelse)]
    return []


def literal(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"<{name_of(part.value)}>"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def texts() -> set[str]:
    """Every text in the source, for codes that are handed on by a variable."""
    return {
        node.value
        for tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
