"""A network that breaks says where: population, neuron, variable and time."""

from __future__ import annotations

from rheobase.compiler.network import COUNTERS
from rheobase.compiler.plan import FAULT, FAULT_NEURON, LIMIT
from rheobase.engine.circuit.assembly import Assembly
from rheobase.engine.circuit.part import NeuronPart
from rheobase.engine.faults import numerical_error
from rheobase.errors import NumericalError


def fault_of(assembly: Assembly, first: int, dt: float) -> tuple[NumericalError, int] | None:
    """The earliest fault of a call that began with step `first`, and how many steps are whole.

    The earliest is taken, and of those of one step the first population's and neuron's, so that the
    message does not depend on the threads.
    """
    found: list[tuple[int, int, int, int]] = []
    for k, part in enumerate(assembly.parts):
        if not isinstance(part, NeuronPart):
            continue
        counters = part.arrays["counters"].reshape(-1, COUNTERS)
        found += [
            (int(row[LIMIT]), k, int(row[FAULT_NEURON]), int(row[FAULT]))
            for row in counters
            if row[FAULT]
        ]
    if not found:
        return None
    done, k, neuron, what = min(found)
    part = assembly.parts[k]
    if not isinstance(part, NeuronPart):
        raise TypeError("only neurons can break")
    population = part.population
    population.clock = first + done
    population.arrays["counters"][:] = 0
    population.arrays["counters"][FAULT] = what
    population.arrays["counters"][FAULT_NEURON] = neuron
    return numerical_error(population, part.name), done
