"""Kinetic receptors and divided delays in a network file, and on the pages of `rheobase models`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import rheobase as rb
from rheobase.lab.networks.file import read_network
from rheobase.lab.parts_page import PARTS, part_page
from rheobase.lab.source import Source
from rheobase.units import Hz, mM, ms, nS

FILE = """[network]
duration = "20 ms"
seed = 3

[[population]]
name = "inputs"
n = 10
source = { kind = "poisson", rate = "50 Hz" }

[[population]]
name = "cells"
n = 5
model = "LIF"

[[projection]]
name = "binding"
pre = "inputs"
post = "cells"
synapse = { kind = "Kinetic", receptor = "NMDAKinetics", duration = "2 ms", concentration = "0.5 mM", name = "slow" }
rule = "all_to_all"
weight = "1 nS"
delay = "1 ms"

[[projection]]
name = "divided"
pre = "inputs"
post = "cells"
synapse = "AMPA"
rule = "all_to_all"
weight = "1 nS"
plasticity = { kind = "PairSTDP", w_max = "2 nS" }
axonal = "uniform(0 ms, 2 ms)"
dendritic = "0.5 ms"

[[projection]]
name = "the rest"
pre = "inputs"
post = "cells"
synapse = "GABAA"
rule = "all_to_all"
weight = "1 nS"
delay = "uniform(2 ms, 3 ms)"
plasticity = { kind = "PairSTDP", w_max = "2 nS" }
dendritic = { kind = "uniform", low = "0 ms", high = "1 ms" }
"""  # noqa: E501


def as_in_python() -> rb.Network:
    net = rb.Network(seed=3, name="experiment")
    inputs = net.add(rb.Poisson(50 * Hz), 10, "inputs")
    cells = net.add(rb.LIF(), 5, "cells")
    slow = rb.Kinetic("NMDAKinetics", 0.5 * mM, 2 * ms, name="slow")
    net.connect(inputs, cells, slow, rb.all_to_all(), 1 * nS, 1 * ms, name="binding")
    learns: dict[str, Any] = dict(
        rule=rb.all_to_all(), weight=1 * nS, plasticity=rb.PairSTDP(w_max=2 * nS)
    )
    net.connect(
        inputs, cells, rb.AMPA(), name="divided", axonal=rb.uniform(0 * ms, 2 * ms),
        dendritic=0.5 * ms, **learns,
    )  # fmt: skip
    net.connect(
        inputs, cells, rb.GABAA(), name="the rest", delay=rb.uniform(2 * ms, 3 * ms),
        dendritic=rb.uniform(0 * ms, 1 * ms), **learns,
    )  # fmt: skip
    return net


def test_the_file_is_the_library(write: Callable[..., Path]) -> None:
    found = read_network(Source.read(write(FILE))).network
    assert found.to_dict() == as_in_python().to_dict()


@pytest.mark.parametrize(
    ("before", "after", "cause", "mend"),
    [
        ('"NMDAKinetics"', '"NMDAKinetic"', "'NMDAKinetic'", "did you mean 'NMDAKinetics'"),
        ('duration = "2 ms"', 'duration = "0 ms"', "duration of NMDAKinetics is 0 ms", "positive"),
        ('duration = "2 ms"', 'duration = "0.25 ms"', "0.25 ms, which is not", "dt"),
        ('dendritic = "0.5 ms"', "", "'delay' is missing here", 'delay = "1 ms"'),
        ('dendritic = "0.5 ms"', 'dendritic = "-1 ms"', "-1 ms, is negative", "0 ms"),
        ('plasticity = { kind = "PairSTDP", w_max = "2 nS" }\ndendritic', "dendritic",
         "dendritic is said of a projection that does not learn", "leave dendritic out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_placed(
    before: str, after: str, cause: str, mend: str, write: Callable[..., Path],
    command: Callable[..., Result],
) -> None:  # fmt: skip
    assert before in FILE
    path = write(FILE.replace(before, after))
    result = command("run", path)
    assert result.exit_code == 1
    assert cause in result.stderr and mend in result.stderr and str(path) in result.stderr


def test_pages_say_the_names_on_the_target() -> None:
    for name in ("AMPA", "NMDA", "Dopamine", "Modulator", "Kinetic"):
        page = part_page(name)
        assert "Names on the target" in page and len(page.splitlines()) < 90
        assert max(map(len, page.splitlines())) <= 120
    assert "g_AMPA" in part_page("AMPA") and "decay_AMPA, E_AMPA" in part_page("AMPA")
    assert "c_dopamine" in part_page("Dopamine")
    kinetic = part_page("Kinetic")
    assert "for 1 ms: adds the weight to on, and of its synapse weight * r to r_on" in kinetic
    assert 'receptor = "AMPAKinetics"' in kinetic and "Source" in kinetic
    assert "Names on the target" not in part_page("delta")


@pytest.mark.parametrize("rises", [False, True])
@pytest.mark.parametrize("name", ["AMPA", "GABAA", "NMDA", "GABAB", "NicotinicACh"])
def test_times_are_called_on_the_target_as_they_are_given(name: str, rises: bool) -> None:
    """So that a modulator scales what the user set: `decay` is `decay_AMPA`."""
    receptor = PARTS[name](**({"rise": 0.5 * ms, "decay": 9 * ms} if rises else {}))
    net = rb.Network()
    a, b = net.add(rb.LIF(), 1, "a"), net.add(rb.LIF(), 1, "b")
    net.connect(a, b, receptor, rb.all_to_all(), 1 * nS, 1 * ms)
    times = ["decay", "rise"] if rises or name not in ("AMPA", "GABAA") else ["decay"]
    for time in times:
        scales = rb.Modulator(time, f"{time}_{name}", gain=1, EC50=1 * mM, tau=1 * ms)
        made = net.connect(a, b, scales, rb.all_to_all(), 1 * mM, 1 * ms)
        assert f"{time}_{name} * factor_{time}" in made.composite.text
