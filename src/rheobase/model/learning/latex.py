"""A learning rule as LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.model.equations import Update
from rheobase.model.expression import Apply
from rheobase.model.latex import equation_latex, expression_latex, name_latex
from rheobase.model.learning.reading import is_draw

if TYPE_CHECKING:
    from rheobase.model.learning.construction import Parts

_EVENTS = {
    "pre": r"\text{at a presynaptic spike}",
    "post": r"\text{at a postsynaptic spike}",
    "modulator": r"\text{at a modulatory spike}",
}


def rule_latex(parts: Parts) -> str:
    """A rule's equations, the statements of each event, and what is transmitted if it is not w."""
    lines = [equation_latex(e.left, e.right) for e in parts.equations]
    condition = parts.structure.spike
    during = "" if condition is None else rf"\text{{while }} {expression_latex(condition)}"
    notes = _EVENTS | {"while": during}
    for event, updates in parts.authored().items():
        for k, update in enumerate(updates):
            note = f" && {notes[event]}" if not k else ""
            lines.append(_statement_latex(update) + note)
    sent = parts.structure.reset[-1].value
    if expression_latex(sent) != "w":
        lines.append(rf"\text{{transmitted}} &= {expression_latex(sent)}")
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _statement_latex(update: Update) -> str:
    name = name_latex(update.name)
    if is_draw(update) and isinstance(update.value, Apply):
        trials, probability = map(expression_latex, update.value.arguments)
        return rf"{name} &\sim \mathrm{{B}}\left({trials}, {probability}\right)"
    return rf"{name} &\leftarrow {expression_latex(update.result)}"
