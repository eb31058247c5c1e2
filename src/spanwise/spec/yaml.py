"""Reads YAML that nobody has checked: bounded, without surprises, with a place for everything.

Scalars follow YAML 1.2's JSON schema: only `true`, `false`, `null` and decimal numbers are not
text. So `no`, `2026-01-01`, `0x1F` and a key with leading zeros such as `007` stay text.
Events are read one by one instead of composing nodes: the C composer recurses, and a document
nested deeply enough crashes the process.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from spanwise.spec.problems import Problem

MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 50
MAX_NODES = 500_000
"""Nodes in one file, each alias counted with all that it repeats."""

_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,3})?",
    re.ASCII,
)

Step: TypeAlias = str | int


# Shared by all scalars, and never written to: most nodes are scalars.
_NOTHING: dict[Any, Any] = {}


class Node:
    """A value, where it stands, and the nodes inside it.

    Attributes:
        value: plain data: text, int, float, bool, None, list or dict with text keys.
        line, column: from 1.
        size: nodes in it, itself included.
        children: by key or by index.
        key_marks: line and column of each key of a mapping.
    """

    __slots__ = ("children", "column", "key_marks", "line", "size", "value")

    def __init__(self, value: Any, place: tuple[int, int]) -> None:
        is_mapping = isinstance(value, dict)
        self.value = value
        self.line, self.column = place
        self.size = 1
        self.children: dict[Step, Node] = {} if is_mapping or isinstance(value, list) else _NOTHING
        self.key_marks: dict[str, tuple[int, int]] = {} if is_mapping else _NOTHING

    def at(self, *path: Step) -> "Node":
        """The node at the path; steps that are not there are passed over."""
        node = self
        for step in path:
            node = node.children.get(step, node)
        return node


class _Refused(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, event: yaml.Event, code: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.place = _place(event)
        self.code, self.message, self.fix = code, message, fix


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is still open; `key` is the key that waits for its value."""

    node: Node
    anchor: str | None
    key: str | None = None


class _Builder:
    """Turns a stream of events into one node for each document."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._open: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._nodes = 0
        self._on: dict[type[yaml.Event], Callable[[Any], Node | None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }

    def documents(self, events: Iterator[yaml.Event]) -> Iterator[Node]:
        for event in events:
            handle = self._on.get(type(event))
            root = handle(event) if handle else None
            if root is not None:
                self._anchors.clear()
                yield root

    def _scalar(self, event: yaml.ScalarEvent) -> Node | None:
        if event.tag is not None:
            raise _tag_refused(event)
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.key is None and isinstance(frame.node.value, dict):
            self._take_key(frame, event.value, _place(event))
            return None
        value = _resolve(event.value) if event.implicit[0] else event.value
        return self._add(Node(value, _place(event)), event)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.tag is not None:
            raise _tag_refused(event)
        if len(self._open) >= MAX_DEPTH:
            raise _Refused(
                event, "too_deep", f"Nested deeper than {MAX_DEPTH} levels.", "Flatten it."
            )
        self._refuse_as_key(event)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Frame(Node(value, _place(event)), event.anchor))

    def _end(self, event: yaml.MappingEndEvent | yaml.SequenceEndEvent) -> Node | None:
        frame = self._open.pop()
        return self._add(frame.node, event, frame.anchor)

    def _alias(self, event: yaml.AliasEvent) -> Node | None:
        self._refuse_as_key(event)
        node = self._anchors.get(event.anchor or "")
        if node is None:
            raise _Refused(
                event,
                "unknown_anchor",
                f"'*{event.anchor}' repeats something that is not complete before it.",
                "Define the anchor earlier, or write the value out.",
            )
        return self._add(node, event)

    def _add(self, node: Node, event: yaml.Event, anchor: str | None = None) -> Node | None:
        """Puts a complete node where it belongs; gives it back when it is a whole document."""
        self._nodes += node.size if isinstance(event, yaml.AliasEvent) else 1
        if self._nodes > MAX_NODES:
            raise _Refused(
                event,
                "too_large",
                f"More than {MAX_NODES} values in one file, repeated ones included.",
                "Split the file, and repeat less by aliases.",
            )
        anchor = anchor or (event.anchor if isinstance(event, yaml.ScalarEvent) else None)
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            return node
        frame = self._open[-1]
        frame.node.size += node.size
        if isinstance(frame.node.value, list):
            frame.node.children[len(frame.node.value)] = node
            frame.node.value.append(node.value)
        elif frame.key is not None:
            frame.node.children.setdefault(frame.key, node)
            frame.node.value.setdefault(frame.key, node.value)
            frame.key = None
        return None

    def _take_key(self, frame: _Frame, key: str, place: tuple[int, int]) -> None:
        frame.key = key
        first = frame.node.key_marks.setdefault(key, place)
        if first != place:
            message = f"'{key[:60]}' is here twice, first in line {first[0]}."
            fix = "Remove one of them."
            self.problems.append(_problem(self._file, place, "duplicate_key", message, fix))

    def _refuse_as_key(self, event: yaml.Event) -> None:
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.key is None and isinstance(frame.node.value, dict):
            raise _Refused(
                event, "invalid_key", "A key must be plain text.", "Write a word before the colon."
            )


def read_yaml(text: str, file: str) -> tuple[list[Node], list[Problem]]:
    """The documents of a file, as far as they can be read, and what is wrong with it."""
    if len(text) > MAX_CHARACTERS:
        fix = "Split the file."
        message = f"The file has more than {MAX_CHARACTERS} characters."
        return [], [_problem(file, (0, 0), "too_large", message, fix)]
    builder = _Builder(file)
    documents: list[Node] = []
    try:
        for document in builder.documents(yaml.parse(text, Loader=yaml.CLoader)):
            documents.append(document)
    except _Refused as refused:
        problem = _problem(file, refused.place, refused.code, refused.message, refused.fix)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = f"Not valid YAML: {error.problem or error.context or 'it cannot be read'}."
        fix = "Check the indentation, colons, brackets and quotes here and in the line above."
        problem = _problem(file, place, "invalid_yaml", message, fix)
    except (yaml.YAMLError, UnicodeError):
        message = "Not valid YAML: the file has characters that are not allowed."
        problem = _problem(file, (0, 0), "invalid_yaml", message, "Save it as plain UTF-8 text.")
    else:
        return documents, builder.problems
    return documents, [*builder.problems, problem]


def _problem(file: str, place: tuple[int, int], code: str, message: str, fix: str) -> Problem:
    return Problem(file=file, line=place[0], column=place[1], code=code, message=message, fix=fix)


def _place(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _tag_refused(event: yaml.Event) -> _Refused:
    return _Refused(
        event, "tag_refused", "Tags such as '!x' are not read.", "Remove it; quote what is text."
    )


def _resolve(text: str) -> Any:
    """What a plain scalar means."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789" or text[-1] not in ".0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text) if _DECIMAL.fullmatch(text) else math.inf
    return number if math.isfinite(number) else text
