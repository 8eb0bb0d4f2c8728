"""A network that breaks says where: population or projection, neuron, variable and time."""

from __future__ import annotations

from rheobase.compiler.network import COUNTERS
from rheobase.compiler.plan import FAULT, FAULT_NEURON, LIMIT, OUTPUT
from rheobase.engine.circuit.assembly import Assembly
from rheobase.engine.circuit.part import NeuronPart
from rheobase.engine.circuit.sources import RandomPart
from rheobase.engine.circuit.wiring import Wiring
from rheobase.errors import NumericalError

# How many steps are whole, the place among populations and then scopes of rules, which one of
# these, and what went wrong.
_Fault = tuple[int, int, int, int]


def fault_of(assembly: Assembly, first: int, dt: float) -> tuple[NumericalError, int] | None:
    """The earliest fault of a call that began with step `first`, and how many steps are whole.

    The earliest is taken, and of those of one step the first population's and neuron's, so that the
    message does not depend on the threads. Those of learning rules come after populations.
    """
    learning = [wiring for wiring in assembly.wirings if not isinstance(wiring, Wiring)]
    scopes = [(wiring, scope) for wiring in learning for scope in wiring.units]
    found = _in_populations(assembly)
    for k, (wiring, scope) in enumerate(scopes, len(assembly.parts)):
        found += [(tick - first, k, unit, what) for tick, unit, what in wiring.units[scope].faults]
    if not found:
        return None
    # A source breaks before the Poisson process that it drives.
    done, k, which, what = min(found, key=lambda one: (one[0], _is_driven(assembly, one[1]), one))
    if k >= len(assembly.parts):
        from rheobase.engine.circuit.learning.broken import rule_error

        return rule_error(*scopes[k - len(assembly.parts)], which, (first + done, dt)), done
    part = assembly.parts[k]
    if isinstance(part, RandomPart):
        from rheobase.engine.circuit.graded.driven import too_high

        return too_high(part, which, first + done), done
    if not isinstance(part, NeuronPart):
        raise TypeError("only neurons can break")
    if what >= OUTPUT:
        from rheobase.engine.circuit.graded.calls import sent_error

        return sent_error(part, part.sends[what - OUTPUT].name, which, (first + done) * dt), done
    population = part.population
    population.clock = first + done
    population.arrays["counters"][:] = 0
    population.arrays["counters"][FAULT] = what
    population.arrays["counters"][FAULT_NEURON] = which
    from rheobase.engine.faults import numerical_error

    error = numerical_error(population, part.name)
    if learning:
        from rheobase.engine.circuit.learning.broken import synapse_error

        error = synapse_error(learning, part.name, which, error)
    return error, done


def fault_of_synapses(
    assembly: Assembly, first: int, last: int, dt: float
) -> NumericalError | None:
    """The error of a synapse that learns and whose states a run left not finite, if it meets one.

    A neuron of which such a weight makes a spike is reset, and no step of the run has a fault.

    Args:
        assembly: the network.
        first: the tick at which the run began.
        last: the tick at which it ended.
        dt: the step (ms).
    """
    learning = [wiring for wiring in assembly.wirings if not isinstance(wiring, Wiring)]
    if not learning:
        return None
    from rheobase.engine.circuit.learning.broken import ended_broken

    return ended_broken(learning, first, last, dt)


def _is_driven(assembly: Assembly, k: int) -> bool:
    return k < len(assembly.parts) and isinstance(assembly.parts[k], RandomPart)


def _in_populations(assembly: Assembly) -> list[_Fault]:
    found: list[_Fault] = []
    for k, part in enumerate(assembly.parts):
        if isinstance(part, NeuronPart) or part.flows:
            counters = part.arrays["counters"].reshape(-1, COUNTERS)
            found += [
                (int(row[LIMIT]), k, int(row[FAULT_NEURON]), int(row[FAULT]))
                for row in counters
                if row[FAULT]
            ]
    return found
