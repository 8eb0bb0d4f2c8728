"""What the rest of a network adds to the states of a population at the end of a step."""

from __future__ import annotations

from collections.abc import Mapping

from rheobase.compiler.apart import ring_base
from rheobase.compiler.kernel import Value, as_value, fma, select
from rheobase.compiler.kernels.scene import Scene
from rheobase.compiler.plan import BLOCK


def draw_barrages(scene: Scene, step: Value) -> None:
    """Count the events that reach a block at the end of this step, sent a delay before."""
    for arrival in scene.plan.arrivals:
        for k, barrage in enumerate(arrival.barrages):
            from rheobase.compiler.kernels.poisson import count_block, count_block_each

            b, name = scene.builder, f"{arrival.state}_{k}"
            counts = scene.scratch(f"count_{name}")
            sent = b.let("sent", step - scene.number(f"barrage_delay_{name}"))
            at = (scene.number(f"barrage_seed_{name}"), as_value(0, "i64"), scene.base, sent)
            terms = scene.number(f"barrage_terms_{name}")
            with b.when(sent >= 0):
                if barrage.each:
                    means = (
                        scene.array(f"barrage_mean_{name}"),
                        scene.array(f"barrage_zero_{name}"),
                    )
                    call = count_block_each()
                    b.evaluate(call(counts, *at, *means, scene.base, scene.count, terms))
                else:
                    mean = scene.number(f"barrage_mean_{name}", "f64")
                    zero = scene.number(f"barrage_zero_{name}", "f64")
                    b.evaluate(count_block()(counts, *at, mean, zero, terms))
            with b.otherwise(), b.loop("j", 0, BLOCK, vector=True) as j:
                b.store(counts, j, 0.0)


def arrivals(scene: Scene, i: Value, j: Value, step: Value) -> dict[str, Value]:
    """What reaches each state of a neuron; its place in the ring is emptied for the next turn."""
    b, found = scene.builder, dict[str, Value]()
    for arrival in scene.plan.arrivals:
        total: Value | None = None
        if arrival.ring:
            ring, stride = scene.array(f"ring_{arrival.state}"), scene.number("ring_stride")
            rows, own = scene.number(f"rows_{arrival.state}"), scene.number("from")
            base = b.let("base", ring_base(scene.number("thread"), rows, stride, own))
            place = base + (step + 1) % rows * stride + i
            total = b.let("arrived", ring[place])
            b.store(ring, place, 0.0)
        for k, barrage in enumerate(arrival.barrages):
            name = f"barrage_weight_{arrival.state}_{k}"
            weight = scene.array(name)[i] if barrage.weighted else scene.number(name, "f64")
            count = scene.scratch(f"count_{arrival.state}_{k}")[j]
            total = weight * count if total is None else fma(weight, count, total)
        if total is not None:
            found[arrival.state] = total
    return found


def keep_own(scene: Scene, i: Value, states: Mapping[str, Value]) -> None:
    """Keep what a neuron's own step has made of states that gap junctions join too."""
    for arrival in scene.plan.arrivals:
        if arrival.state in scene.plan.coupled:
            scene.builder.store(scene.array(f"own_{arrival.state}"), i, states[arrival.state])


def arrive(scene: Scene, step: Value) -> None:
    """Add what arrives after a step that was divided; held states are not moved."""
    b, model = scene.builder, scene.model
    if not scene.plan.arrivals:
        return
    with scene.neurons() as (i, j):
        keep_own(scene, i, {s: scene.state(s)[i] for s in model.states})
        for s, value in arrivals(scene, i, j, step).items():
            old: Value = scene.state(s)[i]
            moved: Value = old + value
            if s in model.held:
                moved = select(scene.array("remaining")[i] <= 0.0, moved, old)
            b.store(scene.state(s), i, moved)
