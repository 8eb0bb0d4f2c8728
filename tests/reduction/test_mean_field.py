"""Self-consistent rates: how a network is read, and which fixed points are found."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.analysis.pictures.style import INK
from rheobase.errors import ParameterError
from rheobase.reduction.integrator import integrator
from rheobase.reduction.moments import moments
from rheobase.units import Hz, ms, mV, nS, pA, pF

NEURON = rb.Model(
    "tau * dv/dt = -v", spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms), initial=dict(v=0 * mV),
)  # fmt: skip
JUMP = rb.Delta("v")


def driven(n=100, rate=8000 * Hz, model=NEURON, weight=0.1 * mV, dt=0.1 * ms, **inputs):
    net = rb.Network(seed=1, dt=dt)
    cells = net.add(model, n, "cells", **inputs)
    source = net.add(rb.Poisson(rate), n, "drive")
    net.connect(source, cells, JUMP, rb.one_to_one(), weight, 1 * ms)
    return net, cells


def rivals(inhibition):
    """Two populations that are alike, excite themselves and inhibit each other."""
    net = rb.Network(seed=1)
    pair = [net.add(NEURON, 1000, name) for name in "AB"]
    for one, other in (pair, pair[::-1]):
        drive = net.add(rb.Poisson(30_000 * Hz), 1000, f"drive of {one.name}")
        net.connect(drive, one, JUMP, rb.one_to_one(), 0.04 * mV, 1 * ms)
        net.connect(one, one, JUMP, rb.fixed_indegree(200), 0.05 * mV, 1 * ms)
        net.connect(one, other, JUMP, rb.fixed_indegree(200), -inhibition, 1 * ms)
    return net


def test_a_driven_neuron_has_siegerts_rate():
    net, _ = driven()
    (point,) = rb.mean_field(net).fixed_points
    mean, sigma = 20 * 8 * 0.1, np.sqrt(20 * 8 * 0.01)
    assert point.mean["cells"].value_in(mV) == pytest.approx(mean)
    assert point.sigma["cells"].value_in(mV) == pytest.approx(sigma)
    expected = rb.siegert(
        tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms, mean=mean * mV, sigma=sigma * mV
    )
    assert point.rates["cells"].value_in(Hz) == pytest.approx(expected.value_in(Hz), rel=1e-10)


def test_any_wording_of_the_neuron_is_read():
    """The LIF of the zoo, with its current; and one written the other way round."""
    found = integrator(rb.LIF())
    assert found.threshold == pytest.approx((20.0, -50.0, -65.0, 2.0))
    assert found.rest == pytest.approx(-70)
    assert found.gains["I"] == pytest.approx(0.1)  # mV per pA
    other = rb.Model(
        "dv/dt = (g * (E - v) + 2 * I) / C",
        spike="V_T < v", reset="v = E + 3*mV", refractory="2 * d",
        parameters=dict(C=100 * pF, g=20 * nS, E=-60 * mV, V_T=-50 * mV, d=1 * ms),
        inputs=dict(I=pA),
    )  # fmt: skip
    found = integrator(other)
    assert found.threshold == pytest.approx((5.0, -50.0, -57.0, 2.0))
    assert (found.rest, found.gains["I"]) == pytest.approx((-60.0, 0.1))


def test_a_model_without_units_counts_its_own_time():
    plain = rb.Model(
        "tau * dv/dt = -v + I", spike="v > 1", reset="v = 0", refractory="d",
        parameters=dict(tau=0.02, d=0.002), inputs=["I"], time="s",
    )  # fmt: skip
    assert integrator(plain).threshold == pytest.approx((20.0, 1.0, 0.0, 2.0))


def test_a_constant_current_shifts_the_mean():
    net, _ = driven(model=rb.LIF(), I=150 * pA)
    (point,) = rb.mean_field(net).fixed_points
    assert point.mean["cells"].value_in(mV) == pytest.approx(-70 + 15 + 16)


@pytest.mark.parametrize(
    ("rule", "degree"),
    [
        (rb.fixed_indegree(30), 30),
        (rb.fixed_outdegree(30), 60),
        (rb.fixed_total(500), 5),
        (rb.bernoulli(0.1), 20),
        (rb.all_to_all(), 200),
        (rb.edges([0, 1, 2], [5, 5, 7]), 0.03),
    ],
)
def test_the_number_of_synapses_follows_from_the_rule(rule, degree):
    net = rb.Network(seed=1)
    source, cells = net.add(rb.Poisson(10 * Hz), 200, "drive"), net.add(NEURON, 100, "cells")
    net.connect(source, cells, JUMP, rule, 0.1 * mV, 1 * ms)
    (point,) = rb.mean_field(net).fixed_points
    assert point.mean["cells"].value_in(mV) == pytest.approx(20 * 0.01 * 0.1 * degree)


def test_all_fixed_points_of_an_excited_network():
    """A silent state and a fast one, with an unstable one between; each reproduces itself."""
    net, cells = driven(5000)
    net.connect(cells, cells, JUMP, rb.fixed_indegree(1000), 0.06 * mV, 1 * ms)
    found = rb.mean_field(net)
    assert [point.stable for point in found.fixed_points] == [True, False, True]
    for point in found.fixed_points:
        again = rb.siegert(
            tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms,
            mean=point.mean["cells"], sigma=point.sigma["cells"],
        )  # fmt: skip
        assert again.value_in(Hz) == pytest.approx(point.rates["cells"].value_in(Hz), rel=1e-8)
    assert found.rates["cells"].value_in(Hz) < 0.01
    assert str(found).count("\n") == 2


def test_rivals_that_are_alike_may_end_up_apart():
    found = rb.mean_field(rivals(0.1 * mV)).fixed_points
    stable = [p for p in found if p.stable]
    (even,) = [p for p in found if not p.stable]
    assert even.rates["A"].value_in(Hz) == pytest.approx(even.rates["B"].value_in(Hz))
    assert len(stable) == 2
    assert {bool(p.rates["A"] > p.rates["B"]) for p in stable} == {True, False}


def test_a_simulation_has_the_rate_of_the_theory():
    """Where jumps are small and nobody hears anybody: within two in a hundred."""
    net, _ = driven(400, 52_000 * Hz, weight=0.02 * mV, dt=0.02 * ms)
    net.run(100 * ms)
    rec = net.run(1000 * ms)
    theory = rb.mean_field(net).rates["cells"].value_in(Hz)
    assert theory > 10
    assert rec["cells"].spikes.rate().value_in(Hz).mean() == pytest.approx(theory, rel=0.02)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda net, cells: net.add(rb.AdEx(), 2, "others"), "has the states"),
        (lambda net, cells: net.add(rb.QuadraticIF(), 2), "not linear"),
        (lambda net, cells: net.add(rb.SpikeTimes([1] * ms), 1), "no constant rate"),
        (lambda net, cells: net.add(rb.Poisson(rb.sine(5 * Hz, 1 * Hz)), 1), "no constant rate"),
        (
            lambda net, cells: net.connect(
                cells, cells, JUMP, rb.bernoulli(0.1), "0.1*mV / (1 + i_pre)", 1 * ms
            ),
            "weights are 0.1",
        ),
        (
            lambda net, cells: net.connect(
                cells[:10], cells, JUMP, rb.bernoulli(0.1), 1 * mV, 1 * ms
            ),
            "Only some neurons",
        ),
        (lambda net, cells: net.add(rb.LIF(), 2, I=rb.sine(5 * pA, 1 * Hz)), "not constant"),
        (
            lambda net, cells: net.add(rb.LIF(), 2, parameters=dict(C=rb.uniform(1 * pF, 2 * pF))),
            "differ in their parameters",
        ),
        (
            lambda net, cells: net.add(rb.LIF(), 2, I=rb.noise(5 * pA, 5 * ms)),
            "not constant",
        ),
    ],
)
def test_what_the_theory_does_not_reach_is_refused(change, says):
    net, cells = driven()
    change(net, cells)
    with pytest.raises(ParameterError, match=says):
        rb.mean_field(net)


@pytest.mark.parametrize(
    ("synapse", "weight", "says"),
    [
        (rb.Exponential(5 * ms, reversal=0 * mV), 1 * nS, "conductance: how far"),
        (rb.AMPA(), 1 * nS, "is a conductance"),
        (rb.Alpha(5 * ms), 1 * pA, "no current that decays exponentially"),
        (rb.Delta("w"), 1 * pA, "has the states v, w"),
    ],
)
def test_a_synapse_out_of_reach_is_refused(synapse, weight, says):
    model = rb.AdEx() if synapse.model is None else rb.LIF()
    net, _ = driven()
    others = net.add(model, 10, "others")
    net.connect(others, others, synapse, rb.bernoulli(0.1), weight, 1 * ms)
    with pytest.raises(ParameterError, match=rf"{says}(.|\n)*others"):
        rb.mean_field(net)


def test_a_current_moves_v_by_its_charge():
    """Of weight w and time constant tau_s: w tau_s / C; the mean is that of a steady current."""
    net = rb.Network(seed=1)
    cells, source = net.add(rb.LIF(), 100, "cells"), net.add(rb.Poisson(2000 * Hz), 100)
    net.connect(source, cells, rb.Exponential(2 * ms), rb.one_to_one(), 40 * pA, 1 * ms)
    (point,) = rb.mean_field(net).fixed_points
    assert point.mean["cells"].value_in(mV) == pytest.approx(-70 + 40 * 2 * 2 / 10)
    jump = 40 * 2 / 200  # pA ms / pF
    sigma = jump * np.sqrt(20 * 2)
    assert point.sigma["cells"].value_in(mV) == pytest.approx(sigma)
    raised = 1.0326265761 * np.sqrt(2 / 20) * sigma
    assert point.raised["cells"].value_in(mV) == pytest.approx(raised)
    expected = rb.siegert(
        tau=20 * ms, V_T=-50 * mV, V_R=-65 * mV, t_ref=2 * ms, tau_s=2 * ms,
        mean=point.mean["cells"], sigma=sigma * mV,
    )  # fmt: skip
    assert point.rates["cells"].value_in(Hz) == pytest.approx(expected.value_in(Hz), rel=1e-9)


def test_noise_that_lasts_simulated():
    """Within three in a hundred of the theory, which without the correction is further off."""
    net = rb.Network(seed=1, dt=0.05 * ms)
    cells = net.add(rb.LIF(), 400, "cells", I=130 * pA)
    for name, sign in (("up", 1), ("down", -1)):  # fluctuations alone
        source = net.add(rb.Poisson((12_000 + 3000 * sign) * Hz), 400, name)
        net.connect(source, cells, rb.Exponential(1 * ms), rb.one_to_one(), sign * 12 * pA, 1 * ms)
    found = rb.mean_field(net)
    (point,) = found.fixed_points
    white = rb.siegert(
        tau=20 * ms, V_T=-50 * mV, V_R=-65 * mV, t_ref=2 * ms,
        mean=point.mean["cells"], sigma=point.sigma["cells"],
    ).value_in(Hz)  # fmt: skip
    report = found.compare(2000 * ms).report
    counted = float(report["simulation"].value_in(Hz)[0])
    theory = float(report["mean field"].value_in(Hz)[0])
    assert theory == pytest.approx(counted, rel=0.03)
    assert abs(white - counted) > 2 * abs(theory - counted)


@pytest.mark.parametrize(
    "weight",
    [
        rb.uniform(0 * mV, 0.2 * mV),
        rb.normal(0.1 * mV, 0.05 * mV),
        rb.lognormal(0.1 * mV, 0.1 * mV),
        rb.clipped(rb.normal(0.1 * mV, 0.1 * mV), low=0 * mV),
        rb.truncated(rb.normal(0.1 * mV, 0.1 * mV), low=0 * mV, high=0.25 * mV),
        rb.clipped(rb.uniform(0 * mV, 0.2 * mV), high=0.15 * mV),
    ],
    ids=str,
)
def test_weights_that_are_drawn_have_their_moments(weight):
    """Those of synapses that a network draws, within three standard errors."""
    net = rb.Network(seed=3)
    cells, source = net.add(NEURON, 200, "cells"), net.add(rb.Poisson(5000 * Hz), 200, "source")
    con = net.connect(source, cells, JUMP, rb.all_to_all(), weight, 1 * ms, precision="float64")
    mean, square = moments(con.weights)
    net.run(0.1 * ms)
    drawn = np.asarray(net.synapses(con)["w"].value_in(mV))
    for expected, values in ((mean, drawn), (square, drawn**2)):
        assert abs(values.mean() - expected) < 3 * values.std() / np.sqrt(len(values))


def test_without_a_refractory_period():
    """Siegert's formula with t_ref = 0; no bound but the grid of time."""
    net, _ = driven(model=NEURON.replace(t_ref=0 * ms))
    (point,) = rb.mean_field(net).fixed_points
    expected = rb.siegert(
        tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=0 * ms,
        mean=point.mean["cells"], sigma=point.sigma["cells"],
    )  # fmt: skip
    assert point.rates["cells"].value_in(Hz) == pytest.approx(expected.value_in(Hz), rel=1e-9)


