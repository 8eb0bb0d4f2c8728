"""Weights over time, asked for in a network file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb
from rheobase.errors import ExperimentError
from rheobase.lab.networks.file import read_network
from rheobase.lab.source import Source

FILE = """[network]
duration = "20 ms"
seed = 3

[[population]]
name = "exc"
n = 20
model = "LIF"
initial = { v = "uniform(-70 mV, -50 mV)" }
stimulus = { kind = "step", amplitude = "400 pA" }

[[population]]
name = "more"
like = "exc"

[[projection]]
name = "learns"
pre = "exc"
post = "exc"
synapse = "AMPA"
rule = { kind = "bernoulli", p = 0.5 }
weight = "1 nS"
delay = "1 ms"
plasticity = { kind = "PairSTDP", w_max = "2 nS" }

[record]
exc = "v"
"""
ASKED = 'learns = { every = "5 ms", synapses = "2:12:3" }\n'


def test_they_are_in_the_recording(
    command: Callable[..., Result], write: Callable[..., Path]
) -> None:
    path = write(FILE + ASKED)
    out = path.parent / "out"
    result = command("run", path, "--out", out, "--no-figures")
    assert result.exit_code == 0, result.output
    recording, synapses = rb.load(out / "recording.npz"), rb.load(out / "synapses-learns.npz")
    assert isinstance(recording, rb.NetworkRecording)
    assert recording["exc"]["v"].shape == (201, 20)
    one = recording.projections["learns"]
    np.testing.assert_array_equal(one.t.value_in("ms"), [0, 5, 10, 15, 20])
    np.testing.assert_array_equal(one.places, [2, 5, 8, 11])
    last = synapses["w"].value_in("nS")  # type: ignore[index, union-attr]
    np.testing.assert_array_equal(one["w"][-1].value_in("nS"), last[one.places])
    assert not np.array_equal(one["w"][0].value_in("nS"), one["w"][-1].value_in("nS"))


def test_all_synapses_and_a_list_of_them(write: Callable[..., Path]) -> None:
    net = read_network(Source.read(write(FILE + 'learns = { every = "5 ms" }\n'))).network
    count = len(net.synapses("learns"))
    assert net.run("20 ms").projections["learns"]["w"].shape == (5, count)
    text = 'learns = { what = ["w"], every = "5 ms", synapses = [3, 1] }\n'
    net = read_network(Source.read(write(FILE + text))).network
    assert net.run("20 ms").projections["learns"].places.tolist() == [3, 1]


WRONG = {
    "no times": ("learns = {}", "how often"),
    "no table": ('learns = "w"', "a table is due"),
    "times off the grid": ('learns = { every = "0.05 ms" }', "whole number of steps"),
    "what there is not": ('learns = { every = "5 ms", what = "v" }', "no 'v' to record"),
    "states of neurons": ('learns = { every = "5 ms", what = "x" }', "one value a presynaptic"),
    "neurons": ('learns = { every = "5 ms", neurons = [1] }', "no key 'neurons'"),
    "an open end": ('learns = { every = "5 ms", synapses = "3:" }', "where it ends"),
    "text": ('learns = { every = "5 ms", synapses = "all" }', "nor a slice"),
    "nothing": ('more = { every = "5 ms" }', "'what' is missing here"),
    "nobody": ('learn = { every = "5 ms" }', "no population 'learn'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_shown_where_it_stands(name: str, write: Callable[..., Path]) -> None:
    text, words = WRONG[name]
    with pytest.raises(ExperimentError) as caught:
        read_network(Source.read(write(f"{FILE}{text}\n")))
    assert words in str(caught.value)
    assert f"line {len(FILE.splitlines()) + 1}" in str(caught.value)
