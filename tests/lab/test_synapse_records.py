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

from .test_learning_networks import HEAD

FILE = f"""{HEAD}
[[projection]]
name = "learns"
pre = "exc"
post = "exc"
synapse = "AMPA"
rule = {{ kind = "bernoulli", p = 0.5 }}
weight = "1 nS"
delay = "1 ms"
plasticity = {{ kind = "PairSTDP", w_max = "2 nS" }}

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
    assert recording["exc"]["v"].shape == (501, 20)
    one = recording.projections["learns"]
    np.testing.assert_array_equal(one.t.value_in("ms"), np.arange(0, 55, 5))
    np.testing.assert_array_equal(one.places, [2, 5, 8, 11])
    last = synapses["w"].value_in("nS")  # type: ignore[index, union-attr]
    np.testing.assert_array_equal(one["w"][-1].value_in("nS"), last[one.places])
    assert not np.array_equal(one["w"][0].value_in("nS"), one["w"][-1].value_in("nS"))


def test_all_synapses_and_a_list_of_them(write: Callable[..., Path]) -> None:
    net = read_network(Source.read(write(FILE + 'learns = { every = "5 ms" }\n'))).network
    count = len(net.synapses("learns"))
    assert net.run("20 ms").projections["learns"]["w"].shape == (5, count)
    some = {
        "[3, 1]": [3, 1], "[-1]": [count - 1], '"3:"': list(range(3, count)),
        '"0:99999:50"': list(range(0, count, 50)), '"-2:"': [count - 2, count - 1],
    }  # fmt: skip
    for written, places in some.items():
        text = f'learns = {{ what = ["w"], every = "5 ms", synapses = {written} }}\n'
        net = read_network(Source.read(write(FILE + text))).network
        assert net.run("5 ms").projections["learns"].places.tolist() == places


WRONG = {
    "no times": ("learns = {}", "how often"),
    "no table": ('learns = "w"', "a table is due"),
    "no number": ("learns = { every = nan }", "every is nan"),
    "no end": ("learns = { every = inf }", "every is inf"),
    "no number of ms": ('learns = { every = "nan ms" }', "every cannot be read"),
    "a truth value": ("learns = { every = true }", "every is true"),
    "a list": ('learns = { every = ["5 ms"] }', "every is not a time"),
    "cells, never": ("inh = { what = 'v', every = nan }", "every is nan"),
    "steps, none": ("learns = { every = 0 }", "every is 0"),
    "times off the grid": ('learns = { every = "0.05 ms" }', "whole number of steps"),
    "what there is not": ('learns = { every = "5 ms", what = "v" }', "no 'v' to record"),
    "states of neurons": ('learns = { every = "5 ms", what = "x" }', "one value a presynaptic"),
    "neurons": ('learns = { every = "5 ms", neurons = [1] }', "no key 'neurons'"),
    "one twice": ('learns = { every = "5 ms", synapses = [1, 1] }', "synapses"),
    "no slice": ('learns = { every = "5 ms", synapses = "0:5:0" }', "not a slice of synapses"),
    "text": ('learns = { every = "5 ms", synapses = "all" }', "nor a slice"),
    "nothing": ('inh = { every = "5 ms" }', "'what' is missing here"),
    "nobody": ('learn = { every = "5 ms" }', "no population 'learn'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_shown_where_it_stands(name: str, write: Callable[..., Path]) -> None:
    text, words = WRONG[name]
    with pytest.raises(ExperimentError) as caught:
        read_network(Source.read(write(f"{FILE}{text}\n")))
    assert words in str(caught.value)
    assert f"line {len(FILE.splitlines()) + 1}" in str(caught.value)


@pytest.mark.parametrize("asked", ["[99999]", '"99998:"', "[-99999]"])
def test_synapses_that_are_not_there_are_shown_where_they_are_asked_for(
    asked: str, command: Callable[..., Result], write: Callable[..., Path]
) -> None:
    """How many are drawn is known when the network runs."""
    text = f'learns = {{ every = "5 ms", synapses = {asked} }}\n'
    path = write(FILE + text)
    result = command("run", path, "--out", path.parent / "out", "--no-figures")
    assert result.exit_code == 1
    count = len(read_network(Source.read(write(FILE))).network.synapses("learns"))
    assert f"line {len(FILE.splitlines()) + 1}, record.learns.synapses" in result.output
    assert f"it has {count}, counted from 0" in result.output
    assert "net.record" not in result.output
    mended = write(FILE + f'learns = {{ every = "5 ms", synapses = "0:{count}" }}\n')
    assert command("run", mended, "--out", path.parent / "out", "--no-figures").exit_code == 0


def test_steps_are_a_time_too(write: Callable[..., Path]) -> None:
    in_steps, in_ms = (
        read_network(Source.read(write(f"{FILE}learns = {{ every = {every} }}\n"))).network
        for every in (50, '"5 ms"')
    )
    first, second = (net.run("20 ms").projections["learns"].t for net in (in_steps, in_ms))
    np.testing.assert_array_equal(first.value_in("ms"), second.value_in("ms"))


@pytest.mark.parametrize("key", ["weight", "delay", "axonal", "dendritic"])
@pytest.mark.parametrize("text", ["nan ms", "foo ms", "inf ms", "0.5 mz"])
def test_text_that_is_no_value_is_shown_where_it_stands(
    key: str, text: str, write: Callable[..., Path]
) -> None:
    lines = FILE.splitlines()
    known = [k for k, line in enumerate(lines) if line.startswith(f"{key} =")]
    at = known[0] if known else next(k for k, line in enumerate(lines) if "plasticity" in line) + 1
    lines[at : at + len(known)] = [f'{key} = "{text}"']
    with pytest.raises(ExperimentError) as caught:
        read_network(Source.read(write("\n".join(lines))))
    assert f"line {at + 1}, projection 1, {key}" in str(caught.value)


def test_a_list_of_no_rules_is_mended_in_the_spelling_of_a_file(
    write: Callable[..., Path],
) -> None:
    rule = '{ kind = "PairSTDP", w_max = "2 nS" }'
    with pytest.raises(ExperimentError) as caught:
        read_network(Source.read(write(FILE.replace(rule, "[]"))))
    shown = caught.value.mend[caught.value.mend.index("[") :]
    read_network(Source.read(write(FILE.replace(rule, shown))))
