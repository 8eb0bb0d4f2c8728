"""The door of a network: values, names and members that a caller gives, read and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, RheobaseError, UnitError, closest
from rheobase.model.distributions import Distribution
from rheobase.model.model import Model
from rheobase.network.arrays import Array
from rheobase.network.expressions import Formula, formula
from rheobase.network.population import LONGEST_NAME
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.units.dimension import Dimension
from rheobase.units.quantity import short
from rheobase.units.text import parse_quantity

# A number and a word: who writes this means a quantity, and wants to hear of its unit.
_QUANTITY = re.compile(r"\s*[-+]?[\d.]+(?:[eE][-+]?\d+)?\s+[A-Za-z]\S*\s*")


def as_member(model: Any) -> Model | Poisson | SpikeTimes:
    """A model, one that a zoo entry makes, or a source.

    Raises:
        ParameterError: when it is none of these.
    """
    if isinstance(model, (Model, Poisson, SpikeTimes)):
        return model
    made = None
    if callable(model) and not isinstance(model, type):
        try:
            made = model()
        except TypeError:
            made = None
    if not isinstance(made, Model):
        raise ParameterError(
            f"A population is of a model or a source, not of {short(model)}.",
            mend="for example net.add(rb.LIF(), 100), or net.add(rb.Poisson(8 * Hz), 100)",
        )
    return made


def check_name(name: Any, what: str, taken: Collection[str]) -> str:
    """A name for a population or a projection, that is not taken.

    Raises:
        ParameterError: for what is no name, or one that another has.
    """
    fits = isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable()
    if not fits or name != name.strip():
        raise ParameterError(
            f"{short(name)} is not a name for a {what}.",
            mend=f"give a text of at most {LONGEST_NAME} characters: name={what!r}",
        )
    if name in taken:
        raise ParameterError(
            f"There is a {what} {name!r} already.", mend="give each its own name: name=..."
        )
    return str(name)


def read_value(
    given: Any,
    *,
    convert: Callable[[Any], Any],
    known: Mapping[str, Dimension],
    due: Dimension,
    what: str,
    where: str,
) -> Any:
    """A value in one of the four forms, internal.

    Args:
        given: a scalar, an array, a distribution, or text: a quantity or an expression.
        convert: from a quantity or number to internal floats.
        known: the names that an expression may use.
        due: what an expression must measure.
        what: what it is, for errors: "the weight".
        where: its place, for errors.

    Returns:
        A float, an array, a `Distribution` of plain floats, or a `Formula`.

    Raises:
        UnitError: for values of another dimension.
        ParameterError: for values that are not finite.
        EquationError, UnknownNameError: for text that is no such expression.
    """
    try:
        if isinstance(given, Distribution):
            return given.internal(convert)
        if isinstance(given, str) and not _is_quantity(given):
            return _formula(given, known, due, what)
        if given is None or isinstance(given, (dict, set, bool)):
            raise ParameterError(
                f"{what[0].upper()}{what[1:]} is {short(given)}.",
                mend="give a quantity, an array, a distribution, or an expression as text",
            )
        return _numbers(convert(given), what)
    except RheobaseError as error:
        error.where = f"{error.where}\n{where}" if error.where else where
        raise


def _formula(
    text: str, known: Mapping[str, Dimension], due: Dimension, what: str
) -> Formula | float:
    read = formula(text, known, due, what)
    return read if read.names else float(read.evaluate({}, 1)[0])


def _is_quantity(text: str) -> bool:
    try:
        parse_quantity(text)
    except UnitError:
        return _QUANTITY.fullmatch(text) is not None
    return True


def _numbers(found: Any, what: str) -> float | Array:
    values = np.array(found, dtype=np.float64)
    if not np.all(np.isfinite(values)):
        raise ParameterError(
            f"{what[0].upper()}{what[1:]} is not finite: {short(found)}.",
            mend="give finite values",
        )
    if values.ndim == 0:
        return float(values)
    values.flags.writeable = False
    return values


def unknown_hint(name: Any, known: Collection[str], what: str) -> str:
    """The end of an error about a name: the closest one, and all there are."""
    listed = list(known)
    hint = closest(name, listed) if isinstance(name, str) else ""
    return f"{hint}{what} {', '.join(map(repr, listed)) or 'none'}"