def test_rates_that_run_away_are_no_fixed_point():
    net, cells = driven(5000, 20_000 * Hz, model=NEURON.replace(t_ref=0 * ms))
    net.connect(cells, cells, JUMP, rb.fixed_indegree(1000), 0.06 * mV, 1 * ms)
    with pytest.raises(rb.RheobaseError, match="No fixed point"):
        _ = rb.mean_field(net).rates


def test_the_network_is_run_beside_its_mean_field():
    """On a copy: the caller's network has not run, and nothing of it changes."""
    net, _ = driven(400, 52_000 * Hz, weight=0.02 * mV, dt=0.02 * ms)
    found = rb.reduce(net, to="mean_field", duration=500 * ms, settle=100 * ms)
    report = found.report
    assert report["population"] == "cells"
    theory, counted, error = (
        float(report[k].value_in(Hz)[0]) for k in ("mean field", "simulation", "standard error")
    )
    assert theory == pytest.approx(found.model.rates["cells"].value_in(Hz))
    assert theory == pytest.approx(counted, rel=0.03)
    assert report["relative error"][0] == pytest.approx(theory / counted - 1)
    assert 0.1 * np.sqrt(counted / (400 * 0.5)) < error < 2 * np.sqrt(counted / (400 * 0.5))
    (panel,) = found.plot().axes
    assert any(
        np.allclose(line.get_ydata(), theory) and line.get_color() == INK for line in panel.lines
    )
    net.run(1 * ms)
    with pytest.raises(ParameterError, match="has run"):
        rb.mean_field(net).compare()


def test_of_two_stable_states_the_one_that_is_simulated():
    net = rivals(0.1 * mV)
    report = rb.mean_field(net).compare(200 * ms, 300 * ms).report
    assert report["stable states"] == 2
    winner = int(np.argmax(report["simulation"].value_in(Hz)))
    assert int(np.argmax(report["mean field"].value_in(Hz))) == winner


@pytest.mark.parametrize("name", ["duration", "settle"])
def test_a_time_that_is_none_is_refused(name):
    net, _ = driven()
    with pytest.raises(ParameterError, match=f"{name} is 0 ms"):
        rb.mean_field(net).compare(**{name: 0 * ms})


def test_a_network_without_neurons_is_refused():
    with pytest.raises(ParameterError, match="no neurons"):
        rb.mean_field(rb.Network())
