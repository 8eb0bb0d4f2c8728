"""A run that fails says which population, neuron, variable and time, and what to do."""

from __future__ import annotations

import numpy as np

from rheobase.compiler.plan import STEP_TOO_SMALL, TOO_MANY_SPIKES, TOO_STIFF
from rheobase.engine.population import Population
from rheobase.errors import NumericalError


def numerical_error(population: Population, name: str) -> NumericalError:
    """The error for the fault that a kernel left word of."""
    what, neuron = population.fault
    model = population.plan.step.model
    # The step that failed was counted as done when the kernel came back.
    time = max(population.clock - 1, 0) * population.dt
    when = f"between {time:.12g} and {time + population.dt:.12g} ms"
    where = f"population {name!r}, neuron {neuron}, {when}"
    values = {s: float(population.arrays[f"state_{s}"][neuron]) for s in model.states}
    broken = [s for s, v in values.items() if not np.isfinite(v)]
    method = population.plan.step.method
    shown = ", ".join(f"{s} = {model.from_internal(v, s)}" for s, v in values.items())
    if what == TOO_MANY_SPIKES:
        return NumericalError(
            "A neuron spikes again and again within one time step.",
            where=f"{where}: {shown}",
            mend="its reset must make the spike condition false; check the reset and the threshold",
        )
    if what == STEP_TOO_SMALL and not broken:
        return NumericalError(
            f"The equations of {', '.join(values)} cannot be integrated any further: "
            "the solution runs away.",
            where=f"{where}: {shown}",
            mend="check the signs of the equations, or let a spike condition catch the upswing",
        )
    if what == TOO_STIFF:
        return NumericalError(
            f"The equations of {', '.join(values)} are too stiff for {method!r}: "
            "one time step did not end.",
            where=f"{where}: {shown}",
            mend="use another method (exponential_euler is made for stiff gates), or nearer values",
        )
    verb = "are" if len(broken) > 1 else "is"
    adapts = method == "adaptive" or model.noises
    other = "another method" if adapts else "method='adaptive', which divides the step itself"
    return NumericalError(
        f"{', '.join(broken) or 'The refractory period'} {verb} no longer finite.",
        where=f"{where}: {shown}",
        mend=f"use a smaller dt than {population.dt:g} ms, or {other}",
    )
