"""The pages that are made from the code are those that the code makes now."""

from docs.generate import REFERENCE, pages

from spanwise.cli.main import COMMANDS


def test_made_pages_are_current() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text() != text]
    assert not stale, f"run: python docs/generate.py ({', '.join(stale)})"


def test_every_reference_page_is_in_the_readme() -> None:
    readme = (REFERENCE.parents[1] / "README.md").read_text()
    for page in REFERENCE.glob("*.md"):
        assert f"docs/reference/{page.name}" in readme


def test_the_readme_lists_every_command() -> None:
    readme = (REFERENCE.parents[1] / "README.md").read_text()
    for name, what in COMMANDS.items():
        assert f"| `{name}` | {what} |" in readme
