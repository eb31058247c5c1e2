"""The conventions that a linter does not know: lengths, imports, and words that stay out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 70
MAY_IMPORT_INSIDE = {"core/extras.py", "cli/main.py"}

modules = pytest.mark.parametrize("path", SOURCE, ids=lambda path: str(path.relative_to(ROOT)))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@modules
def test_a_module_says_one_thing(path: Path) -> None:
    if "migrations/versions" not in path.as_posix():
        assert len(path.read_text().splitlines()) <= MAX_MODULE_LINES


@modules
def test_a_function_fits_on_a_screen(path: Path) -> None:
    if "migrations/versions" in path.as_posix():
        return
    for function in functions(ast.parse(path.read_text())):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        assert length <= MAX_FUNCTION_LINES, f"{function.name} has {length} lines"


@modules
def test_imports_stand_at_the_top(path: Path) -> None:
    for function in functions(ast.parse(path.read_text())):
        inside = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert not inside, f"{function.name} imports inside"


@modules
def test_sql_stands_in_the_store(path: Path) -> None:
    if "store" in path.parts or "data" in path.parts:
        return  # the operational store, and the engine that checks files
    statement = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b .*\b(FROM|SET|VALUES)\b")
    assert not statement.search(path.read_text())


@modules
def test_modules_and_classes_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree) or not tree.body, "the module has no docstring"
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
