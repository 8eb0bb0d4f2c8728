"""Learning leaves the same bits, however a run is divided, shared out, watched or carried on."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms

from .learning_cases import DT, RULES, Case, assert_same, state_of

SCALE = 4


def case_of(name):
    return Case(name, 11, axonal=0.5, method="rk4", scale=SCALE)


@pytest.fixture(scope="module")
def whole():
    """What each rule leaves after one run by one thread."""
    found = {}

    def of(name):
        if name not in found:
            case = case_of(name)
            net = case.network()
            found[name] = state_of(net, case.run(net))
        return found[name]

    return of


@pytest.mark.parametrize("name", RULES)
def test_threads_repeats_and_the_order_of_creation(name, whole):
    case = case_of(name)
    for threads, order in ((1, -1), (2, 1), (4, -1)):
        net = case.network(threads, order)
        assert_same(state_of(net, case.run(net)), whole(name))


@pytest.mark.parametrize("name", RULES)
def test_runs_cut_anywhere(name, whole):
    """Within an epoch of lazily updated states, at its end (960 ticks for dopamine), and after."""
    case = case_of(name)
    for pieces in ((1, 2, 77), (case.steps - 140, case.steps - 139)):
        net = case.network(2)
        assert_same(state_of(net, case.run(net, pieces)), whole(name))


@pytest.mark.parametrize("name", RULES)
def test_what_is_recorded_changes_nothing(name, whole):
    case = case_of(name)
    net = case.network(record=False)
    case.run(net)
    found = {k: v for k, v in whole(name).items() if not k.startswith("spikes")}
    assert_same({k: v for k, v in weights(net).items() if k in found}, found)


def weights(net):
    """What stands in the synapses alone."""
    found = {}
    for name in ("given", "recurrent", "view"):
        table = net.synapses(name)
        for state in table.values:
            found[f"{name}:{state}"] = np.asarray(getattr(table[state], "magnitude", table[state]))
    return found


@pytest.mark.parametrize("axonal", [0.5, 1.0])
@pytest.mark.parametrize("name", RULES)
def test_checkpoints(name, axonal, tmp_path):
    """Saved in the middle and restored for another number of threads."""
    case = Case(name, 12, axonal, scale=SCALE)
    net = case.network()
    expected = state_of(net, case.run(net))
    first = case.network(2)
    middle = case.steps - 141
    before = first.run(middle * DT * ms)
    seen = weights(first)
    path = first.save(tmp_path / "checkpoint")
    for threads in (1, 3):
        again = rb.Network.restore(path, threads=threads)
        assert_same(weights(again), seen)
        after = again.run((case.steps - middle) * DT * ms)
        assert_same(state_of(again, [before, after]), expected)


PROGRAM = """
import json, sys
import numpy as np
import rheobase as rb
from rheobase.units import ms
net = rb.Network.restore(sys.argv[1], threads=int(sys.argv[2]))
rec = net.run(float(sys.argv[3]) * ms)
digest = [rec["cells"].spikes.t.internal.tolist(), rec["cells"].spikes.i.tolist()]
for name in ("given", "recurrent", "view"):
    table = net.synapses(name)
    digest += [np.asarray(getattr(table[s], "magnitude", table[s])).tolist() for s in table.values]
print(json.dumps(digest))
"""


@pytest.mark.parametrize("name", ["dopamine", "two releases"])
def test_a_checkpoint_in_a_new_process(name, tmp_path):
    case = case_of(name)
    net = case.network(2)
    net.run(100 * DT * ms)
    path = net.save(tmp_path / "checkpoint")
    rest = (case.steps - 100) * DT
    here = rb.Network.restore(path)
    rec = here.run(rest * ms)
    expected = [rec["cells"].spikes.t.internal.tolist(), rec["cells"].spikes.i.tolist()]
    expected += [value.tolist() for value in weights(here).values()]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), "3", str(rest)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert json.loads(done.stdout) == expected


@pytest.mark.parametrize("name", RULES)
def test_plain_python_gives_the_same_bits(name):
    case = Case(name, 4, axonal=0.5 if len(name) % 2 else 1.0, steps=60)
    found = []
    for target in ("llvm", "python"):
        net = case.network()
        recs = [net.run(steps * DT * ms, target=target) for steps in (25, 35)]
        found.append(state_of(net, recs))
    assert len(found[0]["spikes:t"]) >= 3
    assert_same(*found)
