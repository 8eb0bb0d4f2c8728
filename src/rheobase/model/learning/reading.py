"""The statements of a learning rule: text to updates, with draws from a binomial distribution."""

from __future__ import annotations

import re
from typing import TypeAlias

from rheobase.errors import EquationError
from rheobase.model.equations import Update, logical_lines
from rheobase.model.expression import Apply
from rheobase.model.parse import check_text, fail, parse_expression

BINOMIAL = "binomial"
EVENTS = ("pre", "post", "modulator", "while")
# The arguments that have their statements.
ARGUMENTS = {event: f"on_{event}" for event in EVENTS} | {"while": "while_post"}
Events: TypeAlias = dict[str, tuple[Update, ...]]
_ASSIGNMENT = re.compile(r"\s*([A-Za-z]\w*)\s*([-+*/]?)=(?!=)")
_DRAW = re.compile(rf"\s*{BINOMIAL}\s*\(")
_MENTIONED = re.compile(rf"\b{BINOMIAL}\b")


def read_statements(text: str, event: str) -> tuple[Update, ...]:
    """What happens at an event: assignments, one a line or separated by semicolons.

    Args:
        text: the statements; nothing for an event that changes nothing.
        event: "pre", "post", "modulator" or "while".

    Raises:
        EquationError: with a caret, for a line that is not an assignment.
    """
    if not isinstance(text, str):
        raise EquationError(
            f"{ARGUMENTS[event]} is text, not {type(text).__name__}.",
            mend=f'{ARGUMENTS[event]}="x += 1"',
        )
    lines = (part.strip() for whole in logical_lines(text) for part in whole.split(";"))
    return tuple(_statement(line, event) for line in lines if line)


def is_draw(update: Update) -> bool:
    """Whether a statement draws its value: `k = binomial(n, p)`."""
    return isinstance(update.value, Apply) and update.value.function == BINOMIAL


def _statement(line: str, event: str) -> Update:
    check_text(line)
    match = _ASSIGNMENT.match(line)
    if match is None:
        fail(
            line, 0, f"{ARGUMENTS[event]} is made of assignments.", "for example x += 1; w = w_max"
        )
    name, op = match.groups()
    mentioned = _MENTIONED.search(line, match.end())
    if mentioned is None:
        return Update(name, op, parse_expression(line[match.end() :], line, match.end()), line)
    mend = f"k = {BINOMIAL}(n, p) in on_pre, and k in the statements after it"
    arguments = _arguments(line, match.end())
    if op or event != "pre" or arguments is None:
        fail(line, mentioned.start(), f"{BINOMIAL} stands alone in a statement of on_pre.", mend)
    n, p = (parse_expression(line[start:end], line, start) for start, end in arguments)
    return Update(name, "", Apply(BINOMIAL, (n, p), (line, mentioned.start())), line)


def _arguments(line: str, start: int) -> list[tuple[int, int]] | None:
    """From where to where each of two arguments goes; None unless there is such a call, alone."""
    opened = _DRAW.match(line, start)
    if opened is None:
        return None
    depth, begin = 1, opened.end()
    found: list[tuple[int, int]] = []
    for column in range(opened.end(), len(line)):
        character = line[column]
        depth += (character == "(") - (character == ")")
        if depth == 0 or (depth == 1 and character == ","):
            found.append((begin, column))
            begin = column + 1
        if depth == 0:
            is_alone = not line[begin:].strip()
            return found if len(found) == 2 and is_alone else None
    return None


def refuse_draws(text: object, what: str) -> None:
    """Draws stand in statements alone.

    Raises:
        EquationError: for text that mentions one.
    """
    if isinstance(text, str) and _MENTIONED.search(text):
        raise EquationError(
            f"{BINOMIAL} stands in {what}.", mend=f"draw in on_pre: k = {BINOMIAL}(n, p)"
        )
