"""Spikes that are given between runs, to be sent in those to come."""

from __future__ import annotations

from typing import Any

from rheobase.engine.circuit.kept.snapshot import Snapshot
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.sources import GivenPart
from rheobase.errors import ParameterError
from rheobase.network.population import Population
from rheobase.network.sources import SpikeTimes


def send(
    population: Population,
    times: Any,
    neurons: Any,
    now: Simulation | Snapshot | None,
    dt: float,
) -> None:
    """Give a population more spikes; see `Network.send`.

    Args:
        population: of `SpikeTimes`.
        times: when.
        neurons: whose.
        now: where the network stands; None before its first run.
        dt: the step (ms).
    """
    where = f"  in the population {population.name!r}"
    if not isinstance(population.model, SpikeTimes):
        raise ParameterError(
            f"{population.name!r} is {population.model}, which fires by itself.",
            where=where,
            mend="send spikes through a population of rb.SpikeTimes()",
        )
    more = SpikeTimes(times, neurons)
    # Until the network takes its first step, tick 0 is still to come.
    clock = now.clock if now is not None and now.begun else -1
    ticks = more.ticks(dt)
    if ticks.size and ticks[0] <= clock:
        raise ParameterError(
            f"A spike is to be sent at {more.times[0]:.12g} ms, and the network has run "
            f"{clock * dt:.12g} ms.",
            where=where,
            mend="give times after net.time",
        )
    if more.neurons.size and more.neurons.max() >= population.n:
        raise ParameterError(
            f"A spike is of neuron {more.neurons.max()}, and there are {population.n}.",
            where=where,
            mend="neurons are counted from 0",
        )
    population.take(more)
    if isinstance(now, Simulation):
        for part in now.parts:
            if part.name == population.name and isinstance(part, GivenPart):
                part.send(ticks, more.neurons, now.clock)
