"""Gap junctions on this machine: drawn, and laid out for the kernel as one linear system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.compiler.native import aligned
from rheobase.compiler.network import Coupled, Junctions
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine import draws
from rheobase.engine.circuit.coupling.layout import laid_out
from rheobase.engine.circuit.coupling.series import bend, falling, remainder, series
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.circuit.wires import asked
from rheobase.engine.connectivity import build
from rheobase.engine.keys import key
from rheobase.errors import ParameterError, located
from rheobase.model.expression import Expression
from rheobase.network.coupling import gain, leak
from rheobase.network.description import NetworkDescription
from rheobase.network.gap_junctions import GapJunction, check_conductances
from rheobase.network.population import View
from rheobase.network.rules import AllToAll, OneToOne
from rheobase.records import Record

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# A junction that makes its two cells alike so many times over in a step joins them for good;
# more would change no voltage and only cost terms.
_FIRMEST = 1e5
# What a cell's own leak takes of it in a step is known to the solver up to this. A faster one is
# left to the cell's own scheme, like all else that is not linear.
_MOST_LEAK = 1.0
# Nanoseconds that a term of the series takes for a node.
_TERM_NS = 4.0


class Drawn(Record, identity=True):
    """The junctions of one `GapJunction`.

    Attributes:
        junction: whose they are.
        pre: the cells at one end, numbered as in their population.
        post: those at the other.
        conductances: internal.
    """

    junction: GapJunction
    pre: Indices
    post: Indices
    conductances: Floats


def drawn_junctions(
    network: NetworkDescription, drawn: Mapping[str, Mapping[str, Any]], threads: int, target: str
) -> list[Drawn]:
    """Draw all gap junctions of a network, those without conductance left out, sorted by name.

    They depend on the seed and their names alone, so a network that was saved draws them again.

    Raises:
        ParameterError: for a rule that cannot be met, or a negative conductance.
    """
    found = []
    for name in sorted(network.gap_junctions):
        junction = network.gap_junctions[name]
        with located(junction.where, beneath=True):
            found.append(_drawn(network, junction, drawn, threads, target))
    return [one for one in found if len(one.pre)]


def _drawn(
    network: NetworkDescription,
    junction: GapJunction,
    drawn: Mapping[str, Mapping[str, Any]],
    threads: int,
    target: str,
) -> Drawn:
    pre, post, given = junction.pre, junction.post, junction.conductances
    own = key(network.seed, "gap junction", junction.name)
    rows = build(
        junction.rule,
        pre.index,
        post.index,
        pre.population.n,
        post.population.n,
        own,
        same=pre.population is post.population,
        pre_positions=pre.population.positions,
        post_positions=post.population.positions,
        ordered=isinstance(given, np.ndarray) and isinstance(junction.rule, AllToAll),
        threads=threads,
        target=target,
    )
    about = partial(asked, given, junction, drawn)
    pairs = None
    if isinstance(junction.rule, AllToAll):
        pairs = len(pre) * len(post)
    elif isinstance(junction.rule, OneToOne):
        pairs = len(pre)
    values = draws.synapse_weights(given, rows, own, about, "float64", pairs=pairs, target=target)
    ends = rows.sources().astype(np.int64), rows.targets.astype(np.int64)
    conductances = np.array(np.broadcast_to(values, ends[0].shape), np.float64)
    check_conductances(conductances)
    kept = conductances > 0
    if junction.is_halved:
        kept &= ends[0] < ends[1]
    return Drawn(junction, ends[0][kept], ends[1][kept], conductances[kept])


def coupled(
    network: NetworkDescription,
    parts: list[Part],
    drawn: Mapping[str, Mapping[str, Any]],
    threads: int,
    target: str,
) -> Coupling | None:
    """The gap junctions of a network, drawn and brought into place; None where none is drawn.

    Raises:
        ParameterError: for a rule that cannot be met, a negative conductance, or a current that
            would lower a voltage where it flows in.
    """
    found = drawn_junctions(network, drawn, threads, target)
    return Coupling(parts, found) if found else None


class Coupling:
    """All gap junctions of a network as one linear system; see `compiler/kernels/gap.py`.

    Args:
        parts: the populations, in their canonical order.
        junctions: what was drawn; one at least.

    Attributes:
        plan: what shapes the kernel.
        arrays: what the kernel is given, by name.
        numbers: the scalars that it is given.
    """

    def __init__(self, parts: list[Part], junctions: list[Drawn]) -> None:
        self._parts = {part.name: part for part in parts if isinstance(part, NeuronPart)}
        places = {part.name: k for k, part in enumerate(parts)}
        ends = [_ends(one) for one in junctions]
        names = sorted({end for pair in ends for end in pair}, key=lambda e: (places[e[0]], e[1]))
        # The cells of each state, and the node of each cell.
        self._cells = {name: self._cells_of(name, junctions) for name in names}
        first = np.cumsum([0, *(len(cells) for cells in self._cells.values())])
        self._first = dict(zip(names, first[:-1].tolist(), strict=True))
        self.n = int(first[-1])
        rates = np.concatenate([self._rates(name, junctions) for name in names])
        leaks, sloped = self._known_leaks(names)
        rectified = any(one.junction.rectification is not None for one in junctions)
        self.plan = Junctions(
            tuple(self._coupled(places[name[0]], name, junctions) for name in names),
            rectified,
            sloped,
        )
        self._edges = self._directed(junctions, rates)
        least, falls = float(np.min(leaks)), falling(leaks)
        fall = float(falling(np.array(least)))
        self._nodes_own = {
            "rate": rates,
            "excess": leaks - least,
            "lift": fall / falls - 1.0,
            "current": 1.0 / (rates * falls),
        }
        bound = self._bound(rates, leaks - least)
        self.arrays: dict[str, np.ndarray] = _coefficients(bound, least, sloped)
        self.numbers: dict[str, Any] = {"scale": 2.0 / bound, "fall": fall}
        for series_of in ("pull", "share"):
            self.numbers[f"degree_{series_of}"] = len(self.arrays[series_of]) - 1
        for part, state in names:
            self._make_memory(self._parts[part], state)

    def _make_memory(self, part: NeuronPart, state: str) -> None:
        """What is kept of each cell from step to step; there is no slope before the first."""
        part.arrays[f"shared_{state}"] = aligned(part.n)
        if self.plan.sloped:
            part.arrays[f"bent_{state}"] = aligned(part.n)
            part.arrays[f"bent_{state}"][:] = np.inf

    @property
    def step_ns(self) -> float:
        """About how long one thread takes for a step."""
        return self.n * self.meetings * _TERM_NS

    @property
    def meetings(self) -> int:
        """How often threads meet in a step: before each sweep, and when it is done."""
        return len(self.arrays["pull"]) + len(self.arrays["share"]) + 2

    def share_out(self, threads: int) -> None:
        """Lay the nodes out for so many threads."""
        arrays, stride = laid_out(self.n, self._edges, threads, self.plan.rectified)
        place = arrays.pop("place")
        edges = arrays.pop("node_edges")
        for what, values in self._nodes_own.items():
            arrays[what] = np.empty(self.n)
            arrays[what][place] = values
        for k, (name, cells) in enumerate(self._cells.items()):
            own = place[self._first[name] : self._first[name] + len(cells)]
            owner = np.searchsorted(edges, own, side="right") - 1
            # A thread reads and writes its own nodes, in the order of the cells.
            order = np.argsort(owner, kind="stable")
            arrays[f"neuron_{k}"] = cells[order].astype(np.int32)
            arrays[f"node_{k}"] = own[order].astype(np.int32)
            arrays[f"edges_{k}"] = np.searchsorted(owner[order], np.arange(threads + 1))
        self.arrays |= arrays
        self.numbers["stride"] = stride

    def _coupled(self, place: int, name: tuple[str, str], junctions: Iterable[Drawn]) -> Coupled:
        """What of a state's population the kernel depends on."""
        plan, state = self._parts[name[0]].population.plan, name[1]
        model, counter = plan.step.model, None
        if state in model.held:
            counter = "refractory" if plan.inner is None else "remaining"
        return Coupled(
            place,
            state,
            _way(name, junctions)[1],
            counter,
            arrives=any(arrival.state == state for arrival in plan.arrivals),
            jumps=any(update.name == state for update in model.reset),
        )

    def _cells_of(self, name: tuple[str, str], junctions: Iterable[Drawn]) -> Indices:
        cells = []
        for one in junctions:
            for end, index in zip(_ends(one), (one.pre, one.post), strict=True):
                if end == name:
                    cells.append(index)
        return np.unique(np.concatenate(cells))

    def _nodes(self, end: tuple[str, str], index: Indices) -> Indices:
        found: Indices = self._first[end] + np.searchsorted(self._cells[end], index)
        return found

    def _rates(self, name: tuple[str, str], junctions: Iterable[Drawn]) -> Floats:
        """The kappa dt of each cell of a state."""
        part, state = self._parts[name[0]], name[1]
        view, into, where = _way(name, junctions)
        kappa = self._evaluated(part, gain(view, state, into))
        cells = self._cells[name]
        wrong = ~(np.isfinite(kappa[cells]) & (kappa[cells] > 0))
        if wrong.any():
            cell = int(cells[np.argmax(wrong)])
            raise ParameterError(
                f"{into} would move {state} of neuron {cell} by {kappa[cell]:g} times itself; "
                "a current that flows in must raise a voltage.",
                where=where,
                mend="give the model a positive capacitance, and an inward current a plus",
            )
        found: Floats = kappa[cells] * part.population.values["dt"]
        return found

    def _known_leaks(self, names: list[tuple[str, str]]) -> tuple[Floats, bool]:
        """The a dt of each node, and whether what else moves it is followed within the step.

        Neither may be where a scheme is of first order: it takes larger steps than it can follow.
        """
        steps = {part: self._parts[part].population.plan.step for part, _ in names}
        rates = {name: leak(steps[name[0]].model, name[1]) for name in names}
        follows = all(step.order >= 2 for step in steps.values())
        if not follows or any(rate is None for rate in rates.values()):
            return np.zeros(self.n), follows
        found = [self._leaks(name, rate) for name, rate in rates.items() if rate is not None]
        return np.concatenate(found), False

    def _leaks(self, name: tuple[str, str], rate: Expression) -> Floats:
        """The a dt of each cell of a state, as far as the solver may know it."""
        part = self._parts[name[0]]
        own = self._evaluated(part, rate)[self._cells[name]] * part.population.values["dt"]
        found: Floats = np.clip(np.nan_to_num(own), 0.0, _MOST_LEAK)
        return found

    @staticmethod
    def _evaluated(part: NeuronPart, expression: Expression) -> Floats:
        """An expression of parameters, for each neuron."""
        population = part.population
        known = population.plan.step.model.parameters.keys()
        values = {k: v for k, v in population.values.items() if k in known}
        found: Floats = np.broadcast_to(evaluate(expression, values), (part.n,))
        return found

    def _directed(self, junctions: Iterable[Drawn], rates: Floats) -> dict[str, np.ndarray]:
        """Each junction from both its ends: rows, others, and conductances below and above them.

        They are sorted by row, and in a row as the junctions are.
        """
        rows, others, below, above = [], [], [], []
        for one in junctions:
            ends = _ends(one)
            pre, post = self._nodes(ends[0], one.pre), self._nodes(ends[1], one.post)
            most = _FIRMEST / np.maximum(rates[pre], rates[post])
            full = np.minimum(one.conductances, most)
            left = one.junction.rectification
            # While pre is below post, it sees itself below the other, and post itself above.
            less = full if left is None else left * full
            rows += [pre, post]
            others += [post, pre]
            below += [less, full]
            above += [full, less]
        row = np.concatenate(rows)
        order = np.argsort(row, kind="stable")
        every = {"row": row, "other": np.concatenate(others)}
        every |= {"below": np.concatenate(below), "above": np.concatenate(above)}
        return {name: values[order] for name, values in every.items()}

    def _bound(self, rates: Floats, excess: Floats) -> float:
        """No eigenvalue is larger than the largest sum of a row's absolute values (Gershgorin)."""
        full = np.maximum(self._edges["below"], self._edges["above"])
        return float(np.max(excess + 2.0 * rates * np.bincount(self._edges["row"], full, self.n)))


def _coefficients(bound: float, least: float, sloped: bool) -> dict[str, np.ndarray]:
    """Those of the series of a step, by name."""
    fall = falling(np.array(least))
    found = {
        "pull": series(lambda z: falling(least + z) / fall, bound),
        "share": series(lambda z: remainder(z, least), bound),
    }
    if sloped:
        # The kernel takes the terms of both at once.
        slopes = series(lambda z: -bend(z), bound)
        most = max(len(slopes), len(found["share"]))
        found["share"] = np.pad(found["share"], (0, most - len(found["share"])))
        found["slopes"] = np.pad(slopes, (0, most - len(slopes)))
    return found


def _ends(one: Drawn) -> tuple[tuple[str, str], tuple[str, str]]:
    junction = one.junction
    return (junction.pre.name, junction.state[0]), (junction.post.name, junction.state[1])


def _way(name: tuple[str, str], junctions: Iterable[Drawn]) -> tuple[View, str, str]:
    """A view of a state's population, the input that its currents take, and a place for errors."""
    for one in junctions:
        junction = one.junction
        views = junction.pre, junction.post
        for view, end, into in zip(views, _ends(one), junction.into, strict=True):
            if end == name:
                return view, into, junction.where
    raise KeyError(name)
