"""The fast path of a step: every neuron updated at once, in loops that vectorise."""

from __future__ import annotations

from rheobase.compiler.calculus import inlined
from rheobase.compiler.kernel import Array, Cast, Name, Value, as_value, fma, primitive, select
from rheobase.compiler.kernels.arrivals import arrivals, keep_own
from rheobase.compiler.kernels.elementary.exponential import NEAR
from rheobase.compiler.kernels.scene import Scene, mentioned
from rheobase.compiler.plan import BLOCK, Plan
from rheobase.compiler.tableau import Tableau
from rheobase.model.expression import Apply, Expression, names, walk

# Bits of a neuron's flag: it spiked, it is not finite, it needs the inner scheme.
SPIKED, BROKEN, DIVIDED = 1, 2, 4
# More functions than these are not worth looking at beforehand.
_MOST_FORESEEN = 2


def update(scene: Scene, row: Value, step: Value) -> None:
    """Advance a block by one step and leave what happened to each neuron in `flags`."""
    tableau = scene.plan.step.tableau
    if scene.plan.inner is scene.plan.step and not scene.plan.wide:
        _divide_all(scene)
    elif tableau is None or tableau.stages == 1:
        _map(scene, row, step)
    else:
        _runge_kutta(scene, tableau, row, step)


def _divide_all(scene: Scene) -> None:
    """A few neurons under step control: a whole step is the inner scheme's first trial."""
    with scene.neurons() as (_, j):
        scene.builder.store(flags(scene), j, as_value(DIVIDED, "i8"))


def flags(scene: Scene) -> Array:
    """What happened to each neuron of the block in this step."""
    return scene.scratch("flags", type="i8")


def _map(scene: Scene, row: Value, step: Value) -> None:
    """One pass: the update map, or a single Runge-Kutta stage.

    Where the map's `exprel` are cheap to foresee, a block in which all of them are near zero takes
    the short way; the bits are the same.
    """
    b, arguments = scene.builder, _foreseen(scene.plan)
    if not arguments:
        _map_block(scene, row, step)
        return
    far = b.variable("far", 0, "i64")
    with scene.neurons() as (i, _):
        lower = scene.lowering(i, scene.load_states(i) | scene.time(step, 0.0))
        for name, expression in scene.plan.step.body.items():
            if any(name in mentioned(scene.model, argument) for argument in arguments):
                lower.define(name, expression)
        for argument in arguments:
            beyond = ~(primitive("fabs", lower(argument)) <= NEAR)
            b.assign(far, far | select(beyond, as_value(1, "i64"), as_value(0, "i64")))
    with b.when(far.equals(0)):
        _map_block(scene, row, step, near=True)
    with b.otherwise():
        _map_block(scene, row, step)


def _foreseen(plan: Plan) -> list[Expression]:
    """The varying arguments of a map's `exprel`, if all are sums and products of states."""
    if plan.step.tableau is not None or not plan.wide:
        return []
    model, found = plan.step.model, list[Expression]()
    invariant, cheap = plan.invariant, {*plan.invariant, *model.states}
    for expression in [*plan.step.body.values(), *plan.step.after.values()]:
        for node in walk(expression):
            if isinstance(node, Apply) and node.function == "exprel":
                argument = node.arguments[0]
                whole = inlined(model, argument)
                if names(whole) <= invariant:
                    continue
                costly = any(isinstance(part, Apply) for part in walk(whole))
                if costly or not names(whole) <= cheap:
                    return []
                found.append(argument)
    return found if len(found) <= _MOST_FORESEEN else []


def _map_block(scene: Scene, row: Value, step: Value, near: bool = False) -> None:
    b, plan = scene.builder, scene.plan
    is_map = plan.step.tableau is None
    fraction = None if is_map else 0.0
    wave = scene.wave(row, fraction)
    with scene.neurons() as (i, j):
        old = scene.load_states(i)
        values = old | scene.time(step, 0.0) | scene.inputs(i, row, wave, fraction, coupled=True)
        for noise in plan.step.noises:
            values[noise] = scene.scratch(f"draw_{noise}")[j]
        lower = scene.lowering(i, values, near)
        body = plan.step.body if is_map else scene.model.definitions
        for name, expression in body.items():
            lower.define(name, expression)
        new: dict[str, Value]
        if is_map:
            new = {s: b.let(f"{s}_next", lower(e)) for s, e in plan.step.after.items()}
            if plan.step.held and plan.inner is None:
                free = b.let("unheld", scene.array("refractory", "i32")[i] <= 0)
                for s, e in plan.step.held.items():
                    new[s] = b.let(f"{s}_next", select(free, new[s], lower(e)))
        else:
            slopes = {s: lower(e) for s, e in scene.model.derivatives.items()}
            new = {s: b.let(f"{s}_next", fma(scene.dt, k, old[s])) for s, k in slopes.items()}
        _finish(scene, (i, j), row, step, old, new, None)


