"""The kernel of one unconnected population: whole slices of steps in one call.

    for each block of neurons:
        for each step: draw noise; record; update; find spikes, reset, or divide the step

Neurons of an unconnected population do not wait for one another, so a block runs through the whole
slice while it is in the first-level cache. What is recorded at time t is the state before the step
that begins at t.
"""

from __future__ import annotations

from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Cast, Function, Name, Value, as_value, primitive, select
from rheobase.compiler.kernels.arrivals import arrive, draw_barrages
from rheobase.compiler.kernels.noise import draw_noise
from rheobase.compiler.kernels.observe import record_block
from rheobase.compiler.kernels.resets import apply_reset
from rheobase.compiler.kernels.scene import Scene
from rheobase.compiler.kernels.update import SPIKED, flags, update
from rheobase.compiler.plan import BLOCK, LIMIT, NOT_FINITE, Plan, Sent

# Flags are looked at this many neurons at a time, a whole vector of bytes; most hold no spike.
SCAN = 64


def advance_kernel(plan: Plan, constants: Constants, name: str = "advance") -> Function:
    """`advance`: run a slice of steps, or up to the first fault.

    `counters[LIMIT]` holds the number of steps, and at the end how many were done. Spikes come a
    block at a time; the caller gives room for all that the slice can hold. In a network a thread
    runs neurons `from` to `to` over rows `row` to `counters[LIMIT]` of a call, and its spikes and
    counters have places of their own.
    """
    scene = Scene(name, plan, constants)
    b, begin = scene.builder, scene.origin("from")
    end = scene.number("to") if plan.networked else scene.number("n")
    with b.loop("block", 0, (end - begin + (BLOCK - 1)) // BLOCK) as block:
        scene.base = b.let("base", begin + block * BLOCK)
        scene.count = b.let("count", select(end - scene.base < BLOCK, end - scene.base, BLOCK))
        row = b.variable("row", scene.origin("row"), "i64")
        with b.repeat(row < scene.counter(LIMIT)):
            step = b.let("step", scene.number("first_step") + row)
            draw_noise(scene, step)
            draw_barrages(scene, step)
            if plan.record:
                record_block(scene, block, row, step)
            for sent in plan.sends:
                if sent.begins:
                    _send(scene, sent, row, step)
            update(scene, row, step)
            if plan.step.model.spike is not None or plan.step.model.states:
                _scan(scene, row, step)
            if plan.inner is not None:
                arrive(scene, step)
            for sent in plan.sends:
                if not sent.begins:
                    _send(scene, sent, row, step)
            b.assign(row, row + 1)
    return b.function()


def _send(scene: Scene, sent: Sent, row: Value, step: Value) -> None:
    from rheobase.compiler.kernels.graded import send  # most networks have spikes alone

    send(scene, sent, row, step)


def _scan(scene: Scene, row: Value, step: Value) -> None:
    """Look for raised flags several at a time, and deal with the few neurons that raised one."""
    b, raised_by = scene.builder, flags(scene)
    with b.loop("part", 0, (scene.count + (SCAN - 1)) // SCAN) as part:
        low = b.let("low", part * SCAN)
        high = b.let("high", select(scene.count - low < SCAN, scene.count, low + SCAN))
        raised = b.variable("raised", 0, "i8")
        with b.loop("j", low, high, vector=scene.plan.wide) as j:
            b.assign(raised, raised | raised_by[j])
        with b.when(raised.differs(0)), b.loop("j", low, high) as j:
            flag = b.let("flag", raised_by[j])
            with b.when(flag.differs(0)):
                neuron = b.let("neuron", scene.base + j)
                if scene.plan.inner is not None:
                    from rheobase.compiler.kernels.divide import Division

                    Division(scene, neuron, row, step).run()
                else:
                    _on_the_grid(scene, (neuron, j), row, step, flag)


def _on_the_grid(
    scene: Scene, at: tuple[Value, Value], row: Value, step: Value, flag: Value
) -> None:
    """A spike at the end of the step: write it, reset, begin the refractory period; or a fault."""
    b, model, (neuron, _) = scene.builder, scene.model, at
    states: dict[str, Name] = {s: b.variable(s, scene.state(s)[neuron]) for s in model.states}
    if model.spike is not None:
        with b.when((flag & SPIKED).differs(0)):
            scene.write_spike(neuron, row, _fraction(scene, at, row, step, states))
            period = apply_reset(scene, neuron, row, step, 1.0, states)
            for s in model.states:
                b.store(scene.state(s), neuron, states[s])
            if model.held:
                ticks = Cast(primitive("floor", period / scene.dt + 0.5), "i32")
                b.store(scene.array("refractory", "i32"), neuron, ticks)
                with b.when((period - period).differs(0.0)):
                    scene.write_fault(neuron, row, NOT_FINITE)
    # Looked at after the reset, which may mend an overflow and may be one.
    doubt: Value = as_value(0.0, "f64")
    for s in model.states:
        doubt = doubt + (states[s] - states[s])
    with b.when(doubt.differs(0.0)):
        scene.write_fault(neuron, row, NOT_FINITE)


def _fraction(
    scene: Scene, at: tuple[Value, Value], row: Value, step: Value, states: dict[str, Name]
) -> Value | float:
    """Where in the step the condition turned true, by linear interpolation of its two sides."""
    margin = scene.plan.margin
    if not scene.plan.refine or margin is None:
        return 1.0
    b, (neuron, j) = scene.builder, at
    before = b.let("before", scene.scratch("margin")[j])
    after = scene.evaluate(neuron, row, step, 1.0, dict(states), margin)
    part = b.let("part", before / (before - b.let("after", after)))
    return select((part > 0.0) & (part <= 1.0), part, 1.0)
