"""What holds of every model in a network, and of networks in every process."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np

import rheobase as rb
from rheobase.units import ms

DURATION = 40 * ms


def drive_of(model):
    """Enough of an input to make the model's neurons move, another for each; by input."""
    found = {}
    for name in model.inputs:
        value = np.linspace(0.5, 1.5, 3) * {"I": 1.0}.get(name, 0.0)
        unit = model.unit_of(name)
        found[name] = rb.step(value * model_scale(model) * (unit if unit is not None else 1.0))
    return found


def model_scale(model):
    """About what makes a neuron fire, in the unit of its input."""
    unit = model.unit_of("I")
    return 10.0 if unit is None or "/" in str(unit) else 300.0


def test_an_unconnected_neuron_is_the_one_that_simulate_runs(kept, method):
    model, dt = kept.model, 0.05 * ms
    drive = drive_of(model)
    states = list(model.states)
    grid = {} if method == "adaptive" else dict(spike_times="grid")
    alone = rb.simulate(
        model, DURATION, n=3, dt=dt, method=method, record=states, **grid, **drive
    )  # fmt: skip
    net = rb.Network(dt=dt)
    net.add(model, 3, name="a", method=method, **drive)
    net.record("a", states)
    rec = net.run(DURATION)["a"]
    for state in states:
        assert np.array_equal(np.asarray(rec[state]), np.asarray(alone[state])), state
    assert np.array_equal(np.sort(rec.spikes.i), np.sort(alone.spikes.i))
    # A network stamps the end of the step that a spike is in.
    ticks = np.sort(np.ceil(alone.spikes.t.internal / 0.05 - 1e-6))
    if method == "published":  # as its authors' programs count, spikes are stamped later alone
        ticks = ticks - model.published.label
    assert np.array_equal(np.sort(np.rint(rec.spikes.t.internal / 0.05)), ticks)


def test_every_model_takes_part_in_a_network(kept):
    model = kept.model
    net = rb.Network(dt=0.05 * ms, threads=2)
    net.add(model, 20, name="a")
    net.add(rb.SpikeTimes(np.arange(1, 30) * ms, np.arange(29) % 20), 20, name="s")
    unit = model.unit_of("v")
    jump = 0.5 if unit is None else 0.5 * unit
    net.connect("s", "a", rb.Delta("v"), rb.one_to_one(), jump, 1 * ms)
    if model.spike is not None:
        net.connect("a", "a", rb.Delta("v"), rb.bernoulli(0.2), 0.01 * jump, 1.5 * ms)
    else:
        net.connect("a", "a", rb.Graded(), rb.bernoulli(0.2), 0.01, 1.5 * ms)
    rec = net.run(DURATION)
    assert rec["a"].spikes.n == 20
    json.dumps(net.to_dict())
    assert "bernoulli" in str(net.summary())


SCRIPT = """
import hashlib, sys
import numpy as np
import rheobase as rb
from rheobase.units import kHz, ms
threads = int(sys.argv[1])
m = rb.Model("dv/dt = (1.2 - v + I)/10 + 0.05*xi", spike="v > 1", reset="v = 0", inputs=["I"])
net = rb.Network(seed=11, dt=0.1*ms, threads=threads)
net.add(m, 200, name="a", initial=dict(v=rb.uniform(0.0, 1.0)))
net.add(rb.Poisson(1*kHz), 200, name="p")
net.connect("p", "a", rb.Exponential(2.0, name="x"), rb.one_to_one(), 0.2, 0.3*ms)
late = rb.uniform(0.2*ms, 3*ms)
net.connect("a", "a", rb.Delta("v"), rb.fixed_indegree(20), rb.normal(0, 0.1), late)
rec = net.run(100*ms)
s = rec["a"].spikes
data = s.t.internal.tobytes() + np.asarray(s.i, "<i8").tobytes()
print(s.total, hashlib.sha256(data).hexdigest())
"""


def test_another_process_gives_the_same_spikes():
    found = set()
    for threads, hashing in ((1, "0"), (2, "1"), (4, "77")):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(threads)], capture_output=True, text=True,
            timeout=120, env=os.environ | {"PYTHONHASHSEED": hashing},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    (text,) = found
    assert int(text.split()[0]) > 500
    assert len(text.split()[1]) == hashlib.sha256().digest_size * 2


def test_a_description_read_back_runs_the_same():
    net = rb.Network(seed=3, dt=0.1 * ms)
    model = rb.Model("dv/dt = (1.3 - v + I)/9", spike="v > 1", reset="v = 0", inputs=["I"])
    net.add(model, 40, name="a", initial=dict(v=rb.uniform(0.0, 1.0)))
    net.connect(
        "a", "a", rb.Exponential(3.0, name="x"), rb.fixed_outdegree(5), rb.normal(0, 0.1),
        rb.uniform(0.1 * ms, 2 * ms),
    )  # fmt: skip
    again = rb.Network.from_dict(json.loads(json.dumps(net.to_dict())))
    one, other = (n.run(60 * ms)["a"].spikes for n in (net, again))
    assert one.total > 50
    assert np.array_equal(one.t.internal, other.t.internal)
    assert np.array_equal(one.i, other.i)
