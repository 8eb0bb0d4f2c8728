"""`rheobase run` with a network: what it writes, prints and promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb
from rheobase.lab.networks.file import NetworkFile, read_network
from rheobase.lab.source import Source
from rheobase.units import Hz, ms, mV, nS, pA, pF, um

from .left_behind import manifest_of

SMALL = """
[network]
title = "Small"
duration = "100 ms"
seed = 3
figures = ["raster", "raster", { kind = "rate", bin = "5 ms" }, "traces", "diagram"]

[[stimulus]]
name = "push"
kind = "step"
amplitude = "300 pA"
start = "5 ms"

[[population]]
name = "exc"
n = 40
model = "LIF"
releases = "glutamate"
stimulus = ["push", { kind = "noise", sigma = "50 pA", tau = "4 ms" }]
initial = { v = "uniform(-70 mV, -55 mV)", g_AMPA = "clipped(normal(1 nS, 2 nS), low=0 nS)" }
parameters = { C = { kind = "normal", mean = "200 pF", std = "5 pF" } }

[[population]]
name = "inh"
like = "exc"
n = 10
releases = "GABA"

[[population]]
name = "drive"
n = 40
source = { kind = "poisson", rate = "100 Hz" }
releases = "glutamate"

[[projection]]
name = "recurrent"
pre = "exc"
post = ["exc", "inh"]
synapse = { kind = "exponential", tau = "5 ms", reversal = "0 mV", name = "AMPA" }
rule = { kind = "bernoulli", p = 0.2, autapses = false }
weight = "lognormal(1 nS, 0.5 nS)"
delay = "uniform(1 ms, 3 ms)"

[[projection]]
pre = { population = "inh", neurons = "0:5" }
post = "exc"
synapse = { kind = "exponential", tau = "8 ms", reversal = "-80 mV", name = "GABA" }
rule = { kind = "fixed_indegree", k = 3 }
weight = "3 nS"
delay = "1.5 ms"

[[projection]]
pre = "drive"
post = "exc"
synapse = { kind = "exponential", tau = "5 ms", reversal = "0 mV", name = "AMPA" }
rule = "one_to_one"
weight = "2 nS"
delay = "1 ms"

