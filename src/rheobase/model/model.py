"""The `Model`: an immutable neuron, written once as its equations. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from rheobase.errors import FrozenError, ParameterError, UnknownNameError, closest
from rheobase.model import arguments
from rheobase.model.checks import check_parameter
from rheobase.model.construction import constructed
from rheobase.model.equations import Equation, Update
from rheobase.model.expression import Expression, Symbol, names
from rheobase.model.published import Published
from rheobase.records import EMPTY
from rheobase.units.dimension import NONE, Dimension
from rheobase.units.door import internal, measure
from rheobase.units.quantity import Quantity, Unit
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.model.synapse import Synapse

__all__ = ["Model", "Published"]


class Model:
    """A neuron: states, parameters, inputs, equations, the spike condition and the reset.

    Args:
        text: one equation a line: ``C * dv/dt = ...`` for a state, ``name = expression`` for a
            named expression. A named expression that nothing else uses is an output. `xi` is white
            noise, one and the same wherever it stands; `xi_a`, `xi_b` are independent of it.
        spike: the condition that makes a spike, for example ``"v > V_T"``. With a reset the neuron
            fires whenever it holds at the end of a step; without one, on its rising edge.
        reset: assignments made at a spike: ``"v = V_R; w += b"``.
        refractory: how long the reset state of the spike condition is held: a quantity or an
            expression.
        parameters: values by name: quantities, or plain numbers where the model has no units.
            Arrays make a heterogeneous population.
        inputs: what drives the neuron: units by name (``dict(I=pA)``), or names alone.
        initial: first values by state: quantities, numbers, or expressions as text.
        outputs: the names of the outputs, when the default is not meant.
        at_rest: start at the resting state without input, searched from `initial`.
        drive: the current that published parameters come with, used when none is given.
        method: the default integration method; None lets the compiler choose.
        dt: the default time step.
        time: for a model without units, the unit of its time (milliseconds by default).
        display: units in which values are shown.
        published: the authors' own update, if there is one.
        name: what the model is called.
        citation: where it was published.

    Attributes:
        equations: the equations, each in the author's form and solved.
        states: the names of the states.
        parameters: internal floats, or arrays of them, by name.
        definitions: named expressions as they are computed, each after those it needs.
        derivatives: the slope of each state as it is computed.
        dimensions: what each name measures.
        is_plain: whether the model has no units.
        divisors: the names that something is divided by.
        neuron: of a model that `joined` made, the neuron; None for every other one.
        ports: of a model that `joined` made, its synapses by label.

    Raises:
        EquationError: for text that is not a model, with a caret.
        UnitError: when dimensions disagree, with a caret.
        UnknownNameError: for a name nobody defined.
        ParameterError: for a value that is out of range.
    """

    text: str
    name: str
    citation: str
    method: str | None
    dt: Any
    at_rest: bool
    published: Published | None
    drive: Mapping[str, Any]
    inputs: tuple[str, ...]
    is_plain: bool
    time_unit: Unit
    display: Mapping[str, Unit]
    dimensions: Mapping[str, Dimension]
    equations: tuple[Equation, ...]
    states: tuple[str, ...]
    spike: Expression | None
    reset: tuple[Update, ...]
    refractory: Expression | None
    initial: Mapping[str, Expression]
    outputs: tuple[str, ...]
    definitions: Mapping[str, Expression]
    derivatives: Mapping[str, Expression]
    parameters: Mapping[str, Any]
    divisors: frozenset[str]
    neuron: Model | None = None
    ports: Mapping[str, Synapse] = EMPTY

    def __init__(
        self,
        text: str,
        *,
        spike: str | None = None,
        reset: str | None = None,
        refractory: Any = None,
        parameters: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | Iterable[str] = (),
        initial: Mapping[str, Any] | None = None,
        outputs: Iterable[str] | None = None,
        at_rest: bool = False,
        drive: Mapping[str, Any] | None = None,
        method: str | None = None,
        dt: Any = None,
        time: Unit | str | None = None,
        display: Mapping[str, Unit | str] | None = None,
        published: Published | None = None,
        name: str = "",
        citation: str = "",
    ) -> None:
        parts = constructed(
            text,
            spike=spike,
            reset=reset,
            refractory=refractory,
            parameters=parameters,
            inputs=inputs,
            initial=initial,
            outputs=outputs,
            drive=drive,
            time=time,
            display=display,
        )
        self._put(text=text, name=name, citation=citation, published=published)
        self._put(method=method, dt=dt, at_rest=at_rest, **parts)

    def _put(self, **values: Any) -> None:
        """Set attributes, which only the making of a model may do; mappings become read-only."""
        for name, value in values.items():
            is_mapping = isinstance(value, dict)
            vars(self)[name] = MappingProxyType(value) if is_mapping else value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        self.__delattr__(name)

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenError(
            f"A model cannot be changed: {name!r} is fixed.",
            mend="model.replace(...) gives a new model with other parameters",
        )

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in vars(self).items()
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for value in state.get("parameters", {}).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        self._put(**state)

    def _parameter(self, key: str, value: Any) -> Any:
        dimension = None if self.is_plain else self.dimensions[key]
        delays = self.refractory == Symbol(key)
        return check_parameter(key, value, dimension, divides=key in self.divisors, delays=delays)

    @property
    def noises(self) -> tuple[str, ...]:
        """The white-noise terms that the derivatives mention (`xi`, `xi_a`, ...)."""
        found: set[str] = set()
        for expression in [*self.derivatives.values(), *self.definitions.values()]:
            found |= {n for n in names(expression) if n == "xi" or n.startswith("xi_")}
        return tuple(sorted(found))

    @property
    def held(self) -> tuple[str, ...]:
        """The states held during the refractory period: those the reset sets and `spike` reads."""
        if self.refractory is None or self.spike is None:
            return ()
        watched = names(self.spike)
        for name in reversed(tuple(self.definitions)):  # each needs only those before it
            if name in watched:
                watched |= names(self.definitions[name])
        return tuple(u.name for u in self.reset if not u.op and u.name in watched)

    @property
    def size(self) -> int | None:
        """How many neurons array-valued parameters describe; None when all are single numbers."""
        sizes = {np.size(v) for v in self.parameters.values() if np.ndim(v)}
        return max(sizes) if sizes else None

    @property
    def plain_time(self) -> float:
        """How many milliseconds the model's own unit of time lasts."""
        return float(self.time_unit.into_internal(1.0)) if self.is_plain else 1.0

    def unit_of(self, name: str) -> Unit | None:
        """The unit in which a name is shown; None for plain numbers."""
        if name in self.display:
            return self.display[name]
        if self.is_plain:
            return None
        dimension = self.dimension_of(name)
        return None if dimension.is_none else preferred_unit(dimension)

    def dimension_of(self, name: str) -> Dimension:
        """The dimension of a state, parameter, input or named expression.

        Raises:
            UnknownNameError: when the model has no such name.
        """
        if name not in self.dimensions:
            known = list(self.dimensions)
            raise UnknownNameError(
                f"{self.title} has no {name!r}.",
                mend=f"{closest(name, known)}it has {', '.join(known)}",
            )
        return self.dimensions[name]

    def to_internal(self, value: Any, name: str) -> Any:
        """A value for one of the model's names, as internal floats.

        A model without units takes plain numbers, and quantities of the unit it is shown in.
        """
        if not self.is_plain:
            return internal(value, self.dimension_of(name), name)
        self.dimension_of(name)
        number, dimension = measure(value, name)
        unit = self.display.get(name)
        if dimension is None:
            return number
        if unit is None:
            return internal(value, NONE, f"{name}, in a model without units,")
        return unit.from_internal(internal(value, unit.dimension, name))

    def from_internal(self, value: Any, name: str) -> Any:
        """Internal floats of one of the model's names as the user sees them."""
        unit = self.unit_of(name)
        if unit is None:
            return value
        return Quantity(value if self.is_plain else unit.from_internal(np.asarray(value)), unit)

    def replace(self, **values: Any) -> Model:
        """The same model with other parameter values.

        Raises:
            UnknownNameError: for a name that is not a parameter.
            UnitError: for a value of another dimension.
        """
        for key in values:
            if key not in self.parameters:
                hint = closest(key, list(self.parameters))
                raise UnknownNameError(
                    f"{self.title} has no parameter {key!r}.",
                    mend=f"{hint}its parameters are {', '.join(self.parameters) or 'none'}",
                )
        numbers = {key: self.to_internal(value, key) for key, value in values.items()}
        shown = {key: v.unit for key, v in values.items() if isinstance(v, Quantity)}
        checked = {key: self._parameter(key, value) for key, value in numbers.items()}
        new = self._copy()
        new._put(parameters={**self.parameters, **checked})
        if not self.is_plain:
            new._put(display={**self.display, **shown})
        return new

    def named(self, name: str, drive: Mapping[str, Any] | None = None, **changes: Any) -> Model:
        """The same model under another name, with its own current: how presets are made.

        Raises:
            ParameterError: for a change that is not of `dt`, `method`, `published` or `citation`.
        """
        for key in changes:
            if key not in {"dt", "method", "published", "citation"}:
                raise ParameterError(f"named() does not change {key!r}.", mend="use replace()")
        new = self._copy()
        new._put(name=name, **changes)
        if drive is not None:
            new._put(drive=arguments.drive_values(drive, self.inputs))
        return new

    def _copy(self) -> Model:
        new = object.__new__(Model)
        vars(new).update(vars(self))
        return new

    @property
    def title(self) -> str:
        """What to call the model at the beginning of a message."""
        return self.name or "The model"

    @property
    def called(self) -> str:
        """What to call it within a sentence."""
        return self.name or "the model"

    def latex(self) -> str:
        """The equations, the spike condition and the reset as LaTeX, in the author's form."""
        from rheobase.model.latex import model_latex

        return model_latex(self.equations, self.spike, self.reset)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def __repr__(self) -> str:
        head = f"<Model {self.name}>" if self.name else "<Model>"
        return "\n    ".join([head, *(e.line for e in self.equations)])
