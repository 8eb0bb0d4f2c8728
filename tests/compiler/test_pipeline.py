"""The stages of the compiler: what decides the code, what is shared, and what can be read."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.compiler import pipeline
from rheobase.compiler.pipeline import compile_population, kernels, source
from rheobase.compiler.plan import InputPlan, Plan
from rheobase.compiler.schemes import adaptive, build_step
from rheobase.errors import ParameterError, SchemeError
from rheobase.records import replace
from rheobase.units import ms, mV, pA


def plan_of(model, method=None, **changes):
    step = build_step(model, method)
    inputs = {name: InputPlan(base=True) for name in model.inputs}
    return Plan(step, step if step.localises else None, inputs=inputs, **changes)


def test_the_same_plan_is_compiled_once():
    first = compile_population(plan_of(rb.LIF()))
    assert compile_population(plan_of(rb.LIF())) is first
    # Values are passed at run time: another threshold needs no other code.
    assert compile_population(plan_of(rb.LIF(V_T=-45 * mV))) is first
    assert compile_population(plan_of(rb.LIF(), "euler")) is not first


def changed(**changes):
    text = "dv/dt = (I - v)/tau"
    parts = dict(
        spike="v > V_T", reset="v = 0", refractory="t_ref", inputs=["I"],
        parameters=dict(tau=10.0, V_T=1.0, t_ref=2.0),
    ) | changes  # fmt: skip
    return rb.Model(parts.pop("text", text), **parts)


@pytest.mark.parametrize(
    "changes",
    [
        dict(text="dv/dt = (I + v)/tau"),
        dict(spike="v >= V_T"),
        dict(reset="v = 0.5"),
        dict(reset="v += 0.5"),
        dict(refractory="2*t_ref"),
        dict(refractory=None),
        dict(text="e = v\ndv/dt = (I - e)/tau"),
    ],
)
def test_whatever_changes_the_code_is_in_its_key(changes):
    assert pipeline.plan_shape(plan_of(changed(**changes))) != pipeline.plan_shape(
        plan_of(changed())
    )


def test_whatever_of_the_scheme_changes_the_code_is_in_its_key(monkeypatch):
    model = changed(text="dv/dt = (I - v*v)/tau")
    before = pipeline.plan_shape(plan_of(model, "adaptive"))
    monkeypatch.setattr(adaptive, "TOLERANCE", 1e-3)
    assert pipeline.plan_shape(plan_of(model, "adaptive")) != before
    plan = plan_of(model, "rk4")
    others = [
        replace(plan, refine=True),
        replace(plan, record=("v",)),
        replace(plan, heterogeneous=frozenset({"tau"})),
        replace(plan, wide=False),
        replace(plan, inputs={"I": InputPlan(base=False, kinds=("noise",))}),
        plan_of(model, "heun"),
    ]
    shapes = {pipeline.plan_shape(p) for p in [plan, *others]}
    assert len(shapes) == len(others) + 1


def test_the_cache_in_memory_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr(pipeline, "_compiled", {})
    monkeypatch.setattr(pipeline, "_MOST_KEPT", 2)
    for k in range(4):
        compile_population(plan_of(changed(text=f"dv/dt = (I - v)/tau + {k}")), "python")
    assert len(pipeline._compiled) == 2


def test_arguments_are_found_by_name():
    compiled = compile_population(plan_of(rb.LIF(), record=("v",)))
    assert set(compiled.callables) == set(compiled.argument_names) == {"advance", "observe"}
    assert {"counters", "state_v", "dt"} <= set(compiled.argument_names["advance"])
    assert "trace_v" in compiled.argument_names["observe"]


@pytest.mark.parametrize("method", ["exact", "euler", "rk4", "adaptive"])
def test_the_source_can_be_read(method):
    assert "define" in source(rb.LIF(), method=method)
    python = source(rb.LIF(), target="python", method=method)
    assert "def advance(" in python
    compile(python, "source", "exec")
    assert "\\frac{dv}{dt}" in source(rb.LIF(), target="latex").replace(" ", "")


def test_the_machine_code_can_be_read():
    assert "advance" in source(rb.LIF(), target="asm", method="euler")


def test_a_target_or_method_that_does_not_exist_is_refused():
    with pytest.raises(ParameterError, match="There is no target 'fortran'"):
        source(rb.LIF(), target="fortran")
    with pytest.raises(SchemeError):
        source(rb.LIF(), method="eulr")


def test_the_plan_knows_where_the_time_is_mentioned():
    assert not plan_of(changed()).needs_time
    for part in (
        dict(spike="v > t"), dict(reset="v = t"), dict(refractory="t_ref + 0*t"),
        dict(text="dv/dt = (I - v)/tau + t"), dict(text="e = t\ndv/dt = (I - v)/tau + e"),
    ):  # fmt: skip
        assert plan_of(changed(**part), "rk4").needs_time, part


def test_the_margin_turns_positive_where_the_condition_holds():
    from rheobase.compiler.targets.numpy import evaluate

    for text in ("v > 1", "v >= 1", "1 < v", "1 <= v"):
        margin = plan_of(changed(spike=text)).margin
        assert evaluate(margin, {"v": 3.0}) == 2.0
    assert plan_of(changed(spike="v > 1 and v < 2")).margin is None
    assert plan_of(changed(spike="v == 1")).margin is None


def test_kernels_are_the_same_text_each_time():
    from rheobase.compiler.targets import llvm

    texts = [
        llvm.emit(list(kernels(plan_of(rb.AdEx(), record=("v", "w")))[0].values())) for _ in "ab"
    ]
    assert texts[0] == texts[1]  # or the cache on disk would never be found again


def test_one_compiled_population_serves_many_runs():
    a = rb.simulate(rb.LIF(), 50 * ms, I=300 * pA)
    b = rb.simulate(rb.LIF(V_T=-56 * mV), 50 * ms, I=300 * pA)
    c = rb.simulate(rb.LIF(), 50 * ms, I=300 * pA)
    assert np.array_equal(a.spikes.t.internal, c.spikes.t.internal)
    assert b.spikes.total > a.spikes.total
