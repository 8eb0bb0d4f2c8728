"""The `Model`: an immutable neuron, written once as its equations. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rheobase.errors import EquationError, ParameterError, UnknownNameError, closest
from rheobase.model.checks import check_parameter, inferred_dimensions
from rheobase.model.equations import Update, read_condition, read_equations, read_updates
from rheobase.model.expression import Expression, Number, Operation, Symbol, names
from rheobase.model.latex import equation_latex, expression_latex
from rheobase.model.parse import parse_expression
from rheobase.model.removable import remove_singularities
from rheobase.model.structure import (
    Structure,
    check_kinds,
    ordered_definitions,
    resolve_names,
    unused_definitions,
)
from rheobase.units.dimension import NONE, TIME, Dimension
from rheobase.units.door import internal, measure
from rheobase.units.quantity import Quantity, Unit
from rheobase.units.table import find_unit, preferred_unit


@dataclass(frozen=True)
class Published:
    """A model's update as its authors coded it, offered as ``method="published"``.

    Attributes:
        updates: assignments in the language, in order, over the states, inputs and ``dt``.
        dt: the authors' time step, in the model's time unit.
        label: how many steps after the end of a step its spikes are stamped (their clock, not ours).
        source: where the code is.
        drive: the current as their code applies it, by input; None where it is the model's own.
        duration: how long their run lasts, in the model's time unit; None where they do not say.
    """

    updates: str
    dt: float
    label: int = 0
    source: str = ""
    drive: Mapping[str, Any] | None = None
    duration: float | None = None


class Model:
    """A neuron: states, parameters, inputs, equations, the spike condition and the reset.

    Args:
        text: one equation a line: ``C * dv/dt = ...`` for a state, ``name = expression`` for a named
            expression. A named expression that nothing else uses is an output.
        spike: the condition that makes a spike, for example ``"v > V_T"``. With a reset the neuron fires
            whenever it holds at the end of a step; without one, on its rising edge.
        reset: assignments made at a spike: ``"v = V_R; w += b"``.
        refractory: how long the reset state of the spike condition is held: a quantity or an expression.
        parameters: values by name: quantities, or plain numbers where the model has no units. Arrays make
            a heterogeneous population.
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

    Raises:
        EquationError: for text that is not a model, with a caret.
        UnitError: when dimensions disagree, with a caret.
        UnknownNameError: for a name nobody defined.
        ParameterError: for a value that is out of range.
    """

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
        dt: Quantity | None = None,
        time: Unit | None = None,
        display: Mapping[str, Unit] | None = None,
        published: Published | None = None,
        name: str = "",
        citation: str = "",
    ) -> None:
        self.text, self.name, self.citation = text, name, citation
        self.method, self.dt, self.at_rest, self.published = method, dt, at_rest, published
        self.drive = dict(drive or {})
        given = dict(parameters or {})
        if refractory is not None and not isinstance(refractory, str):
            given, refractory = {**given, "refractory_period": refractory}, "refractory_period"
        units = _input_units(inputs)
        measured = {key: measure(value, f"parameter {key}") for key, value in given.items()}
        starts, constants = _initial_expressions(initial or {})
        structure = Structure(
            tuple(read_equations(text)),
            None if spike is None else read_condition(spike),
            read_updates(reset or ""),
            None if refractory is None else parse_expression(refractory),
            starts,
        )
        self.inputs = tuple(units)
        structure, has_units = resolve_names(structure, set(measured) | set(units))
        quantities = (
            [d for _, d in measured.values()] + list(constants.values()) + list(units.values())
        )
        self.is_plain = not has_units and all(d is None for d in quantities)
        self.time_unit: Unit = time or preferred_unit(TIME)
        self.display: dict[str, Unit] = dict(display or {})
        self._check_structure(structure)
        if not self.is_plain:
            self.dimensions = inferred_dimensions(structure, measured, units, constants)
            for key, value in given.items():
                if isinstance(value, Quantity):
                    self.display.setdefault(key, value.unit)
        else:
            known = [*structure.states, *structure.definitions, *units, *measured]
            self.dimensions = dict.fromkeys(known, NONE)
        self.equations = structure.equations
        self.states = structure.states
        self.spike, self.reset, self.refractory = (
            structure.spike,
            structure.reset,
            structure.refractory,
        )
        self.initial = {s: structure.initial.get(s, Number(0.0)) for s in self.states}
        self.outputs = tuple(outputs) if outputs is not None else unused_definitions(structure)
        self._make_safe(structure)
        self.parameters = {key: self._parameter(key, value) for key, (value, _) in measured.items()}

    def _check_structure(self, structure: Structure) -> None:
        for equation in structure.equations:
            check_kinds(equation.left, condition=False)
            check_kinds(equation.right, condition=False)
        if structure.spike is not None:
            check_kinds(structure.spike, condition=True)
        for update in structure.reset:
            check_kinds(update.value, condition=False)
            if update.name not in structure.states:
                raise UnknownNameError(
                    f"The reset assigns {update.name!r}, which is not a state.",
                    where=f"  {update.line}",
                    mend=f"the states are {', '.join(structure.states) or 'none'}",
                )
        if structure.reset and structure.spike is None:
            raise EquationError(
                "There is a reset but no spike condition.", mend='add spike="v > V_T"'
            )
        for state in structure.initial:
            if state not in structure.states:
                hint = closest(state, list(structure.states))
                raise UnknownNameError(
                    f"initial= names {state!r}, which is not a state.",
                    mend=f"{hint}the states are {', '.join(structure.states) or 'none'}",
                )
        if not self.is_plain:
            return
        for name, unit in self.display.items():
            if not isinstance(unit, Unit):
                raise ParameterError(f"display= gives {name!r} no unit.", mend="display=dict(v=mV)")

    def _make_safe(self, structure: Structure) -> None:
        """What is computed: derivatives and definitions with removable 0/0 taken out."""
        varying = {*self.states, *self.inputs, *structure.definitions, "t"}
        definitions = ordered_definitions(structure.definitions)
        self.definitions = {
            key: remove_singularities(value, definitions, varying)
            for key, value in definitions.items()
        }
        self.derivatives = {
            e.name: remove_singularities(e.value, definitions, varying)
            for e in structure.equations
            if e.kind == "ode"
        }

    def _parameter(self, key: str, value: Any) -> Any:
        only_refractory = self.refractory == Symbol(key)
        return check_parameter(key, value, self.dimensions[key], self.is_plain, only_refractory)

    @property
    def noises(self) -> tuple[str, ...]:
        """The white-noise terms that the derivatives mention (`xi`, `xi_a`, ...)."""
        found: set[str] = set()
        for expression in [*self.derivatives.values(), *self.definitions.values()]:
            found |= {n for n in names(expression) if n == "xi" or n.startswith("xi_")}
        return tuple(sorted(found))

    @property
    def held(self) -> tuple[str, ...]:
        """The states held during the refractory period: set by the reset and read by the condition."""
        if self.refractory is None or self.spike is None:
            return ()
        watched = names(self.spike)
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
        new = self._copy()
        new.parameters = self.parameters | {k: self._parameter(k, v) for k, v in numbers.items()}
        new.display = self.display | shown
        return new

    def named(self, name: str, drive: Mapping[str, Any] | None = None, **changes: Any) -> Model:
        """The same model under another name, with its own current: how presets are made."""
        new = self._copy()
        new.name, new.drive = name, dict(self.drive if drive is None else drive)
        for key in changes:
            if key not in {"dt", "method", "published", "initial", "citation"}:
                raise ParameterError(f"named() does not change {key!r}.", mend="use replace()")
        vars(new).update(changes)
        return new

    def _copy(self) -> Model:
        new = object.__new__(Model)
        vars(new).update(vars(self))
        return new

    @property
    def title(self) -> str:
        """What to call the model in a message."""
        return self.name or "The model"

    def latex(self) -> str:
        """The equations, the spike condition and the reset as LaTeX, in the author's form."""
        lines = [equation_latex(e.left, e.right) for e in self.equations]
        source = "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"
        if self.spike is None:
            return source
        source += f"\n\\text{{spike when }} {expression_latex(self.spike)}"
        for update in self.reset:
            arrow = rf"{expression_latex(Symbol(update.name))} \leftarrow {_update_latex(update)}"
            source += f", \\quad {arrow}"
        return source

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def __repr__(self) -> str:
        head = f"<Model {self.name}>" if self.name else "<Model>"
        return "\n    ".join([head, *(e.line for e in self.equations)])