def _runge_kutta(scene: Scene, tableau: Tableau, row: Value, step: Value) -> None:
    """Several stages; the loop over stages keeps the code small."""
    b, model = scene.builder, scene.model
    stages, keep = tableau.stages, not tableau.is_chain
    slope = {s: scene.scratch(f"slope_{s}", BLOCK * (stages if keep else 1)) for s in model.states}
    total = {s: scene.scratch(f"total_{s}") for s in model.states}
    if not keep:
        with scene.neurons() as (_, j):
            for s in model.states:
                b.store(slope[s], j, 0.0)
                b.store(total[s], j, 0.0)
    with b.loop("stage", 0, stages) as stage:
        if keep:
            _gather(scene, tableau, stage, slope, total)
        _stage(scene, tableau, row, step, stage, slope, total)
    error = _errors(scene, tableau, slope) if keep else None
    with scene.neurons() as (i, j):
        old = scene.load_states(i)
        new: dict[str, Value]
        if keep:  # the last stage of such a pair is evaluated at the end of the step
            new = {s: b.let(f"{s}_next", total[s][j]) for s in model.states}
        else:
            new = {s: b.let(f"{s}_next", fma(scene.dt, total[s][j], old[s])) for s in model.states}
        _finish(scene, (i, j), row, step, old, new, _accepted(scene, tableau, j, new, slope, error))


def _gather(
    scene: Scene,
    tableau: Tableau,
    stage: Name,
    slope: dict[str, Array],
    total: dict[str, Array],
) -> None:
    """Total = x + h sum_l a[stage][l] slope_l, for schemes that need every earlier stage."""
    b = scene.builder
    a = scene.table(
        "a", tuple(v for r in tableau.a for v in (*r, *[0.0] * (tableau.stages - len(r))))
    )
    for s in scene.model.states:
        with scene.neurons() as (i, j):
            b.store(total[s], j, scene.state(s)[i])
        with b.loop("earlier", 0, stage) as earlier:
            weight = b.let("weight", a[stage * tableau.stages + earlier] * scene.dt)
            with scene.neurons() as (_, j):
                b.store(total[s], j, fma(weight, slope[s][earlier * BLOCK + j], total[s][j]))


def _stage(
    scene: Scene,
    tableau: Tableau,
    row: Value,
    step: Value,
    stage: Name,
    slope: dict[str, Array],
    total: dict[str, Array],
) -> None:
    """Evaluate the slopes of one stage for one block."""
    b, keep = scene.builder, not tableau.is_chain
    fraction = b.let("fraction", scene.table("c", tableau.c)[stage])
    wave = scene.wave(row, fraction)
    time = scene.time(step, fraction)
    if not keep:
        before = tuple(r[-1] if r else 0.0 for r in tableau.a)
        weight = b.let("weight", scene.table("before", before)[stage] * scene.dt)
        share = b.let("share", scene.table("b", tableau.b)[stage])
    with scene.neurons() as (i, j):
        if keep:
            states = {s: b.let(s, total[s][j]) for s in scene.model.states}
        else:
            states = {
                s: b.let(s, fma(weight, slope[s][j], scene.state(s)[i])) for s in scene.model.states
            }
        values = states | time | scene.inputs(i, row, wave, fraction, coupled=True)
        lower = scene.lowering(i, values)
        for name, expression in scene.model.definitions.items():
            lower.define(name, expression)
        found = {s: b.let(f"slope_{s}", lower(e)) for s, e in scene.model.derivatives.items()}
        if scene.model.held and scene.plan.inner is None:
            # The other states see the held ones where they are held, not on their way from there.
            free = b.let("unheld", scene.array("refractory", "i32")[i] <= 0)
            found |= {s: b.let(s, select(free, found[s], 0.0)) for s in scene.model.held}
        for s, value in found.items():
            if keep:
                b.store(slope[s], stage * BLOCK + j, value)
            else:
                b.store(slope[s], j, value)
                b.store(total[s], j, fma(share, value, total[s][j]))


