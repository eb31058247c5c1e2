"""Where a document, or the attempt at one, stands."""

from dataclasses import dataclass

from spanwise.spec.problems import Problem
from spanwise.spec.yaml import Node, Step

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A document in a file."""

    file: str
    node: Node

    def problem(
        self, path: Path, message: str, fix: str, *, code: str, key: bool = False
    ) -> Problem:
        """A problem with the value at the path, or with its key.

        Steps that are not in the document are passed over, so what is missing points to the
        nearest thing around it.
        """
        node = self.node.at(*path)
        line, column = node.line, node.column
        if key:
            marks = self.node.at(*path[:-1]).key_marks
            line, column = marks.get(str(path[-1]), (line, column))
        return Problem(
            file=self.file, line=line, column=column, code=code, message=message, fix=fix
        )

    def name_of(self, path: Path) -> str:
        """The path as people write it: `review.escalate[0].after`."""
        node, name = self.node, ""
        for step in path:
            if step in node.children:
                node = node.children[step]
                name += f"[{step}]" if isinstance(step, int) else f".{step}"
        return name.lstrip(".")
