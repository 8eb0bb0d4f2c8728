"""Expressions evaluated in many digits, as their author wrote them: what is right."""

import mpmath

from rheobase.model.expression import Apply, Negative, Number, Operation, Symbol

DIGITS = 100
NUDGE = mpmath.mpf(10) ** -40
_FUNCTIONS = {"exp": mpmath.exp, "expm1": mpmath.expm1, "exprel": None}
_FUNCTIONS["exprel"] = lambda z: mpmath.expm1(z) / z


def _at(expression, values):
    match expression:
        case Number(value):
            # 0.1 is a tenth here, not its nearest double: the limit is that of the text.
            text = expression.text
            is_written = text and not text.isalpha()
            return mpmath.mpf(text) if is_written else mpmath.mpf(value)
        case Symbol(name):
            found = values[name]
            return found if isinstance(found, mpmath.mpf) else _at(found, values)
        case Negative(operand):
            return -_at(operand, values)
        case Operation("+", a, b):
            return _at(a, values) + _at(b, values)
        case Operation("-", a, b):
            return _at(a, values) - _at(b, values)
        case Operation("*", a, b):
            return _at(a, values) * _at(b, values)
        case Operation("/", a, b):
            return _at(a, values) / _at(b, values)
        case Operation("**", a, b):
            return _at(a, values) ** _at(b, values)
        case Apply(function, (argument,)):
            return _FUNCTIONS[function](_at(argument, values))
    raise AssertionError(expression)


def limit(model, name, point, order=0):
    """The value of a named expression, or its slope, at a point where it may be 0/0."""
    written = {e.name: e.value for e in model.equations if e.kind == "definition"}
    with mpmath.workdps(DIGITS):
        numbers = {key: mpmath.mpf(str(value)) for key, value in model.parameters.items()}

        def near(shift):
            v = mpmath.mpf(str(point)) + shift
            return _at(written[name], {**written, **numbers, "v": v})

        above, below = near(NUDGE), near(-NUDGE)
        return float((above + below) / 2 if order == 0 else (above - below) / (2 * NUDGE))
