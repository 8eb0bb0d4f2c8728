"""What a spike does to its neuron: the reset, and the refractory period it begins."""

from __future__ import annotations

from collections.abc import Mapping

from rheobase.compiler.kernel import Name, Value, as_value
from rheobase.compiler.kernels.scene import Scene


def apply_reset(
    scene: Scene,
    neuron: Value,
    row: Value,
    step: Value,
    fraction: Value | float,
    states: Mapping[str, Name],
) -> Value:
    """Carry out the reset on variables, in the order it is written; returns the refractory period.

    The period is in the model's time unit, and zero for a model without one.
    """
    b, model = scene.builder, scene.model
    for update in model.reset:
        now: dict[str, Value] = {s: b.let(s, v) for s, v in states.items()}
        value = scene.evaluate(neuron, row, step, fraction, now, update.result)
        b.assign(states[update.name], value)
    for s in sorted({update.name for update in model.reset} & {*scene.plan.coupled}):
        b.store(scene.array(f"jumped_{s}", "i8"), neuron, as_value(1, "i8"))
    if model.refractory is None:
        return as_value(0.0, "f64")
    now = {s: b.let(s, v) for s, v in states.items()}
    return b.let("period", scene.evaluate(neuron, row, step, fraction, now, model.refractory))
