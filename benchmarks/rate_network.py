"""A dense network of 2,000 rate-coded neurons with a delay of 1 ms, dt 0.1 ms, float64, one core.

tau dv/dt + v = W tanh(v(t - delay)) + b from v = 0. Against ANNarchy, and against the matrix
product that a step contains, as NumPy has it done by BLAS. A slice of steps lets a weight be read
once for eleven of them, which a product in every step cannot. The states at the end are compared
first.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.harness import Answer, Options, Side, take_turns
from benchmarks.networks import build_note, folder, row
from benchmarks.report import DisagreementError, Row, Target

UNITS, DURATION, DT, DELAY = 2_000, 100.0, 0.1, 1.0
# The largest difference of two sides that round otherwise, over a hundred steps of a chaotic net.
EQUAL = 1e-9


def run(options: Options) -> list[Row]:
    """States first, then times."""
    units = 200 if options.smoke else UNITS
    with folder() as place, ExitStack() as stack:
        network = place / "network.npz"
        _write(network, units)

        def side(name: str, python: object, script: str) -> Side:
            arguments = (network, DURATION, place / f"{name}.npy")
            return stack.enter_context(Side(str(python), script, *arguments))

        sides = {"ours": side("ours", sys.executable, "ours/rate_network.py")}
        sides["BLAS"] = side("BLAS", sys.executable, "peers/blas_rate_network.py")
        if not options.smoke:
            peer = options.peer("annarchy")
            sides["ANNarchy"] = side("ANNarchy", peer, "peers/annarchy_rate_network.py")
        notes = {name: _same(place, name) for name in sides if name != "ours"}
        answers = take_turns({name: one.run for name, one in sides.items()}, options.repeats)
        built = build_note(sides["ours"])
    steps = DURATION / DT
    if options.smoke:
        return [_row(answers, "", steps, None, notes["BLAS"])]
    return [
        _row(answers, "ANNarchy", steps, Target(5.0), f"{notes['ANNarchy']}; {built}"),
        _row(answers, "BLAS", steps, Target(1.3, at_least=False), notes["BLAS"]),
    ]


def _row(
    answers: dict[str, list[Answer]], peer: str, steps: float, target: Target | None, note: str
) -> Row:
    found = {"ours": answers["ours"]} | ({"theirs": answers[peer]} if peer else {})
    what = "a step, delay 1 ms"
    scale = 1e6 / steps
    return row(
        "rate_network", what, found, peer=peer, target=target, unit="us", scale=scale, note=note
    )


def _write(path: Path, units: int) -> None:
    """Weights with a radius of 1.5: without bias the network would be chaotic."""
    numbers = np.random.default_rng(1)
    weights = numbers.normal(0.0, 1.5 / np.sqrt(units), (units, units))
    np.savez(path, weights=weights, b=numbers.normal(0.0, 0.5, units), dt=DT, delay=DELAY)


def _same(place: Path, name: str) -> str:
    ours, theirs = np.load(place / "ours.npy"), np.load(place / f"{name}.npy")
    apart = float(np.abs(np.tanh(ours) - np.tanh(theirs)).max())
    if not apart <= EQUAL:
        raise DisagreementError(f"rates are up to {apart:.3g} from those of {name}.")
    return f"rates equal to {apart:.1g}"
