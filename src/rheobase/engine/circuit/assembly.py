"""From a network's description to its parts, its projections and its kernel on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.apart import WORDS
from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.network import network_kernel
from rheobase.compiler.kernels.observe import observe_kernel
from rheobase.compiler.kernels.population import advance_kernel
from rheobase.compiler.machine import FULL, LIGHT
from rheobase.compiler.native import NativeFunction, aligned
from rheobase.compiler.network import (
    COUNTERS,
    JUNCTIONS,
    Given,
    Learner,
    NetworkPlan,
    Neurons,
    Random,
)
from rheobase.compiler.network import Part as PartPlan
from rheobase.compiler.pipeline import load, plan_shape
from rheobase.compiler.plan import FEWEST_WIDE
from rheobase.engine.circuit.crew import together
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.circuit.sources import GivenPart, RandomPart
from rheobase.engine.circuit.wiring import Wiring
from rheobase.errors import located
from rheobase.lazy import nothing_discarded

if TYPE_CHECKING:
    from rheobase.engine.circuit.coupling.gap import Coupling
    from rheobase.engine.circuit.learning.projection import LearningWiring


class Assembly:
    """The kernel of a network with everything that it is called with.

    Args:
        parts: the populations, in their canonical order.
        wirings: the projections, in theirs.
        threads: how many threads run it.
        length: how many steps a slice has: the smallest delay.
        target: what carries it out, ``"llvm"`` or ``"python"``.
        coupling: the gap junctions; None where there are none.

    Attributes:
        seconds: how long compiling took.
    """

    def __init__(
        self,
        parts: list[Part],
        wirings: list[Wiring | LearningWiring],
        threads: int,
        length: int,
        target: str = "llvm",
        coupling: Coupling | None = None,
    ) -> None:
        self.coupling = coupling
        self.parts, self.wirings = parts, wirings
        self.graded = None
        if not all(wiring.sends_spikes for wiring in wirings):
            from rheobase.engine.circuit.graded.calls import GradedCalls

            self.graded = GradedCalls(parts, threads)
        self.threads, self.length, self.target = threads, length, target
        for part in parts:
            part.share_out(threads, length)
        if coupling is not None:
            coupling.share_out(threads)
        for wiring in wirings:
            wiring.share_out(wiring.target.edges, target)
        self._observers: dict[int, str] = {}
        begin = time.perf_counter()
        with nothing_discarded():
            functions = self._functions()
            wide = any(part.n >= FEWEST_WIDE for part in parts)
            self._calls = load(functions, target, FULL if wide else LIGHT)
        self.seconds = time.perf_counter() - begin
        self._names = {f.name: [p.name for p in f.parameters] for f in functions}
        self._shared = {
            "meeting": aligned(2 * WORDS, np.int64),
            "faults": aligned(2 * threads * COUNTERS, np.int64),
        }

    def _functions(self) -> list[Function]:
        """The network's kernel, and what samples the states of its populations."""
        advances: dict[str, Function] = {}
        known: dict[Any, tuple[int, Constants]] = {}
        places = {id(part): k for k, part in enumerate(self.parts)}
        senders = {places[id(w.source)] for w in self.wirings if w.sends_spikes}
        plans: list[PartPlan] = []
        observers: list[Function] = []
        for k, part in enumerate(self.parts):
            flags = {"kept": part.kept, "sends": k in senders, "remembered": part.memory > 0}
            if isinstance(part, GivenPart):
                plans.append(Given(**flags))
            elif isinstance(part, NeuronPart):
                plan = part.population.plan
                shape = plan_shape(plan)
                if shape not in known:
                    number, constants = (
                        len(known),
                        Constants(plan.invariant, set(plan.heterogeneous)),
                    )
                    name = f"advance_{number}"
                    advances[name] = advance_kernel(plan, constants, name)
                    if plan.record:
                        observers.append(observe_kernel(plan, constants, f"observe_{number}"))
                    known[shape] = (number, constants)
                number, part.constants = known[shape]
                self._observers[k] = f"observe_{number}"
                plans.append(Neurons(plan, f"advance_{number}", **flags))
            elif isinstance(part, RandomPart):
                plans.append(Random(part.each, part.sparse, bool(part.flows), **flags))
        if self.graded is not None:
            observers += self.graded.beginnings()
        for part in self.parts:
            if isinstance(part, NeuronPart):
                part.bind_constants()
        connections = [wiring.connection(places) for wiring in self.wirings]
        learning = {k.name: k for c in connections if isinstance(c, Learner) for k in c.kernels}
        junctions = None if self.coupling is None else self.coupling.plan
        whole = NetworkPlan(tuple(plans), tuple(connections), junctions)
        if self.graded is not None:
            observers += self.graded.gathering(whole)
        network, self._tables = network_kernel(whole, advances)
        return [network, *observers, *learning.values()]

    def prepare(self, first: int, steps: int) -> None:
        """Bring into place what so many steps need, from step `first`.

        Raises:
            RheobaseError: where a stimulus or a source has nothing for them; nothing has moved.
        """
        for part in self.parts:
            with located(f"  in the population {part.name!r}"):
                part.begin_call(first, steps)

    def run(self, first: int, steps: int) -> None:
        """Run these steps in one call."""
        for wiring in self.wirings:
            if not isinstance(wiring, Wiring):
                wiring.begin_call()
        known = self._known(first) | {"end": steps, "length": self.length, **self._shared}
        call = self._calls["network"]
        is_native = isinstance(call, NativeFunction)
        for table in self._tables:
            known |= table.filled(known, is_native)
        values = [known.get(name) for name in self._names["network"][1:]]
        bound = bind(call, [0, *values])
        together(bound, self.threads)

    def _known(self, first: int) -> dict[str, Any]:
        """What kernels of the whole network are called with."""
        known: dict[str, Any] = {"threads": self.threads, "first_step": first}
        for prefix, holder in self._holders():
            known |= {f"{prefix}:{k}": v for k, v in holder.numbers.items()}
            known |= {f"{prefix}:{k}": v for k, v in holder.arrays.items()}
        return known

    def _holders(self) -> list[tuple[str, Part | Wiring | LearningWiring | Coupling]]:
        parts = [(str(k), part) for k, part in enumerate(self.parts)]
        junctions = [] if self.coupling is None else [(JUNCTIONS, self.coupling)]
        wirings = ((f"c{k}", wiring) for k, wiring in enumerate(self.wirings))
        return [*parts, *wirings, *junctions]

    def begin(self) -> None:
        """Send the spikes of tick 0, which no step brings: they are first in every sum."""
        if self.graded is not None:
            self.graded.fill(self._calls, self._names)
        for part in self.parts:
            if part.past is not None and isinstance(part, GivenPart):
                from rheobase.engine.circuit.past import Spikes

                first = part.beginning()
                part.past.recall(Spikes(np.zeros(len(first), np.int64), first), part.owners, 0)
        for wiring in self.wirings:
            function, arguments = wiring.begin()
            for thread in range(self.threads if function else 0):
                known = {**arguments, "thread": thread, "threads": self.threads}
                self._calls[function](*(known[p] for p in self._names[function]))

    def observe(self, step: int) -> None:
        """Record the state as it is, of every population whose time it is to be sampled."""
        if self.graded is not None:
            self.graded.gather(self._calls, self._names, self._known(step))
        for k, part in enumerate(self.parts):
            if not isinstance(part, NeuronPart) or not part.population.plan.record:
                continue
            if step % part.numbers["record_every"]:
                continue
            part.bring_moment(step)
            known = {**part.numbers, **part.arrays, "first_step": step, "row": 0}
            name = self._observers[k]
            self._calls[name](*(known[p] for p in self._names[name]))


def bind(call: Any, arguments: list[Any]) -> Callable[[int], object]:
    """A call of a kernel that takes the number of the thread alone; the rest is checked once."""
    if not isinstance(call, NativeFunction):
        return lambda thread: call(thread, *arguments[1:])
    ready = call.convert(arguments)[1:]

    def run(thread: int) -> object:
        return call.run(thread, *ready)

    return run
