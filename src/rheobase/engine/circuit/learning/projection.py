"""A projection that learns, on this machine: its synapses with their states, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from rheobase.compiler.kernels.exchange import NARROW, WIDE
from rheobase.compiler.kernels.learning.columns import turn_columns
from rheobase.compiler.learning import POST, PRE, SHARED, WEIGHT, WHILE, LearningPlan
from rheobase.compiler.machine import LIGHT
from rheobase.compiler.network import TARGET, Learner
from rheobase.compiler.pipeline import load
from rheobase.engine.circuit.layout import Integers
from rheobase.engine.circuit.learning.between import check_rates, flow_table
from rheobase.engine.circuit.learning.bounds import bounds_of, present
from rheobase.engine.circuit.learning.delay_classes import arranged
from rheobase.engine.circuit.learning.firsts import first_states
from rheobase.engine.circuit.learning.kernels import Workshop
from rheobase.engine.circuit.learning.rules import learning_plan, longest_epoch
from rheobase.engine.circuit.learning.units import Units
from rheobase.engine.circuit.part import Part
from rheobase.engine.circuit.sizes import refuse_too_many
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.circuit.wiring import WEIGHT_TYPES, divided, signed
from rheobase.engine.connectivity import Rows
from rheobase.errors import ParameterError, located
from rheobase.model.expression import Expression
from rheobase.model.learning import BoundRule
from rheobase.network.dale import weight_sign
from rheobase.network.learning import bound
from rheobase.network.projection import Projection

# Of a synapse whose states change between events: the tick of the epoch to which they are known,
# and what stands for that of the moment in which the synapse is made.
LAST, NOW = "last", -1
_FLOATS = {"f32": np.float32, "f64": np.float64}
_WIDTHS = {"float32": "f32", "float64": "f64"}


class LearningWiring:
    """The synapses of one projection that learns.

    Args:
        wire: them, with their rule.
        workshop: where its kernels are written.
        source: the presynaptic population.
        target: the postsynaptic one.
        modulator: the population whose spikes modulate it, if there is one.
        seed: of the numbers that it draws.
        dt: the step (ms).
        clock: at which tick it begins.

    Attributes:
        learn: the kernel.
        ahead: what of it comes before the neurons' step; None for nothing.
        state: the state of the target that is transmitted to.
        slice_length: how many steps a slice may have for its sake.
        is_plastic: whether its weights change; see `rest`.
    """

    sends_spikes = True

    def __init__(
        self,
        wire: Wire,
        workshop: Workshop,
        source: Part,
        target: Part,
        modulator: Part | None,
        seed: int,
        dt: float,
        clock: int = 0,
    ) -> None:
        self.name, self.state = wire.projection.name, wire.state
        self.source, self.target, self.modulator = source, target, modulator
        self.seed, self.arrays, self.numbers = seed, dict[str, np.ndarray](), dict[str, Any]()
        self.is_plastic = True
        refuse_too_many(wire.projection, wire.rows.count)
        self.classes, self.row_starts, wire = arranged(wire)
        self.rows, self._learned = wire.rows, wire.learned
        self._is_new = wire.learned is None or clock == 0
        rule, width = _bound(wire.projection), wire.projection.precision or "float64"
        self.values = {**rule.parameters, "dt": dt / rule.plain_time}
        self.weight = wire.weights
        if WEIGHT in rule.scopes:
            # Its own: what was drawn stays as it was.
            self.weight = np.array(np.broadcast_to(self.weight, (self.rows.count,)), width)
        self.units = self._units(rule, workshop, dt)
        self.plan = self._plan(rule, _WIDTHS[width], weight_sign(wire.projection))
        kernels = workshop.rule(self.plan)
        self.learn, self.ahead, self.constants = kernels.learn, kernels.ahead, kernels.constants
        self.epoch = longest_epoch(self.plan, self.values)
        self._check_learned()
        with located(wire.projection.where):
            self.states, self.begins = self._states(wire.projection, rule, clock), rule.begins
            own = {n: self.states[n] for n, v in rule.varying.items() if v.is_parameter}
            check_rates(self.plan, self.values | own)
        for part in (source, target, modulator):
            if part is not None:
                longest = max(self.classes.axonal.max(), self.classes.dendritic.max())
                part.memory = max(part.memory, int(longest) + 1)

    def _units(self, rule: BoundRule, workshop: Workshop, dt: float) -> dict[str, Units]:
        """The units of each scope that the rule has."""
        sizes = {
            PRE: self.source.n * len(self.classes.axonal),
            POST: self.target.n * len(self.classes.dendritic),
            SHARED: 1,
        }
        # Of what moves synapses between events the middle of a step is needed too.
        shared = rule.clocked[SHARED].states if SHARED in rule.clocked else ()
        parts = {SHARED: 2 if rule.course.is_moved_by(shared) else 1}
        return {
            scope: Units(scope, model, workshop, sizes[scope], dt / parts.get(scope, 1))
            for scope, model in rule.clocked.items()
        }

    def _plan(self, rule: BoundRule, width: str, sign: int) -> LearningPlan:
        return learning_plan(
            rule,
            NARROW if self.rows.targets.dtype == np.uint16 else WIDE,
            WEIGHT_TYPES[str(self.weight.dtype)] if np.ndim(self.weight) else None,
            {scope: units.plan for scope, units in self.units.items()},
            {scope: units.advance for scope, units in self.units.items()},
            pre_first=self.pre_first,
            sign=sign,
            width=width,
        )

    @property
    def pre_first(self) -> bool:
        """Whether a spike that reaches a synapse may be at its target at once."""
        return bool(np.any(self.classes.dendritic == 0))

    def _states(self, projection: Projection, rule: BoundRule, clock: int) -> dict[str, np.ndarray]:
        """The states of the synapses beside the weight, and when they were last touched."""
        given = self._learned or {}
        if self._learned is None:
            kind = _FLOATS[self.plan.width]
            begun = first_states(projection, rule, self.seed, self.weight, self.rows.count)
            found = {name: values.astype(kind, copy=False) for name, values in begun.items()}
        else:
            found = {name: given[name] for name in self.plan.stored if name != WEIGHT}
        if self.plan.is_lazy:
            last = given.get(LAST, np.full(self.rows.count, NOW, np.int32))
            found[LAST] = np.where(last == NOW, self.ticks_passed(clock), last).astype(np.int32)
        return found

    def ticks_passed(self, clock: int) -> int:
        """How many ticks of the epoch have passed at a tick; at its end the next one begins."""
        return clock % self.epoch

    @property
    def longest(self) -> int:
        """The longest delay, in steps."""
        return int(np.max(self.classes.totals()))

    @property
    def slice_length(self) -> int:
        """No effect of a spike is due within its slice, and what is read of a target is its end."""
        meets = self.pre_first or bool(self.plan.reads)
        return 1 if meets else int(self.classes.dendritic.min())

    @property
    def nbytes(self) -> int:
        """The memory that the synapses take."""
        arrays = [a for a in (*self.arrays.values(), self.classes.of) if a is not None]
        return sum({id(a): int(a.nbytes) for a in arrays}.values())

    def share_out(self, edges: Integers, target: str) -> None:
        """Divide rows among the owners of their targets, and find the way back to the synapses."""
        threads, classes = len(edges) - 1, self.classes
        plain = signed(self.rows.targets)
        rows = divided(Rows(self.row_starts, self.rows.targets), edges, target)
        self.arrays = {
            "rows": rows,
            "targets": plain,
            "axonal": classes.axonal.astype(np.int64),
            "dendritic": classes.dendritic.astype(np.int64),
            "axon_classes": classes.axon_classes,
            "class_dendrite": classes.dendrite,
            "class_axon": classes.axon,
            "scalars": self.constants.values(self.values, 1)[0],
        }
        self.numbers = {
            "axons": len(classes.axonal),
            "dendrites": len(classes.dendritic),
            "classes": classes.count,
            "source_units": self.source.n * len(classes.axonal),
            "source_neurons": self.source.n,
            "epoch": self.epoch,
            "seed": self.seed,
            "plastic": int(self.is_plastic),
        }
        if np.ndim(self.weight):
            self.arrays[f"synapse_{WEIGHT}"] = self.weight
        else:
            self.numbers["weight"] = self.weight
        for name, values in self.states.items():
            self.arrays[LAST if name == LAST else f"synapse_{name}"] = values
        for g in range(len(self.plan.gates)):
            self.arrays[f"gate_{g}"] = np.zeros(threads * (self.epoch + 1))
        for f, flow in enumerate(self.plan.flows):
            if not self.plan.is_own(flow):
                room = threads * 2 * self.epoch
                self.arrays[f"flow_{f}"] = flow_table(self.plan, flow, self.values, room)
        if self.plan.touches(POST) or self.plan.touches(WHILE):
            self.arrays |= self._columns(target)
        self._share_units(edges, threads)

    def connection(self, places: Mapping[int, int]) -> Learner:
        """What the network's kernel does about it; `places` has the number of each part."""
        ends = (places[id(self.source)], places[id(self.target)])
        modulator = None if self.modulator is None else places[id(self.modulator)]
        return Learner(*ends, self.state, modulator, self.learn, self.ahead)

    def begin_call(self) -> None:
        """Show the units of the targets what they read of them now; at first they begin there."""
        if POST not in self.units:
            return
        units, delays = self.units[POST], len(self.classes.dendritic)
        for name in units.model.inputs:
            units.arrays[f"base_{name}"][:] = np.repeat(self._seen(name), delays)
        for state, name in self.begins.items() if self._is_new else ():
            units.arrays[f"state_{state}"][:] = np.repeat(self._seen(name), delays)
        self._is_new = False

    def _seen(self, name: str) -> np.ndarray:
        """A state of each target as the rule reads it."""
        read = self.plan.reads[name]
        values: np.ndarray = read.scale * self.target.arrays[f"state_{read.state}"]
        return values

    def begin(self) -> tuple[str, dict[str, Any]]:
        """The kernel that deals with tick 0, which no step brings, and what it is given."""
        self.begin_call()
        target = self.target
        known: dict[str, Any] = {**self.arrays, **self.numbers, "tick": 0}
        known["ring"] = target.arrays[f"ring_{self.state}"]
        known["turns"] = target.numbers[f"rows_{self.state}"]
        known["stride"] = target.numbers["ring_stride"]
        known |= {f"{TARGET}{name}": array for name, array in target.arrays.items()}
        homes = {"source": self.source, "target": target, "modulator": self.modulator}
        for home, part in homes.items():
            if part is not None and part.past is not None:
                past = {**part.past.arrays, **part.past.numbers}
                known |= {f"{home}_{name}": value for name, value in past.items()}
        return self.learn.name, known

    @cached_property
    def bounds(self) -> dict[str, Expression]:
        """What bounds the states that change between events; see `bounds_of`."""
        return bounds_of(self.plan, self.values, self.states)

    def rest(self, clock: int, is_plastic: bool) -> None:
        """Let weights change from a tick on, or keep them as they are while all else goes on."""
        if is_plastic != self.is_plastic:
            self.settle(clock)
            self.is_plastic = is_plastic
            self.numbers["plastic"] = int(is_plastic)

    def settle(self, clock: int) -> None:
        """Bring every synapse up to date."""
        for name, values in present(self, clock).items():
            self.arrays[f"synapse_{name}"][:] = values
        if self.plan.is_lazy:
            self.states[LAST][:] = self.ticks_passed(clock)

    def learned(self) -> dict[str, np.ndarray]:
        """All that the rule has left beside the weights: its states, and its tables."""
        found = dict(self.states)
        for scope, units in self.units.items():
            found |= {f"{scope}.{name}": values for name, values in units.state().items()}
        for g in range(len(self.plan.gates)):
            found[f"gate.{g}"] = self.arrays[f"gate_{g}"][: self.epoch + 1]
        for name, size in self._trees().items():
            found[f"flow.{name}"] = self.arrays[f"flow_{name}"][:size]
        return found

    def _trees(self) -> dict[int, int]:
        """The numbers of the flows whose tables grow as the network runs, with their sizes."""
        return {
            f: 2 * self.epoch * len(flow.reach)
            for f, flow in enumerate(self.plan.flows)
            if flow in self.plan.unsteady
        }

    def _check_learned(self) -> None:
        """Refuse what a checkpoint has if it is not ours: kernels do not look where they read."""
        given, each = self._learned, (self.rows.count,)
        if given is None:
            return
        here: dict[str, Any] = {
            name: (np.dtype(_FLOATS[self.plan.width]), each)
            for name in self.plan.stored
            if name != WEIGHT
        }
        for scope, units in self.units.items():
            here |= {f"{scope}.{name}": (np.dtype(float), (units.n,)) for name in units.start}
        for g in range(len(self.plan.gates)):
            here[f"gate.{g}"] = (np.dtype(float), (self.epoch + 1,))
        for name, size in self._trees().items():
            here[f"flow.{name}"] = (np.dtype(float), (size,))
        if self.plan.is_lazy:
            here[LAST] = (np.dtype(np.int32), each)
        there = {name: (array.dtype, array.shape) for name, array in given.items()}
        wrong = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
        if not wrong and LAST in given and not _within(given[LAST], self.epoch):
            wrong = {LAST}
        if wrong:
            raise ParameterError(
                f"What the projection {self.name!r} has learned does not fit: {min(wrong)}.",
                mend="restore the checkpoint anew and run it as it was saved",
            )

    def _recall(self) -> None:
        """Put units and tables back as a checkpoint has them; synapses have theirs already."""
        given, self._learned = self._learned, None
        if given is None:
            return
        for scope, units in self.units.items():
            units.recall({name: given[f"{scope}.{name}"] for name in units.start})
        for g in range(len(self.plan.gates)):
            self.arrays[f"gate_{g}"].reshape(-1, self.epoch + 1)[:] = given[f"gate.{g}"]
        for name, size in self._trees().items():
            self.arrays[f"flow_{name}"].reshape(-1, size)[:] = given[f"flow.{name}"]

    def _share_units(self, edges: Integers, threads: int) -> None:
        for scope, units in self.units.items():
            if scope == POST:
                units.share_out(edges * len(self.classes.dendritic), 1, threads)
            else:
                units.share_out(np.arange(threads + 1) * units.n, threads, threads)
            self.arrays |= {f"{scope}:{k}": v for k, v in units.arrays.items()}
            self.numbers |= {f"{scope}:{k}": v for k, v in units.numbers.items()}
        self._recall()

    def _columns(self, target: str) -> dict[str, np.ndarray]:
        """The synapses of each target and dendritic delay."""
        classes, rows = self.classes, len(self.row_starts) - 1
        length = self.target.n * len(classes.dendritic)
        sources = np.repeat(np.arange(self.source.n), classes.count) * len(classes.axonal)
        found: dict[str, np.ndarray] = {
            "columns": np.zeros(length + 1, np.int64),
            "places": np.empty(self.rows.count, np.int32),
            "place_units": np.empty(self.rows.count, np.int32),
        }
        turn = turn_columns(self.plan.targets)
        call = load([turn], target, LIGHT)[turn.name]
        call(
            self.row_starts, signed(self.rows.targets),
            (sources + np.tile(classes.axon, self.source.n)).astype(np.int32),
            np.tile(classes.dendrite, self.source.n).astype(np.int32),
            found["columns"], np.empty(length, np.int64), found["places"], found["place_units"],
            rows, len(classes.dendritic), length,
        )  # fmt: skip
        return found


def _within(last: np.ndarray, epoch: int) -> bool:
    return not len(last) or bool(last.min() >= NOW and last.max() <= epoch)


def _bound(projection: Projection) -> BoundRule:
    """The rule of a projection in the units of its weights."""
    if projection.plasticity is None:
        raise TypeError(f"{projection.name!r} has no rule")
    return bound(projection.plasticity, projection.composite, projection.state)
