"""Dimensions of every name in a model, inferred from the equations and checked at every operator.

Parameters and inputs bring their units. The dimension of a state or of a named expression is
unknown at first; each `+`, `-`, comparison, equation and function argument is one linear equation
between exponents, solved as it comes. The first one that has no solution is the error, shown where
it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn

from rheobase.errors import UnitError
from rheobase.model.expression import (
    Apply,
    Comparison,
    Expression,
    Logical,
    Negative,
    Number,
    Operation,
    Place,
    Symbol,
    literal,
    names,
)
from rheobase.model.functions import ALIKE, ALIKE_TO_PLAIN, CHOICE, FUNCTIONS, ROOT
from rheobase.model.parse import caret
from rheobase.records import EMPTY, Record
from rheobase.units.dimension import NONE, TIME, Dimension
from rheobase.units.table import describe

_HALF_RATE = TIME.to_the(-0.5)
# Thirds come and go while equations are solved (m**3): what is left of their rounding is nothing.
_NOTHING, _DIGITS = 1e-6, 6
_LARGEST_EXPONENT, _LARGEST_TEN, _LARGEST_UNKNOWN = 40, 250, 1000


class Form(Record):
    """A dimension with unknowns: known * product of unknown ** power."""

    known: Dimension = NONE
    unknown: Mapping[str, float] = EMPTY

    def times(self, other: Form, power: float = 1.0) -> Form:
        """`self * other ** power`.

        Raises:
            UnitError: when an exponent grows beyond what any unit has.
        """
        if not abs(power) <= _LARGEST_UNKNOWN:
            raise _beyond()
        known = other.known if power == 1.0 else other.known.to_the(power)
        known = self.known.times(known)
        if known != NONE and (
            max(map(abs, known)) > _LARGEST_EXPONENT or abs(known.internal_ten) > _LARGEST_TEN
        ):
            raise _beyond()
        if not other.unknown:
            return Form(known, self.unknown)
        unknown = dict(self.unknown)
        for name, exponent in other.unknown.items():
            unknown[name] = unknown.get(name, 0.0) + power * exponent
            if abs(unknown[name]) > _LARGEST_UNKNOWN:
                raise _beyond()
        return Form(known, {n: e for n, e in unknown.items() if abs(e) > _NOTHING})


def _beyond() -> UnitError:
    return UnitError(
        "The powers of units grow out of all bounds here.",
        mend="divide by a unit before raising to a power",
    )


def _tidy(dimension: Dimension) -> Dimension:
    return Dimension(*(round(power, _DIGITS) + 0.0 for power in dimension))


PLAIN = Form()


class Inference:
    """The dimensions known so far; `equal` adds to them.

    Args:
        known: dimensions of parameters and inputs.
        bare: parameters given as bare numbers, which an error mentions.
    """

    def __init__(self, known: Mapping[str, Dimension], bare: Collection[str] = ()):
        self.known: dict[str, Dimension] = dict(known)
        self.bare = bare
        self.solved: dict[str, Form] = {}

    def resolve(self, form: Form) -> Form:
        """A form with every solved unknown put in."""
        while any(name in self.solved for name in form.unknown):
            result = Form(form.known)
            for name, power in form.unknown.items():
                part = self.solved.get(name, Form(NONE, {name: 1.0}))
                result = result.times(part, power)
            form = result
        return form

    def dimension(self, name: str) -> Dimension:
        """The dimension of a name; a plain number where the equations leave it open."""
        if name in self.known:
            return self.known[name]
        return _tidy(self.resolve(Form(NONE, {name: 1.0})).known)

    def equal(self, left: Form | None, right: Form | None) -> bool:
        """Make two forms agree; False when they cannot. None, a zero, agrees with everything."""
        if left is None or right is None:
            return True
        difference = self.resolve(left.times(right, -1.0))
        if not difference.unknown:
            return _tidy(difference.known).is_none
        name, power = next(iter(difference.unknown.items()))
        rest = {n: e for n, e in difference.unknown.items() if n != name}
        self.solved[name] = PLAIN.times(Form(difference.known, rest), -1.0 / power)
        return True

    def form(self, expression: Expression) -> Form | None:
        """The dimension of an expression; None for a literal zero, which suits every dimension.

        Raises:
            UnitError: with a caret, where two dimensions disagree.
        """
        match expression:
            case Number(value, dimension):
                return None if value == 0 and dimension.is_none else Form(dimension)
            case Symbol(name):
                return self._symbol(name)
            case Negative(operand):
                return self.form(operand)
            case Operation(op, left, right):
                return self._operation(op, left, right, expression.place)
            case Comparison(op, left, right):
                self.agree(left, right, op, expression.place)
                return PLAIN
            case Logical(_, operands):
                for operand in operands:
                    self.form(operand)
                return PLAIN
            case Apply(function, arguments):
                return self._apply(function, arguments)

    def agree(
        self, left: Expression, right: Expression, sign: str, place: Place | None
    ) -> Form | None:
        """Make the two sides of a sign agree, and give their dimension.

        Raises:
            UnitError: with a caret, when they cannot.
        """
        return self._agreed((left, self.form(left)), right, sign, place)

    def _agreed(
        self,
        left: tuple[Expression, Form | None],
        right: Expression,
        sign: str,
        place: Place | None,
    ) -> Form | None:
        a, b = left[1], self.form(right)
        if not self.equal(a, b):
            first, second = self.resolve(a or PLAIN).known, self.resolve(b or PLAIN).known
            where = right.place or left[0].place or place
            raise UnitError(
                f"Units disagree across {sign!r}: the left is {describe(first)}, "
                f"the right is {describe(second)}.",
                where=caret(*where) if where else "",
                mend=self._bare(left[0], right) + _mend(first, second),
            )
        return a if a is not None else b

    def _bare(self, *sides: Expression) -> str:
        """The parameters without a unit in an equation that goes wrong: likely the cause."""
        found = sorted(set().union(*map(names, sides)) & set(self.bare))
        return f"{', '.join(found)} came without a unit; " if found else ""

    def _symbol(self, name: str) -> Form:
        if name.endswith("/dt"):
            return self._symbol(name[1:-3]).times(Form(TIME), -1.0)
        if name == "xi" or name.startswith("xi_"):
            return Form(_HALF_RATE)
        if name in self.known:
            return Form(self.known[name])
        return Form(NONE, {name: 1.0})

    def _operation(
        self, op: str, left: Expression, right: Expression, place: Place | None
    ) -> Form | None:
        if op in "+-":
            return self.agree(left, right, op, place)
        a, b = self.form(left), self.form(right)
        if op == "**":
            return self._power(a, right, b)
        if a is None and b is None:
            return None
        return (a or PLAIN).times(b or PLAIN, 1.0 if op == "*" else -1.0)

    def _power(self, base: Form | None, exponent: Expression, power: Form | None) -> Form | None:
        number = literal(exponent)
        if number is not None:
            if base is None or base == PLAIN:
                return base
            return PLAIN.times(base, number)
        if not self.equal(power, PLAIN):
            self._stop(
                exponent, power, "An exponent must be a plain number", "divide it by its unit"
            )
        if not self.equal(base, PLAIN):
            self._stop(
                exponent,
                base,
                "A base with a unit needs a literal exponent",
                "write the exponent out",
            )
        return PLAIN

    def _apply(self, function: str, arguments: tuple[Expression, ...]) -> Form | None:
        kind = FUNCTIONS[function].dimensions
        if kind == CHOICE:
            self.form(arguments[0])
            return self.agree(arguments[1], arguments[2], "where", arguments[1].place)
        if kind in (ALIKE, ALIKE_TO_PLAIN):
            result = self.form(arguments[0])
            for other in arguments[1:]:
                result = self._agreed((arguments[0], result), other, function, other.place)
            return PLAIN if kind == ALIKE_TO_PLAIN else result
        form = self.form(arguments[0])
        if kind == ROOT:
            return None if form is None else PLAIN.times(form, 0.5)
        if not self.equal(form, PLAIN):
            self._stop(
                arguments[0],
                form,
                f"{function} takes a plain number",
                "divide the argument by its unit",
            )
        return PLAIN

    def _stop(self, at: Expression, form: Form | None, message: str, mend: str) -> NoReturn:
        found = describe(self.resolve(form or PLAIN).known)
        raise UnitError(
            f"{message}, and this is {found}.",
            where=caret(*at.place) if at.place else "",
            mend=mend,
        )


def _mend(first: Dimension, second: Dimension) -> str:
    if first.is_none or second.is_none:
        unit = describe(second if first.is_none else first)
        return (
            f"give the plain number a unit, so that it is {unit}, or take every unit out of the "
            "model: the two styles do not mix"
        )
    return f"the sides differ by {describe(first.over(second))}"
