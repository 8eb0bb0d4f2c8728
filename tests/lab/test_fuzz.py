"""Experiment files with values nobody would write: each is read, or refused with place and mend."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.errors import RheobaseError
from rheobase.lab.experiment import read_experiment
from rheobase.lab.networks.file import read_network
from rheobase.lab.source import Source

from .conftest import PYTHON
from .test_learning_networks import WHOLE as LEARNING

T = TypeVar("T")

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
EVERYTHING = """
duration = "10 ms"
dt = "0.1 ms"
seed = 1
method = "euler"
record = ["v"]
record_every = 2
spike_times = "grid"
figures = ["traces", { kind = "f_i_curve", to = "1 nA", points = 3 }]
save = ["npz"]
[[neuron]]
model = "AdEx"
name = "a"
n = 2
preset = "tonic"
parameters = { C = "1 nF", a = ["1 nS", "2 nS"] }
[[neuron.stimulus]]
kind = "pulses"
amplitude = "1 nA"
width = "1 ms"
start = "1 ms"
period = "2 ms"
count = 2
[[neuron.stimulus]]
kind = "ramp"
from = "1 pA"
to = "2 pA"
start = "1 ms"
stop = "3 ms"
hold = true
[[neuron.stimulus]]
kind = "sampled"
values = ["1 pA", "2 pA"]
dt = "5 ms"
after = "hold"
times = 3
"""
NETWORK = """
[network]
duration = "10 ms"
dt = "0.1 ms"
seed = 1
threads = 1
figures = ["raster", { kind = "traces", populations = ["a"], window = ["1 ms", "9 ms"] }]
[[population]]
name = "a"
n = 4
model = "AdEx"
method = "rk4"
releases = "glutamate"
initial = { v = "uniform(-70 mV, -60 mV)", w = "1 pA" }
parameters = { C = { kind = "normal", mean = "200 pF", std = "9 pF" }, a = "2*nS + i*nS" }
stimulus = { kind = "step", amplitude = "1 nA" }
positions = ["1 um", "2 um", "3 um", "4 um"]
[[population]]
name = "b"
like = "a"
[[population]]
name = "c"
n = 3
source = { kind = "poisson", rate = ["8 Hz", "9 Hz", "9 Hz"] }
[[population]]
name = "d"
source = { kind = "spike_times", times = ["1 ms", "2 ms"], neurons = [0, 1] }
[[projection]]
name = "p"
pre = ["a", "b"]
post = { population = "b", neurons = "0:3" }
synapse = { kind = "biexponential", rise = "1 ms", decay = "5 ms", reversal = "0 mV" }
rule = { kind = "fixed_total", n = 3, autapses = true, multapses = true }
weight = "clipped(normal(1 nS, 1 nS), 0 nS)"
delay = { kind = "uniform", low = "1 ms", high = "2 ms" }
precision = "float32"
[[projection]]
pre = "c"
post = "a"
synapse = { kind = "delta", state = "v" }
rule = { kind = "edges", pre = [0, 1], post = [2, 2] }
weight = ["1 mV", "2 mV"]
delay = "1 ms"
[record]
a = { what = "v", neurons = [0], every = "1 ms" }
b = ["rate", "v"]
d = "spikes"
"""
BASES = (EVERYTHING, (EXAMPLES / "own_equations.toml").read_text(encoding="utf-8"))
NETWORKS = (
    NETWORK,
    LEARNING,
    *(
        (EXAMPLES / f"{n}_network.toml").read_text(encoding="utf-8")
        for n in ("balanced", "learning")
    ),
)
ODD = (
    "1", "-1", "0", "1.5", "true", '""', '"x"', '"-3 ms"', '"1e300 s"', '"1e-300 ms"', "nan", "inf",
    "-inf", "[]", "[1, 2]", "{}", "{ a = 1 }", "[[1]]", '"10 mV"', '"1 pA"', "1979-05-27",
    '"\\u0000"', '"é"', "[{}]", '["a", "a"]', '"9**9**9**9"', "10000000000000000000000000",
    '["1 pA", 3]', '"1 ms"', '"0 ms"', '"preset"', '["v", "v"]', '{ kind = "step" }',
    f'"{"a" * 500}"', '"a"', '"0:2"', '"uniform(1 ms, 2 ms)"', '"normal(1 nS, 1 nS)"', '"i"',
    '{ kind = "normal", mean = 1, std = 2 }', '["a", "b"]', '"edges"', '"1e-9 ms"', '"x + y"',
    '"none"', '"PairSTDP"', '"w = w + x"', '"count += 1; w = x"', '{ x = 0 }', '"AMPA"',
)  # fmt: skip
_VALUE = re.compile(r'= ("[^"\n]+"|\[[^\[\]\n]*\]|\{[^{}\n]*\}|[\w.]+)')


CHANGES = st.lists(st.tuples(st.integers(0, 99), st.sampled_from(ODD)), max_size=2)


@settings(max_examples=300)
@given(st.sampled_from(BASES), CHANGES)
def test_an_odd_value(text: str, changes: list[tuple[int, str]]) -> None:
    experiment = _read(text, changes, read_experiment)
    assert experiment is None or experiment.neurons


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NETWORKS), CHANGES)
def test_an_odd_value_in_a_network(text: str, changes: list[tuple[int, str]]) -> None:
    file = _read(text, changes, read_network)
    assert file is None or file.network.populations


def _read(text: str, changes: list[tuple[int, str]], read: Callable[[Source], T]) -> T | None:
    """What a file with odd values says; None when it is refused as it should be."""
    for place, value in changes:
        found = list(_VALUE.finditer(text))
        match = found[place % len(found)]
        text = text[: match.start(1)] + value + text[match.end(1) :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.toml"
        path.write_text(text, encoding="utf-8")
        try:
            return read(Source.read(path))
        except RheobaseError as error:
            assert str(path) in str(error)
            assert error.mend
            assert len(str(error).splitlines()) <= 24
            # Quoted text is the language of models, which files and programs share.
            assert not PYTHON.search(re.sub(r'"[^"]*"', '""', error.mend)), error.mend
            return None
