"""Expressions to the loop language: constants lifted out, multiply-adds fused."""

from __future__ import annotations

from collections.abc import Mapping

from rheobase.compiler.builder import Builder
from rheobase.compiler.constants import Constants, reciprocal
from rheobase.compiler.kernel import Array, Constant, Value, fma, primitive, select
from rheobase.compiler.kernels.elementary import FUNCTIONS
from rheobase.model.expression import (
    Apply,
    Comparison,
    Expression,
    Logical,
    Negative,
    Number,
    Operation,
    Symbol,
)

_LARGEST_PRODUCT = 16


class Lowering:
    """Turns expressions into values of the loop language, at one place in a kernel.

    Args:
        builder: where intermediate results are named.
        constants: the table of what is computed once.
        scalars: the array that holds the scalar constants.
        arrays: gives the array of a heterogeneous constant's slot.
        index: the neuron.
        values: what each name stands for here: states, inputs, named expressions, `t`.
        verbatim: carry out every operation as it is written, each rounded by itself: no fused
            multiply-add, no reciprocal.
        near: every argument of `exprel` is known to be near zero.
    """

    def __init__(
        self,
        builder: Builder,
        constants: Constants,
        scalars: Array,
        arrays: ArrayTable,
        index: Value,
        values: Mapping[str, Value],
        verbatim: bool = False,
        near: bool = False,
    ):
        self.builder, self.constants, self.verbatim = builder, constants, verbatim
        self.near = near
        self.scalars, self.arrays, self.index = scalars, arrays, index
        self.values = dict(values)
        self._done: dict[Expression, Value] = {}

    def define(self, name: str, expression: Expression) -> Value:
        """Evaluate an expression here and give it a name for those that follow."""
        value = self.builder.let(name, self(expression))
        self.values[name] = value
        return value

    def __call__(self, expression: Expression) -> Value:
        """The value of an expression."""
        if expression not in self._done:
            self._done[expression] = self._lower(expression)
        return self._done[expression]

    def _constant(self, expression: Expression) -> Value:
        place = self.constants.place(expression)
        if isinstance(place, float):
            return Constant(place, "f64")
        kind, slot = place
        return self.scalars[slot] if kind == "scalars" else self.arrays[slot][self.index]

    def _lower(self, expression: Expression) -> Value:
        if isinstance(expression, Symbol) and expression.name in self.values:
            return self.values[expression.name]
        is_number = not isinstance(expression, (Comparison, Logical))
        if is_number and self.constants.is_constant(expression):
            return self._constant(expression)
        match expression:
            case Negative(operand):
                return -self(operand)
            case Operation("+", left, right):
                return self._sum(left, right, 1)
            case Operation("-", left, right):
                return self._sum(left, right, -1)
            case Operation("*", left, right):
                return self._product(left, right)
            case Operation("/", left, right):
                return self._quotient(left, right)
            case Operation("**", base, exponent):
                return self._power(base, exponent)
            case Comparison(op, left, right):
                return self._comparison(op, self(left), self(right))
            case Logical(op, operands):
                return self._logical(op, operands)
            case Apply(function, arguments):
                return self.builder.let(function, self._apply(function, arguments))
        raise KeyError(f"{expression} has no value here")

    def _sum(self, left: Expression, right: Expression, sign: int) -> Value:
        """The sum left + sign * right, fused where one of them is a product."""
        if self.verbatim:
            return self(left) + self(right) if sign > 0 else self(left) - self(right)
        if isinstance(left, Operation) and left.op == "*" and not self.constants.is_constant(left):
            a, b = left.left, left.right
            if self._affine(a, b) is None and self._affine(b, a) is None:
                c = self(right)
                return fma(self(a), self(b), c if sign > 0 else -c)
        op = right.op if isinstance(right, Operation) else ""
        if isinstance(right, Operation) and op == "*" and not self.constants.is_constant(right):
            a, b = right.left, right.right
            if self._affine(a, b) is None and self._affine(b, a) is None:
                first = self(a)
                return fma(first if sign > 0 else -first, self(b), self(left))
        if isinstance(right, Operation) and op == "/" and self.constants.is_constant(right.right):
            scale = self._constant(reciprocal(right.right))
            first = self(right.left)
            return fma(first if sign > 0 else -first, scale, self(left))
        return self(left) + self(right) if sign > 0 else self(left) - self(right)

    def _product(self, left: Expression, right: Expression) -> Value:
        found = self._affine(left, right) or self._affine(right, left)
        if found is not None and not self.verbatim:
            slope, inner, offset = found
            return fma(self(inner), self._constant(slope), self._constant(offset))
        return self(left) * self(right)

    def _affine(
        self, scale: Expression, term: Expression
    ) -> tuple[Expression, Expression, Expression] | None:
        """`scale * (x + d)` with constant scale and d, as (scale, x, scale * d)."""
        if not self.constants.is_constant(scale) or not isinstance(term, Operation):
            return None
        if term.op not in "+-" or self.constants.is_constant(term):
            return None
        if self.constants.is_constant(term.right):
            offset = Operation("*", scale, term.right)
            return scale, term.left, Negative(offset) if term.op == "-" else offset
        if self.constants.is_constant(term.left):
            slope = Negative(scale) if term.op == "-" else scale
            return slope, term.right, Operation("*", scale, term.left)
        return None

    def _quotient(self, left: Expression, right: Expression) -> Value:
        if self.verbatim:
            return self(left) / self(right)
        if self.constants.is_constant(right):
            return self._product(left, reciprocal(right))
        if isinstance(right, Apply) and right.function == "exprel":
            # x/(e^x - 1) in one division, where 1/exprel(x) would take two.
            inverse = FUNCTIONS["exprel_reciprocal"](self(right.arguments[0]))
            return self(left) * self.builder.let("exprel_reciprocal", inverse)
        return self(left) / self(right)

    def _power(self, base: Expression, exponent: Expression) -> Value:
        number = exponent.value if isinstance(exponent, Number) else None
        if isinstance(exponent, Negative) and isinstance(exponent.operand, Number):
            return 1.0 / self._power(base, exponent.operand)
        if number is not None and number == int(number) and 1 <= number <= _LARGEST_PRODUCT:
            return self._repeated(self(base), int(number))
        if number == 0.5:
            return primitive("sqrt", self(base))
        return self.builder.let("power", FUNCTIONS["power"](self(base), self(exponent)))

    def _repeated(self, value: Value, times: int) -> Value:
        if times == 1:
            return value
        half = self.builder.let("power", self._repeated(value, times // 2))
        square = half * half
        return square * value if times % 2 else square

    @staticmethod
    def _comparison(op: str, left: Value, right: Value) -> Value:
        match op:
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case ">=":
                return left >= right
            case "==":
                return left.equals(right)
        return left.differs(right)

    def _logical(self, op: str, operands: tuple[Expression, ...]) -> Value:
        value = self(operands[0])
        if op == "not":
            return ~value
        for operand in operands[1:]:
            value = value & self(operand) if op == "and" else value | self(operand)
        return value

    def _apply(self, function: str, arguments: tuple[Expression, ...]) -> Value:
        if function == "where":
            condition, chosen, other = (self(a) for a in arguments)
            return select(condition, chosen, other)
        x, *rest = (self(a) for a in arguments)
        match function:
            case "abs":
                return primitive("fabs", x)
            case "sqrt" | "floor":
                return primitive(function, x)
            case "sign":
                return select(x > 0, 1.0, select(x < 0, -1.0, x))
            case "heaviside":
                return select(x >= 0, 1.0, select(x < 0, 0.0, x))
            case "positive":
                return select(x < 0, 0.0, x)
            case "max":
                return select(x < rest[0], rest[0], select(x >= rest[0], x, x + rest[0]))
            case "min":
                return select(x > rest[0], rest[0], select(x <= rest[0], x, x + rest[0]))
            case "clip":
                low, high = rest
                return select(x < low, low, select(x > high, high, x))
        if function == "exprel" and self.near:
            from rheobase.compiler.kernels.elementary.exponential import exprel_near

            return exprel_near()(x)
        return FUNCTIONS[function](x)


class ArrayTable:
    """Array parameters of a kernel, made when a slot is first asked for."""

    def __init__(self, builder: Builder, prefix: str):
        self._builder, self._prefix = builder, prefix
        self.arrays: dict[int, Array] = {}

    def __getitem__(self, slot: int) -> Array:
        if slot not in self.arrays:
            self.arrays[slot] = self._builder.array(f"{self._prefix}_{slot}")
        return self.arrays[slot]
