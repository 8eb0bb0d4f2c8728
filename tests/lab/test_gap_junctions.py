"""`[[gap_junction]]` in a network file: as the library has it, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import rheobase as rb
from rheobase.lab.networks.file import read_network
from rheobase.lab.source import Source
from rheobase.units import ms, mV, nS

HEAD = """[network]
title = "Coupled"
duration = "5 ms"
seed = 1
figures = ["diagram"]

[[population]]
name = "inh"
model = "LIF"
n = 12
initial = { v = "uniform(-70 mV, -50 mV)" }

[[population]]
name = "exc"
like = "inh"
n = 4

[record]
inh = ["v"]
"""
RING = """
[[gap_junction]]
name = "ring"
a = "inh"
b = "inh"
rule = { kind = "small_world", k = 4, p = 0.2 }
conductance = "uniform(1 nS, 2 nS)"
"""
ONE_WAY = """
[[gap_junction]]
a = { population = "inh", neurons = "0:4" }
b = "exc"
rule = "one_to_one"
conductance = "0.5*nS*(1 + i_post)"
rectification = 0.1
state = ["v", "v"]
into = "I"
"""


def test_the_file_is_the_library(write: Callable[..., Path]) -> None:
    file = read_network(Source.read(write(HEAD + RING + ONE_WAY)))
    net = rb.Network(seed=1, name="Coupled")
    initial = dict(v=rb.uniform(-70 * mV, -50 * mV))
    inh = net.add(rb.LIF(), 12, "inh", initial=initial)
    exc = net.add(rb.LIF(), 4, "exc", initial=initial)
    ring = rb.small_world(4, 0.2)
    net.gap_junction(inh, inh, ring, rb.uniform(1 * nS, 2 * nS), name="ring")
    net.gap_junction(inh[:4], exc, rb.one_to_one(), "0.5*nS*(1 + i_post)", rectification=0.1)
    net.record("inh", "v")
    assert file.network.to_dict() == net.to_dict()
    found, due = file.network.run(5 * ms), net.run(5 * ms)
    assert (found["inh"]["v"].magnitude == due["inh"]["v"].magnitude).all()


def test_a_run_with_a_diagram(command: Callable[..., object], write: Callable[..., Path]) -> None:
    path = write(HEAD + RING)
    result = command("run", path, "--out", path.parent / "out")
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    assert any("diagram" in p.name for p in (path.parent / "out").rglob("*"))


def changed(old: str, new: str) -> str:
    """The junctions with one thing else."""
    assert (RING + ONE_WAY).count(old) == 1
    return HEAD + (RING + ONE_WAY).replace(old, new)


def line_of(text: str, start: str) -> int:
    """The number of the one line that begins so."""
    (found,) = [k for k, line in enumerate(text.splitlines(), 1) if line.startswith(start)]
    return found


# What is wrong, words of the cause, the line that is at fault, words of the mend.
WRONG = [
    (changed('conductance = "uniform(1 nS, 2 nS)"\n', ""), "'conductance' is mis", None, "1 nS"),
    (changed('a = "inh"\n', ""), "'a' is missing", None, 'a = "inh"'),
    (changed('b = "exc"', 'b = "ex"'), "no population 'ex'", 'b = "ex"', "did you mean 'exc'"),
    (changed('b = "exc"', 'b = ["exc", "inh"]'), "2 populations", 'b = ["exc"', "for each"),
    (changed('rule = "one_to_one"', 'rule = "one_to_all"'), "one_to_all", 'rule = "one', "to_one"),
    (changed("kind = \"small_world\", k = 4, p = 0.2", 'kind = "bernoulli", p = 0.2'),
     "with itself", None, "autapses = false"),
    (changed("rectification = 0.1", "rectification = 1.5"), "rectification", "rectification", "0"),
    (changed('"0.5*nS*(1 + i_post)"', '"-1 nS"'), "negative", 'conductance = "-1', "0 or more"),
    (changed('"0.5*nS*(1 + i_post)"', '"1 pA"'), "a current", 'conductance = "1 pA"', "nS"),
    (changed('state = ["v", "v"]', 'state = ["v", "w"]'), "no state 'w'", "state = ", "it has 'v'"),
    (changed('into = "I"', 'into = "J"'), "no input 'J'", 'into = "J"', "it has 'I'"),
    (changed('into = "I"', "to = 1"), "no key 'to'", "to = 1", "the keys are"),
    (changed("neurons = \"0:4\"", 'neurons = "0:3"'), "3 neurons to 4", None, "one size"),
    (changed('"uniform(1 nS, 2 nS)"', '"normal(1 nS, 9 nS)"'), "negative", None, "clipped"),
]  # fmt: skip


@pytest.mark.parametrize("text, cause, start, mend", WRONG)
def test_one_screen_and_nothing_left(
    text: str, cause: str, start: str | None, mend: str, refuses: Callable[..., None]
) -> None:
    refuses(text, None if start is None else line_of(text, start), cause, mend)