def _errors(scene: Scene, tableau: Tableau, slope: dict[str, Array]) -> dict[str, Array] | None:
    """H sum_l e_l slope_l for each state, where the scheme controls its step."""
    if not tableau.error:
        return None
    b = scene.builder
    weights = scene.table("error", tableau.error)
    error = {s: scene.scratch(f"error_{s}") for s in scene.model.states}
    for s in scene.model.states:
        with scene.neurons() as (_, j):
            b.store(error[s], j, 0.0)
        with b.loop("stage", 0, tableau.stages) as stage:
            weight = b.let("weight", weights[stage] * scene.dt)
            with scene.neurons() as (_, j):
                b.store(error[s], j, fma(weight, slope[s][stage * BLOCK + j], error[s][j]))
    return error


def _accepted(
    scene: Scene,
    tableau: Tableau,
    j: Value,
    new: dict[str, Value],
    slope: dict[str, Array],
    error: dict[str, Array] | None,
) -> Value | None:
    """Whether every state's local error is within the tolerance; NaN is not."""
    if error is None:
        return None
    from rheobase.compiler.kernels.divide import error_bound

    accepted: Value = as_value(True, "bool")
    for s in scene.model.states:
        steep = primitive("fabs", slope[s][(tableau.stages - 1) * BLOCK + j])
        bound = error_bound(new[s], steep, scene.dt, float(scene.plan.step.tolerance or 0.0))
        accepted = accepted & (primitive("fabs", error[s][j]) / bound <= 1.0)
    return accepted


def _finish(
    scene: Scene,
    at: tuple[Value, Value],
    row: Value,
    step: Value,
    old: dict[str, Value],
    new: dict[str, Value],
    accepted: Value | None,
) -> None:
    """Hold refractory neurons, find spikes and NaN, store the new states and the flag."""
    b, plan, model, (i, j) = scene.builder, scene.plan, scene.model, at
    if plan.inner is not None:
        good = as_value(True, "bool") if accepted is None else accepted
        after: Value = as_value(False, "bool")
        if model.spike is not None:
            after = b.let("after", scene.condition(i, row, step, 1.0, new))
            good = good & ~_rises(scene, i, row, step, old, after)
        if model.held:
            good = good & (scene.array("remaining")[i] <= 0.0)
        for s in model.states:
            good = good & (new[s] - new[s]).equals(0.0)
        good = b.let("good", good)
        for s in model.states:
            b.store(scene.state(s), i, select(good, new[s], old[s]))
        if plan.remembers:
            was = scene.array("was", "i8")
            b.store(was, i, select(good, Cast(after, "i8"), was[i]))
        b.store(flags(scene), j, select(good, as_value(0, "i8"), as_value(DIVIDED, "i8")))
        return
    keep_own(scene, i, new)
    for s, value in arrivals(scene, i, j, step).items():
        new[s] = b.let(f"{s}_next", new[s] + value)
    free: Value = as_value(True, "bool")
    if model.held:
        left = b.let("left", scene.array("refractory", "i32")[i])
        free = b.let("free", left <= 0)
        b.store(scene.array("refractory", "i32"), i, select(free, left, left - 1))
        for s in model.held:
            new[s] = b.let(f"{s}_next", select(free, new[s], old[s]))
    flag: Value = as_value(0, "i8")
    if model.spike is not None:
        crosses = _crosses(scene, at, row, step, old, new) & free
        flag = select(crosses, as_value(SPIKED, "i8"), flag)
    if model.states:
        # Finite if all are; where it is not although they are, a closer look follows.
        total: Value = new[model.states[0]]
        for s in model.states[1:]:
            total = total + new[s]
        total = b.let("total", total)
        broken = (total - total).differs(0.0)
        flag = flag | select(broken, as_value(BROKEN, "i8"), as_value(0, "i8"))
    b.store(flags(scene), j, flag)
    for s in model.states:
        b.store(scene.state(s), i, new[s])


def _crosses(
    scene: Scene,
    at: tuple[Value, Value],
    row: Value,
    step: Value,
    old: dict[str, Value],
    new: dict[str, Value],
) -> Value:
    """Whether a neuron whose spikes stay on the grid fires at the end of the step."""
    b, (i, j) = scene.builder, at
    after = b.let("after", scene.condition(i, row, step, 1.0, new))
    if scene.plan.refine and scene.plan.margin is not None:
        before = scene.evaluate(i, row, step, 0.0, old, scene.plan.margin)
        b.store(scene.scratch("margin"), j, before)
    rises = b.let("rises", _rises(scene, i, row, step, old, after))
    if scene.plan.remembers:
        b.store(scene.array("was", "i8"), i, Cast(after, "i8"))
    return rises


def _rises(
    scene: Scene, i: Value, row: Value, step: Value, old: dict[str, Value], after: Value
) -> Value:
    """The spike condition after the step; for a model without reset, its rising edge."""
    if scene.model.reset:
        return after
    return after & ~scene.held_before(i, row, step, old)
