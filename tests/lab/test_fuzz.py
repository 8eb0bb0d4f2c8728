"""Experiment files with values nobody would write: each is read, or refused with place and mend."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.errors import RheobaseError
from rheobase.lab.experiment import read_experiment

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
BASES = (EVERYTHING, (EXAMPLES / "own_equations.toml").read_text(encoding="utf-8"))
ODD = (
    "1", "-1", "0", "1.5", "true", '""', '"x"', '"-3 ms"', '"1e300 s"', '"1e-300 ms"', "nan", "inf",
    "-inf", "[]", "[1, 2]", "{}", "{ a = 1 }", "[[1]]", '"10 mV"', '"1 pA"', "1979-05-27",
    '"\\u0000"', '"é"', "[{}]", '["a", "a"]', '"9**9**9**9"', "10000000000000000000000000",
    '["1 pA", 3]', '"1 ms"', '"0 ms"', '"preset"', '["v", "v"]', '{ kind = "step" }',
    f'"{"a" * 500}"',
)  # fmt: skip
_VALUE = re.compile(r'= ("[^"\n]+"|\[[^\[\]\n]*\]|\{[^{}\n]*\}|[\w.]+)')


@settings(max_examples=300)
@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from(ODD)), max_size=2),
)
def test_an_odd_value(text: str, changes: list[tuple[int, str]]) -> None:
    for place, value in changes:
        found = list(_VALUE.finditer(text))
        match = found[place % len(found)]
        text = text[: match.start(1)] + value + text[match.end(1) :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.toml"
        path.write_text(text, encoding="utf-8")
        try:
            experiment = read_experiment(path)
        except RheobaseError as error:
            assert str(path) in str(error)
            assert error.mend
            assert len(str(error).splitlines()) <= 24
        else:
            assert experiment.neurons