def _update_latex(update: Update) -> str:
    if not update.op:
        return expression_latex(update.value)
    return expression_latex(Operation(update.op, Symbol(update.name), update.value))


def _input_units(inputs: Mapping[str, Any] | Iterable[str]) -> dict[str, Dimension | None]:
    """Inputs by name with their dimension; None where it is left to the equations."""
    if isinstance(inputs, str):
        inputs = [inputs]
    if not isinstance(inputs, Mapping):
        return dict.fromkeys(inputs, None)
    units: dict[str, Dimension | None] = {}
    for name, unit in inputs.items():
        if isinstance(unit, str):
            found = find_unit(unit)
            unit = found if found is not None else measure(f"1 {unit}", f"input {name}")[1]
        if unit is None or isinstance(unit, Dimension):
            units[name] = unit
        elif isinstance(unit, (Unit, Quantity)):
            units[name] = unit.dimension
        else:
            units[name] = measure(unit, f"input {name}")[1]
    return units


def _initial_expressions(
    initial: Mapping[str, Any],
) -> tuple[dict[str, Expression], dict[str, Dimension]]:
    """First values as expressions, and the dimensions of those given as quantities."""
    expressions: dict[str, Expression] = {}
    dimensions: dict[str, Dimension] = {}
    for state, value in initial.items():
        if isinstance(value, str):
            expressions[state] = parse_expression(value)
            continue
        number, dimension = measure(value, f"initial {state}")
        if np.ndim(number):
            raise ParameterError(
                f"initial= gives {state!r} an array.", mend="give simulate(initial=...) the array"
            )
        expressions[state] = Number(float(number), dimension or NONE)
        if dimension is not None:
            dimensions[state] = dimension
    return expressions, dimensions
