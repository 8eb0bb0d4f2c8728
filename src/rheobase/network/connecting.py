"""From the arguments of `net.connect` to a `Projection`."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ParameterError, RheobaseError, UnitError
from rheobase.model.composition import arrival_state, joined
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.network.arrays import Array
from rheobase.network.dale import check_given
from rheobase.network.delays import check_times
from rheobase.network.door import check_name, read_value
from rheobase.network.feasible import check_rule
from rheobase.network.learning import as_modulator, as_one, check_bounds, read_beyond
from rheobase.network.learning import as_rule as as_learning_rule
from rheobase.network.modulators import check_meant
from rheobase.network.population import Population, View, free_name
from rheobase.network.projection import Projection, place
from rheobase.network.properties import synapse_names
from rheobase.network.rules import AllToAll, Distance, OneToOne, Rule, edges
from rheobase.network.rules import Edges as EdgeList
from rheobase.network.values import tidy
from rheobase.units.dimension import NONE, TIME
from rheobase.units.door import internal
from rheobase.units.quantity import Unit, short
from rheobase.units.table import describe, preferred_unit

if TYPE_CHECKING:
    from rheobase.model.learning import LearningRule
    from rheobase.network.delay_parts import DelayParts

PRECISIONS = ("float32", "float64")


def made_projection(
    taken: Collection[str],
    pre: View,
    post: View,
    *,
    synapse: Any,
    rule: Any,
    weight: Any,
    delay: Any,
    plasticity: Any,
    axonal: Any = None,
    dendritic: Any = None,
    modulator: View | None,
    name: Any,
    precision: Any,
    dt: float,
) -> Projection:
    """A projection; the arguments are those of `NetworkDescription.connect`, but for two.

    `taken` has the names that there are, and `dt` is the network's time step (ms).

    Raises:
        RheobaseError: as `NetworkDescription.connect` does.
    """
    if name is None:
        name = free_name(f"{pre.name}->{post.name}", taken)
    name = check_name(name, "projection", taken)
    where = place(name, pre, post)
    if getattr(synapse, "is_graded", False):
        from rheobase.network.graded import made_graded

        without = {
            "plasticity": plasticity, "axonal": axonal, "dendritic": dendritic,
            "modulator": modulator,
        }  # fmt: skip
        how = {"rule": rule, "weight": weight, "delay": delay, "precision": precision}
        return made_graded(name, (pre, post), synapse, without, how, dt, where)
    target = _check_ends(pre, post, where)
    synapse = _as_synapse(synapse, where)
    if synapse.pulse is not None:
        from rheobase.network.kinetics import check_pulse

        check_pulse(synapse, plasticity, dt, where)
    plasticity = as_one(plasticity, where)
    reads = read_beyond(plasticity, target)
    composite, state = _composite(post.population, target, synapse, where, reads)
    is_bare, (rule, weight) = weight is None, as_rule(rule, weight, pre, post, where)
    if is_bare:
        check_bare(composite, state, where)
    check_rule(rule, pre, post, where)
    check_precision(precision, where)
    learns = as_learning_rule(plasticity, composite, state, where)
    weights = _weights(weight, rule, (pre, post), composite, state, where)
    parts, delays = _delays(
        delay, {"axonal": axonal, "dendritic": dendritic}, learns, rule, (pre, post), dt, where
    )
    projection = Projection(
        name, pre, post, synapse, rule,
        weight=tidy(weight), delay=tidy(delay), weights=weights, delays=delays,
        delay_parts=parts, precision=precision, composite=composite, state=state, plasticity=learns,
        modulator=as_modulator(modulator, learns, where),
    )  # fmt: skip
    check_given(projection)
    if isinstance(weights, (float, np.ndarray)):
        check_bounds(projection, weights)
    return projection


def as_rule(rule: Any, weight: Any, pre: View, post: View, where: str) -> tuple[Rule, Any]:
    """A rule, and the weight that comes with it where it is a sparse matrix.

    Of a matrix the rows are sources and the columns targets. Its values are the weights where none
    are given; a bare unit as weight (``weight=nS``) says in which unit they are.
    """
    if hasattr(weight, "tocoo"):
        raise ParameterError(
            "The weight is a sparse matrix, which says itself which synapses there are.",
            where=where,
            mend="give it as rule=, in place of the rule, and leave weight= out, or give the unit "
            "of its entries there, as in weight=nS",
        )
    if isinstance(rule, Rule):
        if weight is None:
            raise ParameterError(
                "There is no weight.", where=where, mend="give weight=, for example 0.5 * nS"
            )
        return rule, weight
    if callable(rule) and not hasattr(rule, "tocoo"):
        raise ParameterError(
            f"The rule is {short(rule)}, which is not yet called.",
            where=where,
            mend="call it, as in rb.all_to_all() or rb.bernoulli(0.1)",
        )
    if not hasattr(rule, "tocoo"):
        raise ParameterError(
            f"The rule is {short(rule)}.",
            where=where,
            mend="use rb.all_to_all(), rb.bernoulli(p), rb.edges(pre, post), or a sparse matrix",
        )
    if tuple(rule.shape) != (len(pre), len(post)):
        raise ParameterError(
            f"The sparse matrix has the shape {tuple(rule.shape)}, and it connects {len(pre)} "
            f"neurons to {len(post)}.",
            where=where,
            mend="rows are sources and columns targets",
        )
    entries = rule.tocoo()
    values = np.asarray(entries.data)
    listed = edges(np.asarray(entries.row, np.int64), np.asarray(entries.col, np.int64))
    if weight is None:
        weight = values
    elif isinstance(weight, Unit):
        weight = values * weight
    return listed, weight


def check_precision(precision: Any, where: str) -> None:
    """A precision of weights is one of the two, or None.

    Raises:
        ParameterError: for anything else.
    """
    if precision is not None and precision not in PRECISIONS:
        raise ParameterError(
            f"precision= is {short(precision)}.", where=where, mend="float32 or float64"
        )


def check_bare(composite: Any, state: str, where: str) -> None:
    """The values of a sparse matrix are weights by themselves only where weights have no unit."""
    due = composite.dimension_of(state)
    if not composite.is_plain and due != NONE:
        raise UnitError(
            f"The values of the sparse matrix are bare numbers where {describe(due)} is due.",
            where=where,
            mend=f"say in which unit they are: weight={preferred_unit(due).name}",
        )


def _check_ends(pre: View, post: View, where: str) -> Model:
    source, target = pre.population.model, post.population.model
    if not isinstance(target, Model):
        raise ParameterError(
            f"{post.name!r} is a source of spikes, {target}, and receives none.",
            where=where,
            mend="connect it as pre, or connect into a population of neurons",
        )
    if isinstance(source, Model) and source.spike is None:
        raise ParameterError(
            f"{pre.name!r} sends no spikes: {source.called} has no spike condition.",
            where=where,
            mend='give the model one: spike="v > V_T"; an output is sent by synapse=rb.Graded()',
        )
    return target


def _as_synapse(synapse: Any, where: str) -> Synapse:
    if isinstance(synapse, Synapse):
        return synapse
    if isinstance(synapse, Model) and "T" in synapse.inputs:
        from rheobase.network.kinetics import as_receptor

        return as_receptor(synapse, where)
    is_function = callable(synapse)
    raise ParameterError(
        f"The synapse is {short(synapse)}{', which is not yet called' if is_function else ''}.",
        where=where,
        mend="for example rb.Exponential(5 * ms), rb.Delta(), or rb.AMPAKinetics()",
    )


def _composite(
    population: Population, target: Model, synapse: Synapse, where: str, reads: set[str]
) -> tuple[Model, str]:
    """The target with this receptor alone, and the state that a weight is added to.

    `reads` has the states that a learning rule reads of the target and a neuron alone does not
    have: those of modulators are then there too.
    """
    for other in population.incoming:
        if other.synapse == synapse and reads <= {*other.composite.states}:
            return other.composite, other.state
    check_meant(population, synapse, where)
    # A modulator may scale what the receptors have that are connected already.
    others = population.ports if synapse.is_modulator or reads else {}
    if reads:
        others = {label: port for label, port in others.items() if port.name != synapse.name}
    try:
        composite = joined(target, {**others, synapse.name: synapse})
    except RheobaseError as error:
        error.where = f"{error.where}\n{where}" if error.where else where
        raise
    return composite, arrival_state(synapse.name, synapse)


def _weights(
    weight: Any, rule: Rule, ends: tuple[View, View], composite: Model, state: str, where: str
) -> Any:
    dimension = composite.dimension_of(state)

    def convert(value: Any) -> Any:
        if composite.is_plain:
            return composite.to_internal(value, state)
        return internal(value, dimension, "The weight")

    read = read_value(
        weight, convert=convert, known=synapse_names(*ends), due=dimension, what="the weight",
        where=where,
    )  # fmt: skip
    return one_a_synapse(read, "weight", rule, ends, where)


def _delays(
    delay: Any,
    parts: dict[str, Any],
    learns: LearningRule | None,
    rule: Rule,
    ends: tuple[View, View],
    dt: float,
    where: str,
) -> tuple[DelayParts | None, Any]:
    """How delays are divided, None where nothing is said of it; and the whole delays."""

    def read(given: Any, what: str) -> Any:
        convert = partial(internal, dimension=TIME, what=f"{what[0].upper()}{what[1:]}")
        found = read_value(
            given, convert=convert, known=synapse_names(*ends), due=TIME, what=what, where=where
        )
        return one_a_synapse(found, what.removeprefix("the "), rule, ends, where)

    divided = None
    if any(given is not None for given in parts.values()):
        from rheobase.network.delay_parts import delay_parts, whole_of

        divided = delay_parts(**parts, delay=delay, rule=learns, read=read, dt=dt, where=where)
        if divided.make_the_whole:
            whole = whole_of(divided)
            if whole is None:
                return divided, divided.times["dendritic"]
            check_times(whole, dt, where, 1, "The axonal and the dendritic delay together")
            return divided, whole
    if delay is None:
        raise ParameterError(
            "There is no delay.",
            where=where,
            mend=f"give delay=, at least dt: {dt:g} * ms",
        )
    found = read(delay, "the delay")
    check_times(found, dt, where)
    if divided is not None:
        divided.check(found, where)
    return divided, found


def one_a_synapse(read: Any, what: str, rule: Rule, ends: tuple[View, View], where: str) -> Any:
    """An array has one value for each of the synapses that the rule lists, in its order.

    Raises:
        ParameterError: for an array of another shape, or with a rule that draws.
    """
    if not isinstance(read, np.ndarray):
        return read
    shapes: list[tuple[int, ...]]
    match rule:
        case EdgeList():
            shapes, due = [(len(rule.pre),)], f"{len(rule.pre)}, one an edge"
        case OneToOne():
            shapes, due = [(len(ends[0]),)], f"{len(ends[0])}, one a pair"
        case AllToAll():
            matrix = (len(ends[0]), len(ends[1]))
            shapes, due = [matrix], f"a matrix of {matrix[0]} sources by {matrix[1]} targets"
        case _:
            raise ParameterError(
                f"The {what} is an array, and {rule} draws its synapses.",
                where=where,
                mend="an array goes with rb.edges, rb.one_to_one, rb.all_to_all or a sparse "
                "matrix; use a distribution or an expression here",
            )
    if read.shape not in shapes:
        raise ParameterError(
            f"The {what} has the shape {read.shape}.", where=where, mend=f"give {due}"
        )
    flat: Array = read.ravel()
    return flat


def as_view(end: Any, populations: Any, what: str) -> View:
    """A population, a view of one, or the name of one, as a view.

    Raises:
        ParameterError: for a population of another network, or anything else.
        UnknownNameError: for a name that no population has.
    """
    from rheobase.errors import UnknownNameError
    from rheobase.network.door import unknown_hint

    if isinstance(end, str):
        if end not in populations:
            raise UnknownNameError(
                f"There is no population {end!r}.",
                mend=unknown_hint(end, populations, "there are"),
            )
        end = populations[end]
    view = end[:] if isinstance(end, Population) else end
    if not isinstance(view, View):
        raise ParameterError(
            f"{what} is {short(end)}.", mend="give a population, a view of one, or its name"
        )
    if populations.get(view.name) is not view.population:
        raise ParameterError(
            f"{view.name!r} is a population of another network.", mend="add it to this one"
        )
    return view


def period_of(rule: Rule) -> float | None:
    """The period of space (um) that a projection's rule goes by."""
    return rule.period if isinstance(rule, Distance) else None