[record]
exc = [{ what = ["v", "g_AMPA"], neurons = [0, 1] }, "rate"]
"""


def _small() -> rb.Network:
    """The same network, in Python."""
    net = rb.Network(seed=3)
    first = dict(
        v=rb.uniform(-70 * mV, -55 * mV), g_AMPA=rb.clipped(rb.normal(1 * nS, 2 * nS), low=0 * nS)
    )
    given = dict(
        initial=first, parameters=dict(C=rb.normal(200 * pF, 5 * pF)),
        I=rb.step(300 * pA, 5 * ms) + rb.noise(50 * pA, 4 * ms),
    )  # fmt: skip
    exc = net.add(rb.LIF(), 40, "exc", releases="glutamate", **given)
    inh = net.add(rb.LIF(), 10, "inh", releases="GABA", **given)
    drive = net.add(rb.Poisson(100 * Hz), 40, "drive", releases="glutamate")
    ampa = rb.Exponential(5 * ms, reversal=0 * mV, name="AMPA")
    gaba = rb.Exponential(8 * ms, reversal=-80 * mV, name="GABA")
    net.connect(
        [exc], [exc, inh], ampa, rb.bernoulli(0.2, autapses=False), name="recurrent",
        weight=rb.lognormal(1 * nS, 0.5 * nS), delay=rb.uniform(1 * ms, 3 * ms),
    )  # fmt: skip
    net.connect(inh[:5], exc, gaba, rb.fixed_indegree(3), 3 * nS, 1.5 * ms)
    net.connect(drive, exc, ampa, rb.one_to_one(), 2 * nS, 1 * ms)
    return net


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[[str], NetworkFile]:
    return lambda text: read_network(Source.read(write(text)))


def test_what_it_leaves_and_says(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "a" / "b"
    result = command("run", write(SMALL), "--out", out)
    assert result.exit_code == 0, result.output
    assert {p.name for p in out.iterdir()} == {
        "recording.npz", "recording.json", "raster.png", "raster-2.png", "rate.png", "traces.png",
        "diagram.png", "experiment.toml", "rheobase.json",
    }  # fmt: skip
    manifest = manifest_of(out, SMALL)
    assert manifest["title"] == "Small"
    assert manifest["seed"] == 3
    assert [row["population"] for row in manifest["summary"]] == [
        "exc", "inh", "drive", "all neurons",
    ]  # fmt: skip
    # The table says what the recording holds.
    recording = rb.load(out / "recording.npz")
    assert isinstance(recording, rb.NetworkRecording)
    rows = {line.split("  ")[0]: line.split() for line in result.stdout.splitlines()}
    spikes = recording["exc"].spikes
    assert rows["exc"][1:3] == ["40", str(spikes.total)]
    assert float(rows["exc"][3]) == pytest.approx(spikes.total / 4, abs=0.006)
    assert rows["drive"][2:4] == ["-", "-"]
    both = spikes.total + recording["inh"].spikes.total
    assert rows["all neurons"][2:4] == ["50", str(both)]
    for column in ("population", "spikes", "rate (Hz)", "CV", "wall (s)", "x real time"):
        assert column in result.stdout
    assert [p.name for p in out.parent.iterdir()] == ["b"]


def test_the_recording_is_that_of_the_library(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command("run", write(SMALL), "--out", out, "--no-figures", "--quiet")
    assert not list(out.glob("*.png"))
    found, net = rb.load(out / "recording.npz"), _small()
    net.record("exc", ["v", "g_AMPA"], subset=[0, 1])
    expected = net.run(100 * ms)
    for name in ("exc", "inh"):
        assert expected[name].spikes.total > 10
        assert np.array_equal(found[name].spikes.t.magnitude, expected[name].spikes.t.magnitude)
        assert np.array_equal(found[name].spikes.i, expected[name].spikes.i)
    for name in ("v", "g_AMPA"):
        assert np.array_equal(np.asarray(found["exc"][name]), np.asarray(expected["exc"][name]))
    assert found.counts["exc"].sum() == expected["exc"].spikes.total


def test_the_description_is_that_of_the_library(read: Callable[[str], NetworkFile]) -> None:
    mine, theirs = read(SMALL).network.to_dict(), _small().to_dict()
    for part in ("seed", "dt_ms", "populations", "projections", "models"):
        assert mine[part] == theirs[part]


def test_seed_and_threads(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    found = []
    plain, threaded = SMALL, SMALL.replace("seed = 3", "seed = 3\nthreads = 2")
    for text, arguments in ((plain, ()), (plain, ("--seed", 4)), (threaded, ())):
        out = tmp_path / str(len(found))
        assert not command("run", write(text), "--out", out, "--no-figures", *arguments).exit_code
        found.append(rb.load(out / "recording.npz")["exc"].spikes.t.magnitude)
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])


def test_typed_equations(read: Callable[[str], NetworkFile]) -> None:
    """Drawn parameters and first values, and those that the neuron's place decides."""
    text = (
        '[network]\nduration = "10 ms"\n[[population]]\nname = "a"\nn = 5\n'
        'equations = "tau * dv/dt = -v + I"\nspike = "v > V_T"\nreset = "v = 0*mV"\n'
        'inputs = { I = "mV" }\nparameters = { tau = "truncated(normal(10 ms, 2 ms), low=1 ms)",'
        ' V_T = "15 mV" }\ninitial = { v = "2*mV + i*mV" }\nstimulus = { kind = "step",'
        ' amplitude = "20 mV" }\n[record]\na = "v"\n'
    )
    recording = read(text).network.run(10 * ms)
    assert np.allclose(recording["a"]["v"].value_in("mV")[0], 2 + np.arange(5))
    rows = recording["a"]["v"].value_in("mV")[1] - recording["a"]["v"].value_in("mV")[0]
    taus = 0.1 / -np.log1p(-rows / (18 - np.arange(5)))
    assert len(set(taus.round(6))) == 5
    assert taus.min() > 1


def test_a_models_own_first_value_and_current(read: Callable[[str], NetworkFile]) -> None:
    text = (
        '[network]\nduration = "200 ms"\n[[population]]\nname = "a"\nmodel = "AdEx"\n'
        'preset = "tonic"\nstimulus = "preset"\n[[population]]\nname = "b"\nmodel = "AdEx"\n'
    )
    recording = read(text).network.run("200 ms")
    assert recording["a"].spikes.total > 1
    assert recording["b"].spikes.total == 0


@pytest.mark.parametrize(
    ("source", "spikes"),
    [
        ('{ kind = "spike_times", times = ["1 ms", "4 ms"] }', [(1, 0), (4, 0)]),
        (
            '{ kind = "spike_times", times = ["4 ms", "1 ms", "6 ms"], neurons = [0, 2, 1] }',
            [(1, 2), (4, 0), (6, 1)],
        ),
        ('{ kind = "spike_times", times = [["2 ms"], [], ["3 ms"]] }', [(2, 0), (3, 2)]),
        ('{ kind = "spike_times", file = "spikes.csv" }', [(2.5, 1), (7, 0)]),
    ],
)
def test_given_spikes(
    source: str, spikes: list[tuple[float, int]], write: Callable[..., Path]
) -> None:
    path = write(
        f'[network]\nduration = "10 ms"\n[[population]]\nname = "s"\nsource = {source}\n'
        '[record]\ns = "spikes"\n'
    )
    (path.parent / "spikes.csv").write_text("time_ms,neuron\n7,0\n2.5,1\n")
    found = read_network(Source.read(path)).network.run("10 ms")["s"].spikes
    assert list(zip(found.t.magnitude.round(9), found.i, strict=True)) == spikes


