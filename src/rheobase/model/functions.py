"""The listed functions: the only ones a model may call.

Each is described once: how many arguments, what it asks of their dimensions, its partial
derivatives (written in the language itself, over the arguments `x`, `y`, `z`) and its LaTeX.
"""

from __future__ import annotations

from rheobase.records import Record

# What a function asks of dimensions: all arguments plain and a plain result; all alike and a result
# like them; all alike and a plain result; a root; or a condition followed by two alike.
PLAIN, ALIKE, ALIKE_TO_PLAIN, ROOT, CHOICE = "plain", "alike", "alike to plain", "root", "choice"


class Listed(Record):
    """A listed function."""

    arguments: int
    dimensions: str
    derivatives: tuple[str, ...]
    latex: str = ""
    many: bool = False  # whether it takes two or more arguments (max, min)


# d/dx exprel(x), by its series where the closed form cancels, and without e^x where that overflows.
_SERIES = (
    "1/2 + x*(1/3 + x*(1/8 + x*(1/30 + x*(1/144 + x*(1/840 + x*(1/5760 + x*(1/45360"
    " + x*(1/403200 + x/3991680))))))))"
)
_ABOVE = "where(x > 1, exprel(x)*(1 - 1/x) + 1/x, (exp(x) - exprel(x))/x)"
_EXPREL_SLOPE = f"where(abs(x) < 0.1, {_SERIES}, {_ABOVE})"
# d/dx of 1/exprel(x) = x/(e^x - 1), in which exprel(x)**2 may overflow: -exprel'(x)/exprel(x)**2.
EXPREL_RECIPROCAL_SLOPE = (
    f"where(abs(x) < 0.1, -({_SERIES})/exprel(x)/exprel(x), where(x > 1, "
    "-((1 - 1/x) + 1/(x*exprel(x)))/exprel(x), -((exp(x) - exprel(x))/x)/exprel(x)/exprel(x)))"
)

FUNCTIONS: dict[str, Listed] = {
    "exp": Listed(1, PLAIN, ("exp(x)",), r"\exp\left({}\right)"),
    "expm1": Listed(1, PLAIN, ("exp(x)",), r"\operatorname{{expm1}}\left({}\right)"),
    "exprel": Listed(1, PLAIN, (_EXPREL_SLOPE,), r"\operatorname{{exprel}}\left({}\right)"),
    "log": Listed(1, PLAIN, ("1/x",), r"\ln\left({}\right)"),
    "log1p": Listed(1, PLAIN, ("1/(1 + x)",), r"\ln\left(1 + {}\right)"),
    "log10": Listed(1, PLAIN, ("0.43429448190325182765/x",), r"\log_{{10}}\left({}\right)"),
    # At zero the slope counts as 0, so that sqrt(positive(v)) has one below its threshold too.
    "sqrt": Listed(1, ROOT, ("where(x == 0, 0, 0.5/sqrt(x))",), r"\sqrt{{{}}}"),
    "sin": Listed(1, PLAIN, ("cos(x)",), r"\sin\left({}\right)"),
    "cos": Listed(1, PLAIN, ("-sin(x)",), r"\cos\left({}\right)"),
    "tan": Listed(1, PLAIN, ("1 + tan(x)**2",), r"\tan\left({}\right)"),
    "sinh": Listed(1, PLAIN, ("cosh(x)",), r"\sinh\left({}\right)"),
    "cosh": Listed(1, PLAIN, ("sinh(x)",), r"\cosh\left({}\right)"),
    "tanh": Listed(1, PLAIN, ("1 - tanh(x)**2",), r"\tanh\left({}\right)"),
    "logistic": Listed(
        1, PLAIN, ("logistic(x)*logistic(-x)",), r"\operatorname{{logistic}}\left({}\right)"
    ),
    "abs": Listed(1, ALIKE, ("sign(x)",), r"\left|{}\right|"),
    "sign": Listed(1, ALIKE_TO_PLAIN, ("0",), r"\operatorname{{sign}}\left({}\right)"),
    "floor": Listed(1, PLAIN, ("0",), r"\left\lfloor {} \right\rfloor"),
    "heaviside": Listed(1, ALIKE_TO_PLAIN, ("0",), r"\Theta\left({}\right)"),
    "positive": Listed(1, ALIKE, ("heaviside(x)",), r"\left({}\right)^+"),
    "max": Listed(2, ALIKE, ("where(x >= y, 1, 0)", "where(x >= y, 0, 1)"), many=True),
    "min": Listed(2, ALIKE, ("where(x <= y, 1, 0)", "where(x <= y, 0, 1)"), many=True),
    "clip": Listed(
        3,
        ALIKE,
        (
            "where(x < y, 0, where(x > z, 0, 1))",
            "where(x < y, 1, 0)",
            "where(x < y, 0, where(x > z, 1, 0))",
        ),
    ),
    "where": Listed(3, CHOICE, ()),
}
ALIASES = {"sigmoid": "logistic", "ln": "log", "fabs": "abs", "relu": "positive", "pos": "positive"}
