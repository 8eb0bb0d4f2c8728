"""Recording: what is written of the chosen neurons at the beginning of a step."""

from __future__ import annotations

from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Cast, Function, Value, as_value
from rheobase.compiler.kernels.scene import Scene, mentioned
from rheobase.compiler.plan import Plan


def observe_kernel(plan: Plan, constants: Constants, name: str = "observe") -> Function:
    """`observe`: record every chosen neuron once, at the beginning of `first_step`."""
    scene = Scene(name, plan, constants)
    step = scene.builder.let("step", scene.number("first_step"))
    _sample(scene, as_value(0, "i64"), scene.number("record_count"), as_value(0, "i64"), step)
    return scene.builder.function()


def record_block(scene: Scene, block: Value, row: Value, step: Value) -> None:
    """Record the chosen neurons of a block, if it is their time."""
    first, block = scene.array("record_first", "i64"), scene.origin("record_block") + block
    with scene.builder.when((step % scene.number("record_every")).equals(0)):
        _sample(scene, first[block], first[block + 1], row, step)


def _sample(scene: Scene, start: Value, stop: Value, row: Value, step: Value) -> None:
    """Write this step's sample, of chosen neurons `start` to `stop`, into its row of the traces."""
    b, plan, model = scene.builder, scene.plan, scene.model
    used: set[str] = set()
    for name in plan.record:
        inside = mentioned(model, model.definitions[name]) if name in model.definitions else set()
        used |= inside | {name}
    wave = scene.wave(row, 0.0) if used & set(model.inputs) else {}
    time = scene.time(step, 0.0)
    sample = step // scene.number("record_every") - scene.origin("record_start")
    base = b.let("sample", sample * scene.number("record_count"))
    with b.loop("k", start, stop) as k:
        i = b.let("i", Cast(scene.array("record_neuron", "i32")[k], "i64"))
        values = scene.load_states(i) | time
        if used & set(model.inputs):
            values |= scene.inputs(i, row, wave, 0.0)
        lower = scene.lowering(i, values)
        for name, expression in model.definitions.items():
            if name in used:
                lower.define(name, expression)
        place = base + Cast(scene.array("record_column", "i32")[k], "i64")
        for name in plan.record:
            b.store(scene.array(f"trace_{name}"), place, lower.values[name])
