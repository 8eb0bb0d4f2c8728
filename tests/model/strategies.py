"""Random expressions of the language, as text."""

from hypothesis import strategies as st

from rheobase.model.functions import FUNCTIONS

NAMES = ("x", "y")
literals = st.sampled_from(["0", "1", "2", "0.5", "3.25", "1e-2", "0.1"])
leaves = st.one_of(st.sampled_from(NAMES), literals)
relations = st.sampled_from(["<", "<=", ">", ">="])
COUNTS = {name: listed.arguments for name, listed in FUNCTIONS.items() if name != "where"}


@st.composite
def _calls(draw, inner):
    name = draw(st.sampled_from(sorted(COUNTS)))
    arguments = [draw(inner) for _ in range(COUNTS[name])]
    return f"{name}({', '.join(arguments)})"


@st.composite
def conditions(draw, inner):
    text = f"{draw(inner)} {draw(relations)} {draw(inner)}"
    return f"not {text}" if draw(st.booleans()) else text


@st.composite
def _choices(draw, inner):
    return f"where({draw(conditions(inner))}, {draw(inner)}, {draw(inner)})"


def _grown(inner):
    operators = st.sampled_from(["+", "-", "*", "/"])
    powers = st.sampled_from(["2", "3", "-1", "0.5", "(1/3)", "-2"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("(-{})".format, inner),
        st.builds("({})**{}".format, inner, powers),
        _calls(inner),
        _choices(inner),
    )


expressions = st.recursive(leaves, _grown, max_leaves=12)