def test_a_rate_in_time(read: Callable[[str], NetworkFile]) -> None:
    text = (
        '[network]\nduration = "1 s"\n[[stimulus]]\nname = "late"\nkind = "step"\n'
        'amplitude = "100 Hz"\nstart = "500 ms"\n'
        '[[population]]\nname = "s"\nn = 100\nsource = { kind = "poisson", rate = "late" }\n'
        '[[population]]\nname = "each"\nsource = { kind = "poisson", rate = ["0 Hz", "50 Hz"] }\n'
        '[record]\ns = "spikes"\neach = "spikes"\n'
    )
    recording = read(text).network.run("1 s")
    times = recording["s"].spikes.t.magnitude
    assert times.min() > 500
    assert abs(len(times) - 5000) < 5 * np.sqrt(5000)
    assert set(recording["each"].spikes.i) == {1}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('"all_to_all"', rb.all_to_all()),
        ('{ kind = "all_to_all", autapses = false }', rb.all_to_all(autapses=False)),
        ('"one_to_one"', rb.one_to_one()),
        ('{ kind = "bernoulli", p = 0.5 }', rb.bernoulli(0.5)),
        ('{ kind = "fixed_outdegree", k = 2 }', rb.fixed_outdegree(2)),
        ('{ kind = "fixed_total", n = 9, multapses = true }', rb.fixed_total(9, multapses=True)),
        ('{ kind = "small_world", k = 2, p = 0.1 }', rb.small_world(2, 0.1)),
        (
            '{ kind = "distance", kernel = "exp(-distance / (100*um))", period = "500 um" }',
            rb.distance("exp(-distance / (100*um))", period=500 * um),
        ),
        ('{ kind = "edges", pre = [0, 1], post = [2, 2] }', rb.edges([0, 1], [2, 2])),
    ],
)
def test_rules(rule: str, expected: object, read: Callable[[str], NetworkFile]) -> None:
    text = (
        '[network]\nduration = "1 ms"\n[[population]]\nname = "a"\nmodel = "LIF"\nn = 3\n'
        'positions = [["0 um", "0 um"], ["50 um", "0 um"], ["0 um", "90 um"]]\n'
        f'[[projection]]\npre = "a"\npost = "a"\nsynapse = "delta"\nrule = {rule}\n'
        'weight = "1 mV"\ndelay = "1 ms"\n'
    )
    network = read(text).network
    (projection,) = network.projections.values()
    assert projection.rule.describe() == expected.describe()  # type: ignore[attr-defined]
    assert network.populations["a"].positions[1].tolist() == [50, 0]


@pytest.mark.parametrize(
    ("synapse", "expected"),
    [
        ('{ kind = "delta", state = "v", name = "jump" }', rb.Delta("v", "jump")),
        ('{ kind = "exponential", tau = "5 ms" }', rb.Exponential(5 * ms)),
        ('{ kind = "alpha", tau = "2 ms", reversal = "0 mV" }', rb.Alpha(2 * ms, 0 * mV)),
        (
            '{ kind = "biexponential", rise = "1 ms", decay = "5 ms", reversal = "-80 mV",'
            ' name = "GABA", into = "I", potential = "v" }',
            rb.Biexponential(1 * ms, 5 * ms, -80 * mV, name="GABA"),
        ),
    ],
)
def test_synapses(synapse: str, expected: object, read: Callable[[str], NetworkFile]) -> None:
    weight = {"delta": "mV", "exponential": "pA"}.get(synapse.split('"')[1], "nS")
    text = (
        '[network]\nduration = "1 ms"\n[[population]]\nname = "a"\nmodel = "LIF"\nn = 3\n'
        f'[[projection]]\npre = "a"\npost = "a"\nsynapse = {synapse}\nrule = "one_to_one"\n'
        f'weight = "1 {weight}"\ndelay = "1 ms"\nprecision = "float64"\n'
    )
    (projection,) = read(text).network.projections.values()
    assert projection.synapse == expected


def test_a_run_that_fails_leaves_nothing(
    write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    path = write(
        '[network]\nduration = "50 ms"\ndt = "0.5 ms"\n[[population]]\nname = "h"\n'
        'model = "HodgkinHuxley"\nmethod = "euler"\n'
        'stimulus = { kind = "step", amplitude = "10 uA/cm**2" }\n'
    )
    result = command("run", path, "--out", tmp_path / "results")
    assert result.exit_code == 1
    assert "no longer finite" in result.stderr
    assert "line 4, population 1" in result.stderr
    assert "smaller dt" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_ctrl_c_keeps_what_was_recorded(interrupted: Callable[[str], str], tmp_path: Path) -> None:
    output = interrupted(
        '[network]\nduration = "100000 s"\n[[population]]\nname = "a"\nmodel = "LIF"\nn = 20\n'
        'stimulus = { kind = "step", amplitude = "205 pA" }\n'
    )
    results = tmp_path / "results"
    recording = rb.load(results / "recording.npz")
    assert 0 < float(recording.duration.magnitude) < 1e8
    assert recording["a"].spikes.total > 10
    assert json.loads((results / "rheobase.json").read_text())["interrupted"]
    assert not list(results.glob("*.png"))
    assert "all neurons" in output
