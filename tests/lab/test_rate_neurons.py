"""Rate-coded neurons in files, made as the call of the library makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import rheobase as rb
from rheobase.lab.networks.file import read_network
from rheobase.lab.source import Source
from rheobase.units import Hz, ms

TYPED = "maximum*x/(abs(x) + half)"
NETWORK = f"""[network]
duration = "20 ms"
seed = 3

[[population]]
name = "typed"
n = 4
model = "RateNeuron"
transfer = "{TYPED}"
noise = "2 Hz"
unit = "Hz"
parameters = {{ tau = "normal(20 ms, 1 ms)", b = "3 Hz", maximum = 5, half = 0.5 }}

[[population]]
name = "noisy"
n = 3
model = "RateNeuron"
noise = 0.2
"""
NEURON = f"""duration = "20 ms"

[[neuron]]
model = "RateNeuron"
transfer = "{TYPED}"
noise = 0.1
parameters = {{ b = 1.0, maximum = 5, half = 0.5 }}
"""


def test_a_network_file_says_what_python_says(write: Callable[..., Path]) -> None:
    found = read_network(Source.read(write(NETWORK))).network
    net = rb.Network(seed=3)
    model = rb.RateNeuron(TYPED, noise=2 * Hz, unit=Hz, maximum=5, half=0.5)
    tau = rb.normal(20 * ms, 1 * ms)
    net.add(model, 4, "typed", parameters={"tau": tau, "b": 3 * Hz})
    net.add(rb.RateNeuron(noise=0.2), 3, "noisy")
    for one in (found, net):
        one.record("typed", "r")
        one.record("noisy", "r")
    ours, theirs = found.run(20 * ms), net.run(20 * ms)
    for name in ("typed", "noisy"):
        assert np.array_equal(np.asarray(ours[name]["r"]), np.asarray(theirs[name]["r"]))


@pytest.mark.parametrize("text", [NETWORK, NEURON])
def test_a_table_shows_no_spikes_of_what_has_none(
    text: str, write: Callable[..., Path], command: Callable[..., Result], tmp_path: Path
) -> None:
    result = command("run", write(text), "--out", tmp_path / "results")
    assert result.exit_code == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    for name in ("typed", "noisy") if text is NETWORK else ("RateNeuron",):
        row = next(row for row in rows if row and row[0] == name)
        assert "-" in row and "0.00" not in row


@pytest.mark.parametrize(
    ("change", "mend", "cause"),
    [
        (('noise = "2 Hz"', 'noise = "-2 Hz"'), "0 or more", "standard deviation"),
        (('unit = "Hz"', 'unit = "Hertz"'), "SI names", "Hertz"),
        ((TYPED, "maximum*x/"), "language", "maximum"),
        ((TYPED, "sigmoidal"), "logistic", "sigmoidal"),
        (('noise = 0.2', 'noise = 0.2\npreset = "tanh"'), "transfer =", "how the neuron is made"),
        (('model = "RateNeuron"\nnoise', 'model = "LIF"\nnoise'), "RateNeuron", "rate-coded"),
        (('tau = "normal(20 ms, 1 ms)"', "noise = 3"), "beside model", "no parameter"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_placed(
    change: tuple[str, str], mend: str, cause: str, refuses: Callable[..., None]
) -> None:
    text = NETWORK.replace(*change)
    lines = text.splitlines()
    last = change[1].splitlines()[-1]
    at = max(k for k, line in enumerate(lines, 1) if last in line)
    refuses(text, at, cause, mend)
