"""One dialect of patterns: the part of ECMA-262 that every engine reads alike.

`\\d`, `\\w` and `\\s` mean their ASCII classes, and a value must match as a whole.
"""

from spanwise.core.errors import InvalidInput

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
_CONTROLS = frozenset("tnrfv")
_MAX_LENGTH = 1_000


def portable(pattern: str) -> str:
    """The pattern with ASCII classes spelled out and both ends anchored.

    Raises:
        InvalidInput: it uses what engines read differently, such as look-ahead.
    """
    if len(pattern) > _MAX_LENGTH:
        raise _refusal(f"a pattern of {len(pattern)} characters", "Shorten it to 1000.")
    parts = []
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            parts.append(_escape(pattern[position + 1 : position + 2], in_class))
            position += 2
            continue
        if in_class:
            if character == "[" or pattern.startswith("&&", position):
                raise _refusal("a nested character class", r"Escape it: \[ or \&.")
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif pattern.startswith("(?", position) and not pattern.startswith("(?:", position):
            raise _refusal(
                f"the group '{pattern[position : position + 3]}'", "Use plain groups or (?:…)."
            )
        parts.append(character)
        position += 1
    return rf"\A(?:{''.join(parts)})\z"


def _escape(character: str, in_class: bool) -> str:
    if character in _CLASSES:
        return _CLASSES[character] if in_class else f"[{_CLASSES[character]}]"
    if character.lower() in _CLASSES and not in_class:
        return f"[^{_CLASSES[character.lower()]}]"
    if character and (character in _CONTROLS or not (character.isalnum() or ord(character) > 127)):
        return "\\" + character
    raise _refusal(f"the escape '\\{character}'", r"Use \d, \w, \s or a class in brackets.")


def _refusal(what: str, fix: str) -> InvalidInput:
    return InvalidInput(f"Patterns cannot use {what}.", fix, code="unsupported_rule")
