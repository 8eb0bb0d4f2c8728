"""The papers on networks of rates: figures of merit against closed forms and the equations."""

import numpy as np
import pytest

from .conftest import load


def test_wilson_cowan_1972():
    paper = load("wilson_cowan_1972")
    states = paper.steady_states(0.0, paper.STATES)
    assert [stable for _, stable in states] == [True, False, True]
    (_, stable), *others = paper.steady_states(paper.P_CYCLE, paper.CYCLE)
    assert not stable and not others
    merits = paper.merits(paper.run(400.0, 0.2))
    for name in ("E at rest, figure 4", "E when excited"):
        assert merits[name][0] == pytest.approx(merits[name][1], abs=1e-6)
    assert merits["patches that swing"][0] == merits["patches that swing"][1] > 2
    # A step sees the others as they were when it began: the error is of first order.
    period, due = merits["period at P = 1.25 (tau)"]
    assert period == pytest.approx(due, rel=0.01) and due == pytest.approx(5.0, rel=0.01)
    for name in ("least E of the cycle", "most E of the cycle"):
        assert merits[name][0] == pytest.approx(merits[name][1], rel=0.02)


@pytest.mark.parametrize("scale", [0.25, 1.0])
def test_ben_yishai_1995(scale):
    paper = load("ben_yishai_1995")
    for c, (phi, _, rates) in paper.run(300.0, scale).items():
        found = paper.profile(phi, rates[-1])
        # Sums over the ring are as good as integrals: a corner costs a square of the distance.
        bound = 2e-4 / scale**2
        assert found["half width"] == pytest.approx(paper.half_width(paper.J_2), rel=bound)
        assert found["r_2"] == pytest.approx(paper.first_component(c), rel=bound)
        assert found["at"] == pytest.approx(paper.AT, abs=bound)


def test_half_widths_are_the_known_ones():
    """At J_2 = 2 all are active; at 4 half of the ring is: then phi_c is a right angle."""
    paper = load("ben_yishai_1995")
    assert paper.half_width(2.0) == pytest.approx(np.pi, abs=1e-4)
    assert paper.half_width(4.0) == pytest.approx(np.pi / 2, abs=1e-12)


def test_hopfield_1984():
    paper = load("hopfield_1984")
    assert paper.theory(0.137) > 0.96 and paper.theory(0.139) == 0.0
    paper.LOADS = (0.05, 0.10, 0.20)
    found = {load: overlaps[-1] for load, overlaps in paper.run(400.0, 0.25).items()}
    for held in (0.05, 0.10):
        assert found[held].mean() == pytest.approx(paper.theory(held), abs=0.01)
    assert found[0.20].mean() < 0.8


def test_rodan_tino_2011():
    paper = load("rodan_tino_2011")
    merits = paper.merits(paper.run(2000.0, 0.25))
    capacity, due = merits["memory capacity"]
    assert due == pytest.approx(19.0148, abs=1e-4)
    assert capacity == pytest.approx(due, abs=0.3)
    assert merits["error of NARMA-10, of its variance"][0] < 0.2


def test_the_ring_is_an_echo_state_network():
    """Step by step: x(t + 1) = tanh(r x_before(t) + V u(t))."""
    paper = load("rodan_tino_2011")
    rng = np.random.default_rng(1)
    u, weights = rng.uniform(0, 1, paper.WASHED_OUT + 50), rng.normal(size=30)
    found, x = paper.reservoir(u, "tanh", 0.8, weights, 50.0), np.zeros(30)
    for t, value in enumerate(u):
        x = np.tanh(0.8 * np.roll(x, 1) + weights * value)
        assert np.allclose(found[t], x, rtol=0, atol=1e-14)
