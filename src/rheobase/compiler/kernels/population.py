"""The kernel of one unconnected population: whole slices of steps in one call.

    for each step: record; draw noise; update; find spikes, reset, or divide the step

The order is the promise: what is recorded at time t is the state before the step that begins at t.
"""

from __future__ import annotations

from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Cast, Function, Name, Value, as_value, primitive, select
from rheobase.compiler.kernels.divide import Division
from rheobase.compiler.kernels.random import normal
from rheobase.compiler.kernels.resets import apply_reset
from rheobase.compiler.kernels.scene import Scene, mentioned
from rheobase.compiler.kernels.update import SPIKED, update
from rheobase.compiler.plan import (
    DONE,
    FAULT,
    MOST_SPIKES_A_STEP,
    NOISE,
    NOT_FINITE,
    ROWS,
    SPIKES,
    Plan,
)

# Flags are looked at this many neurons at a time; most blocks hold no spike.
SCAN = 64


def advance_kernel(plan: Plan, constants: Constants) -> Function:
    """`advance`: run steps until all are done, the spike list is full, or a neuron fails."""
    scene = Scene("advance", plan, constants)
    b = scene.builder
    counters = scene.array("counters", "i64")
    steps, first = scene.number("steps"), scene.number("first_step")
    most = MOST_SPIKES_A_STEP if plan.inner is not None else 1
    room = b.let("room", scene.number("capacity") - scene.number("n") * most)
    row = b.variable("row", 0, "i64")
    going = (row < steps) & (counters[SPIKES] <= room) & counters[FAULT].equals(0)
    with b.repeat(going):
        step = b.let("step", first + row)
        _draw_noise(scene, step)
        if plan.record:
            _record(scene, row, step)
        update(scene, row, step)
        if plan.step.model.spike is not None or plan.step.model.states:
            _scan(scene, row, step)
        b.assign(row, row + 1)
    b.store(counters, DONE, row)
    return b.function()


def observe_kernel(plan: Plan, constants: Constants) -> Function:
    """`observe`: record one sample, at the beginning of a step."""
    scene = Scene("observe", plan, constants)
    step = scene.builder.let("step", scene.number("first_step"))
    _sample(scene, as_value(0, "i64"), step)
    return scene.builder.function()


def _draw_noise(scene: Scene, step: Value) -> None:
    """White noise of the equations, and the Ornstein-Uhlenbeck inputs, for this step."""
    b, plan = scene.builder, scene.plan
    stream = 0
    for noise in plan.step.noises:
        with b.loop("i", 0, scene.number("n"), vector=scene.plan.wide) as i:
            draw = normal(scene.number("seed"), scene.number("stream") + stream, i, step)
            b.store(scene.array(f"draw_{noise}"), i, draw)
        stream += 1
    for name, inputs in plan.inputs.items():
        for k, kind in enumerate(inputs.kinds):
            if kind != NOISE:
                continue
            process = scene.array(f"noise_{name}_{k}")
            is_first = b.let("is_first", step.equals(0))
            with b.loop("i", 0, scene.number("n"), vector=scene.plan.wide) as i:
                draw = normal(scene.number("seed"), scene.number("stream") + stream, i, step)
                mean = b.let("mean", scene.array(f"mean_{name}_{k}")[i])
                # The first draw is from the stationary distribution.
                decay = select(is_first, 0.0, scene.array(f"decay_{name}_{k}")[i])
                spread = select(
                    is_first, scene.array(f"sigma_{name}_{k}")[i], scene.array(f"spread_{name}_{k}")[i]
                )
                b.store(process, i, mean + (process[i] - mean) * decay + spread * draw)
            stream += 1


def _record(scene: Scene, row: Value, step: Value) -> None:
    b = scene.builder
    with b.when((step % scene.number("record_every")).equals(0)):
        _sample(scene, row, step)


