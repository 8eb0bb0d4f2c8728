"""Random numbers of one step: white noise of the equations, and Ornstein-Uhlenbeck inputs."""

from __future__ import annotations

from rheobase.compiler.kernel import Value, select
from rheobase.compiler.kernels.scene import Scene
from rheobase.compiler.plan import NOISE


def draw_noise(scene: Scene, step: Value) -> None:
    """Draw a block's numbers for this step, a stream for each noise in the order of the plan."""
    stream = 0
    for noise in scene.plan.step.noises:
        with scene.neurons() as (i, j):
            scene.builder.store(scene.scratch(f"draw_{noise}"), j, _normal(scene, stream, i, step))
        stream += 1
    for name, inputs in scene.plan.inputs.items():
        for k, kind in enumerate(inputs.kinds):
            if kind == NOISE:
                _advance_process(scene, f"{name}_{k}", stream, step)
                stream += 1


def _advance_process(scene: Scene, name: str, stream: int, step: Value) -> None:
    """The exact update of an Ornstein-Uhlenbeck process; its first value is a stationary draw."""
    b, process = scene.builder, scene.array(f"noise_{name}")
    is_first = b.let("is_first", step.equals(0))
    with scene.neurons() as (i, _):
        draw = _normal(scene, stream, i, step)
        mean = b.let("mean", scene.array(f"mean_{name}")[i])
        decay = select(is_first, 0.0, scene.array(f"decay_{name}")[i])
        first, later = scene.array(f"sigma_{name}")[i], scene.array(f"spread_{name}")[i]
        spread = select(is_first, first, later)
        b.store(process, i, mean + (process[i] - mean) * decay + spread * draw)


def _normal(scene: Scene, stream: int, neuron: Value, step: Value) -> Value:
    from rheobase.compiler.kernels.random import normal  # a large function: only for who asks

    return normal()(scene.number("seed"), scene.number("stream") + stream, neuron, step)
