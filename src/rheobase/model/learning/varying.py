"""Values that differ among the synapses of a rule: drawn, or given one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError
from rheobase.model.checks import check_parameter
from rheobase.model.distribution import Distribution, Draws
from rheobase.model.distributions import distribution_from
from rheobase.model.evaluate import evaluate
from rheobase.model.expression import Expression, names
from rheobase.model.written import refuse, write_measured
from rheobase.records import Record
from rheobase.units.dimension import Dimension
from rheobase.units.door import measure
from rheobase.units.quantity import short

_IS, _VALUE, _KIND = "is", "value", "distribution"


class Varying(Record, identity=True):
    """A parameter or a first value that each synapse has for itself.

    Attributes:
        name: its name.
        given: as its author wrote it: a `Distribution`, or an array with its unit.
        values: a `Distribution` of internal floats, an array of them, or, of a first value, an
            expression of parameters.
        dimension: what it measures; None for bare numbers.
        divides: whether something is divided by it.
        is_parameter: whether it is one, and no first value.
    """

    name: str
    given: Any
    values: Any
    dimension: Dimension | None
    divides: bool = False
    is_parameter: bool = False

    @property
    def is_computed(self) -> bool:
        """Whether it follows from others."""
        return not isinstance(self.values, (Distribution, np.ndarray))

    def first(self, draws: Callable[[], Draws], count: int, known: Mapping[str, Any]) -> np.ndarray:
        """A value for each of the synapses of a projection, in their order.

        Args:
            draws: makes the random numbers of the synapses.
            count: how many synapses there are.
            known: parameters by name, from which one that is computed follows.

        Raises:
            ParameterError: for an array of another length, or a value out of range.
        """
        if isinstance(self.values, Distribution):
            found = self.values.sample(draws())
        elif self.is_computed:
            found = np.array(np.broadcast_to(evaluate(self.values, known), (count,)), float)
        else:
            found = np.array(self.values)
        if found.shape != (count,):
            raise ParameterError(
                f"{self.name} has {found.size} values, and there are {count} synapses.",
                mend="give one for each, in the order of net.synapses(projection), or a "
                "distribution",
            )
        if self.is_parameter and count:
            self.check(found)
        return found

    def check(self, values: Any) -> None:
        """Refuse values out of range.

        Raises:
            ParameterError: naming the parameter.
        """
        try:
            found = check_parameter(
                self.name, values, self.dimension, divides=self.divides, delays=False
            )
        except ParameterError as error:
            if isinstance(self.values, Distribution):
                mend = f"keep {self.given} in range with rb.truncated or rb.clipped"
                raise ParameterError(error.message, mend=mend) from None
            raise
        if self.divides and not np.all(found):
            raise ParameterError(
                f"Something is divided by {self.name}, which is 0 at a synapse.", mend="change it"
            )

    def written(self) -> Any:
        """What JSON can hold; `read_varying` reads it."""
        if isinstance(self.given, Distribution):
            return {_IS: _KIND, _VALUE: self.given.describe()}
        return write_measured(self.values, self.dimension or Dimension())


def taken_apart(given: Mapping[str, Any], what: str) -> tuple[dict[str, Any], dict[str, Varying]]:
    """Values that all synapses share, and those that they do not.

    Args:
        given: values by name.
        what: what they are, for messages.

    Raises:
        ParameterError: for an array that is not a list of finite numbers.
        UnitError: for a distribution of no values.
    """
    shared, varying = dict(given), dict[str, Varying]()
    for name, value in given.items():
        if isinstance(value, Distribution):
            varying[name] = _drawn(name, value)
        elif not isinstance(value, str):
            numbers, dimension = measure(value, f"{what} {name}")
            if np.ndim(numbers):
                varying[name] = Varying(name, value, _listed(name, numbers, value), dimension)
        if name in varying:
            del shared[name]
    return shared, varying


def computed_starts(
    initial: Mapping[str, Expression], varying: Mapping[str, Varying]
) -> dict[str, Varying]:
    """The first values that follow from parameters which each synapse has for itself.

    Args:
        initial: first values by state.
        varying: those parameters.
    """
    return {
        state: Varying(state, "", value, None)
        for state, value in initial.items()
        if names(value) & varying.keys()
    }


def _drawn(name: str, given: Distribution) -> Varying:
    dimensions: list[Dimension | None] = []

    def convert(value: Any) -> Any:
        number, dimension = measure(value, name)
        dimensions.append(dimension)
        return number

    values = given.internal(convert)
    if len({*dimensions}) > 1:
        raise UnitError(f"The parts of {name} differ in unit: {given}.", mend="give all in one")
    return Varying(name, given, values, dimensions[0])


def _listed(name: str, numbers: Any, given: Any) -> np.ndarray:
    found = np.array(numbers, dtype=float)
    if found.ndim != 1 or not found.size or not np.all(np.isfinite(found)):
        raise ParameterError(
            f"{name} is {short(given)}.", mend="give one finite value, or one a synapse in a list"
        )
    found.flags.writeable = False
    return found


def is_varying(written: Any) -> bool:
    """Whether a description holds a distribution."""
    return isinstance(written, dict) and written.get(_IS) == _KIND


def read_varying(written: Any, name: str) -> Distribution:
    """The distribution that `Varying.written` wrote.

    Raises:
        ParameterError: for what is none.
    """
    if set(written) != {_IS, _VALUE} or not isinstance(written[_VALUE], dict):
        refuse(name, written)
    return distribution_from(written[_VALUE])
