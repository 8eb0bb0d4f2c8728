"""Every model gives one trace on every target, under every scheme that suits it."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms

# In the upswing of an exponential neuron the stages of these overflow, which is said (test_safety).
OVERFLOWS = {("AdEx", "rk4"), ("ExponentialIF", "rk4")}


def started(kept, method, margin=0.4):
    """First values from which a spike is near, so that the reset is run as well."""
    model = kept.model
    if not model.reset:
        return None  # from rest: these take their time over a spike
    if (kept.name, method) in OVERFLOWS:
        return {"v": model.from_internal(-58.0, "v")}
    level = getattr(model.spike.right, "value", None)
    if level is None:
        level = model.parameters.get(model.spike.right.name, -50.0)
    return {"v": model.from_internal(level - margin, "v")}


def run(model, duration, **options):
    names = [*model.states, *model.outputs, *list(model.definitions)[:2]]
    return rb.simulate(model, duration, record=list(dict.fromkeys(names)), **options)


def traces(rec):
    return {name: np.asarray(rec[name]) for name in rec.names}


def assert_close(one, other, bound):
    for name, trace in traces(one).items():
        found = np.asarray(other[name])
        assert trace.shape == found.shape
        assert np.all(np.isfinite(trace)), name
        assert np.all(np.abs(trace - found) <= bound * (1 + np.abs(trace))), name
    assert np.array_equal(one.spikes.i, other.spikes.i)
    assert one.spikes.t.internal == pytest.approx(other.spikes.t.internal, abs=1e-7)


@pytest.mark.parametrize("n", [1, 9])
def test_machine_code_and_numpy_agree(kept, method, n):
    model = kept.model
    dt = {"published": 0.5}.get(method, 0.05) * ms
    options = dict(n=n, dt=dt, method=method, initial=started(kept, method))
    duration = 4 * ms
    llvm = run(model, duration, target="llvm", **options)
    numpy = run(model, duration, target="numpy", **options)
    # Step control may round an error to either side of its tolerance.
    assert_close(llvm, numpy, 1e-7 if method == "adaptive" else 1e-9)
    fires = model.spike is not None and (kept.name, method) not in OVERFLOWS
    assert (llvm.spikes.total > 0) == fires


@pytest.mark.parametrize("n", [1, 9])
def test_machine_code_and_python_agree_to_the_last_bit(kept, method, n):
    model = kept.model
    dt = {"published": 0.5}.get(method, 0.02) * ms
    steps = {"adaptive": 2, "exact": 3}.get(method, 4)
    options = dict(n=n, dt=dt, method=method, initial=started(kept, method, 0.02))
    if n > 1:
        current = model.drive["I"]
        options["I"] = current * np.linspace(0, 1.5, n) + rb.noise(0.1 * current, 5 * ms)
    duration = steps * (0.5 if method == "published" else 0.02) * ms
    llvm = run(model, duration, target="llvm", **options)
    python = run(model, duration, target="python", **options)
    for name, trace in traces(llvm).items():
        assert np.array_equal(trace, np.asarray(python[name])), name
    assert np.array_equal(llvm.spikes.t.internal, python.spikes.t.internal)
    assert np.array_equal(llvm.spikes.i, python.spikes.i)


def test_every_preset_runs_the_same_on_machine_code_and_numpy(kept):
    model = kept.model
    llvm, numpy = (run(model, 6 * ms, target=target) for target in ("llvm", "numpy"))
    assert_close(llvm, numpy, 1e-7)


def test_every_preset_runs_its_whole_course(kept):
    model = kept.model
    rec = rb.simulate(model, 300 * ms, record=list(model.states))
    for name in model.states:
        assert np.all(np.isfinite(np.asarray(rec[name])))
    assert rec.provenance["method"] == (model.method or "exact")


def test_a_published_update_runs(kept):
    model = kept.model
    if model.published is None:
        assert model.is_plain is False  # only the plain models of Izhikevich carry one
        return
    rec = rb.simulate(model, 100, method="published", record=["v", "u"])
    assert rec.provenance["dt_ms"] == model.published.dt
    assert np.all(np.isfinite(np.asarray(rec["v"])))