def _sample(scene: Scene, row: Value, step: Value) -> None:
    """Copy what is recorded of the chosen neurons into the next row of the traces."""
    b, plan, model = scene.builder, scene.plan, scene.model
    counters = scene.array("counters", "i64")
    count = scene.number("record_count")
    chosen = scene.array("record_neuron", "i32")
    used: set[str] = set()
    for name in plan.record:
        used |= mentioned(model, model.definitions[name]) | {name} if name in model.definitions else {name}
    wave = scene.wave(row, 0.0) if used & set(model.inputs) else {}
    time = scene.time(step, 0.0)
    base = b.let("base", counters[ROWS] * count)
    with b.loop("k", 0, count) as k:
        i = b.let("i", Cast(chosen[k], "i64"))
        values = scene.load_states(i) | time
        if used & set(model.inputs):
            values |= scene.inputs(i, row, wave, 0.0)
        lower = scene.lowering(i, values)
        for name, expression in model.definitions.items():
            if name in used:
                lower.define(name, expression)
        for name in plan.record:
            b.store(scene.array(f"trace_{name}"), base + k, lower.values[name])
    b.store(counters, ROWS, counters[ROWS] + 1)


def _scan(scene: Scene, row: Value, step: Value) -> None:
    """Look for raised flags a block at a time, and deal with the few neurons that raised one."""
    b = scene.builder
    n, flags = scene.number("n"), scene.array("flags", "i8")
    with b.loop("block", 0, (n + (SCAN - 1)) // SCAN) as block:
        low = b.let("low", block * SCAN)
        high = b.let("high", select(n - low < SCAN, n, low + SCAN))
        raised = b.variable("raised", 0, "i8")
        with b.loop("i", low, high, vector=scene.plan.wide) as i:
            b.assign(raised, raised | flags[i])
        with b.when(raised.differs(0)), b.loop("neuron", low, high) as neuron:
            flag = b.let("flag", flags[neuron])
            with b.when(flag.differs(0)):
                if scene.plan.inner is not None:
                    Division(scene, neuron, row, step).run()
                else:
                    _on_the_grid(scene, neuron, row, step, flag)


def _on_the_grid(scene: Scene, neuron: Value, row: Value, step: Value, flag: Value) -> None:
    """A spike at the end of the step: write it, reset, begin the refractory period; or a fault."""
    b, model = scene.builder, scene.model
    states: dict[str, Name] = {s: b.variable(s, scene.state(s)[neuron]) for s in model.states}
    if model.spike is not None:
        with b.when((flag & SPIKED).differs(0)):
            scene.write_spike(neuron, step, _fraction(scene, neuron, row, step, states))
            period = apply_reset(scene, neuron, row, step, 1.0, states)
            for s in model.states:
                b.store(scene.state(s), neuron, states[s])
            if model.held:
                ticks = Cast(primitive("floor", period / scene.dt + 0.5), "i32")
                b.store(scene.array("refractory", "i32"), neuron, ticks)
                with b.when((period - period).differs(0.0)):
                    scene.write_fault(neuron, NOT_FINITE)
    # Looked at after the reset, which may mend an overflow and may be one.
    doubt: Value = as_value(0.0, "f64")
    for s in model.states:
        doubt = doubt + (states[s] - states[s])
    with b.when(doubt.differs(0.0)):
        scene.write_fault(neuron, NOT_FINITE)


def _fraction(
    scene: Scene, neuron: Value, row: Value, step: Value, states: dict[str, Name]
) -> Value | float:
    """Where in the step the condition turned true, by linear interpolation of its two sides."""
    margin = scene.plan.margin
    if not scene.plan.refine or margin is None:
        return 1.0
    b = scene.builder
    before = b.let("before", scene.array("margin")[neuron])
    after = scene.evaluate(neuron, row, step, 1.0, dict(states), margin)
    part = b.let("part", before / (before - b.let("after", after)))
    return select((part > 0.0) & (part <= 1.0), part, 1.0)
