"""Receptors that bind transmitter, in networks: against each synapse simulated by itself."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.compiler.matrix_exponential import matrix_exponential
from rheobase.errors import ParameterError
from rheobase.model.synapse import Synapse
from rheobase.units import Hz, V, mM, ms, mV, nS, um
from rheobase.zoo.receptors_kinetic import RECEPTORS

FIRST_ORDER = ("AMPAKinetics", "NMDAKinetics", "GABAAKinetics")
# Transmitter as published (mM, ms).
PULSES = dict.fromkeys(FIRST_ORDER, (1.0, 1.0))
PULSES |= {"GABABKinetics": (0.5, 0.3), "NicotinicAChKinetics": (1.0, 0.2)}


def rates(name, present):
    """dx/dt = M [x, 1] of the states at one synapse, typed anew: (1/ms)."""
    if name in FIRST_ORDER:
        bind, leave = {
            "AMPAKinetics": (1.1, 0.19), "NMDAKinetics": (0.072, 0.0066),
            "GABAAKinetics": (5.0, 0.18),
        }[name]  # fmt: skip
        return np.array([[-bind * present - leave, bind * present], [0, 0]])
    if name == "GABABKinetics":  # R, G
        return np.array(
            [[-0.52 * present - 0.0013, 0, 0.52 * present], [0.098, -0.033, 0], [0, 0, 0]]
        )
    k1, k2, leave, b1, a1, b2, a2 = 50 * present, 500 * present, 2, 0.015, 3, 15, 0.5
    back = 500 * a2 * leave * b1 / (500 * b2 * a1)
    # A, AA, O, OO; what is free is the rest.
    return np.array(
        [
            [-2 * k1 - leave - k2 - b1, -2 * k1 + 2 * leave, -2 * k1 + a1, -2 * k1, 2 * k1],
            [k2, -2 * leave - b2, 0, a2, 0],
            [b1, 0, -a1 - k2, 2 * back, 0],
            [0, b2, k2, -a2 - 2 * back, 0],
            [0, 0, 0, 0, 0],
        ]
    )


def alone(name, train, steps, dt):
    """The states of one synapse at every tick, whose spikes arrive at these ticks."""
    peak, width = PULSES[name]
    with_it, without = (matrix_exponential(rates(name, t) * dt) for t in (peak, 0.0))
    there = np.zeros(steps, bool)
    for tick in train:
        there[tick : tick + round(width / dt)] = True
    x = np.zeros(len(with_it))
    x[-1] = 1
    found = [x]
    for k in range(steps):
        x = (with_it if there[k] else without) @ x
        found.append(x)
    return np.array(found)[:, :-1]


def network(name, trains, weights, delays, dt, steps, **options):
    """Everything recorded of one target of sources with these spikes (ticks); and the network."""
    net = rb.Network(dt=dt * ms, threads=options.pop("threads", None))
    ticks = np.concatenate(trains)
    who = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    source = net.add(rb.SpikeTimes(ticks * dt * ms, who), len(trains), "source")
    target = net.add(rb.LIF(V_T=1 * V), 1, "target", method="exponential_euler")
    unit = 1.0 if name == "GABABKinetics" else nS
    net.connect(
        source, target, RECEPTORS[name](), rb.all_to_all(), np.array(weights)[:, None] * unit,
        np.array(delays)[:, None] * dt * ms, precision="float64", name="c", **options,
    )  # fmt: skip
    states = {"GABABKinetics": ("R", "G", "r"), "NicotinicAChKinetics": ("A", "AA", "O", "OO")}
    watched = [f"{what}_{name}" for what in (*states.get(name, ("r",)), "on", "g")]
    net.record(target, watched)
    rec = net.run(steps * dt * ms)["target"]
    return {w: np.asarray(getattr(rec[w], "internal", rec[w]))[:, 0] for w in watched}, net


@pytest.mark.parametrize("dt", [0.05, 0.1])
@pytest.mark.parametrize("name", PULSES)
def test_a_single_pulse_is_that_of_the_receptor_alone(name, dt):
    steps = round(30 / dt)
    found, _ = network(name, [[0]], [1.0], [1], dt, steps)
    kinetics = RECEPTORS[name]()
    fine = {"GABABKinetics": 0.005, "NicotinicAChKinetics": 0.005}.get(name, dt)
    every = round(dt / fine)
    rec = rb.simulate(kinetics, 30 * ms, dt=fine * ms, record=["r"])
    r = np.asarray(rec["r"])[::every, 0]
    after = steps - 1  # the spike arrives a step later
    if name == "NicotinicAChKinetics":
        # Alone it is solved with step control; and O + OO is what is open.
        here = found[f"O_{name}"] + found[f"OO_{name}"]
        assert np.abs(here[1:] - r[: after + 1]).max() < 1e-5
    else:
        assert found[f"r_{name}"][1:] == pytest.approx(r[: after + 1], rel=1e-9, abs=1e-13)
    exact = alone(name, [1], steps, dt)
    first = {"GABABKinetics": "R", "NicotinicAChKinetics": "A"}.get(name, "r")
    assert found[f"{first}_{name}"] == pytest.approx(exact[:, 0], rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", PULSES)
def test_trains_add_up_as_if_each_synapse_were_simulated(name, threads):
    """Pulses that overlap, that touch, that repeat in one tick, and some long after."""
    dt, steps = 0.1, 500
    dice = np.random.default_rng(len(name))
    trains = [np.sort(dice.integers(0, 380, 30)) for _ in range(6)]
    width = round(PULSES[name][1] / dt)
    trains += [
        np.array([0, 0, width, 2 * width, 2 * width + 1, 300, 300 + width + 1]),
        np.array([5]), np.empty(0, int),
    ]  # fmt: skip
    weights = dice.uniform(0, 2, len(trains))
    delays = dice.integers(1, 40, len(trains))
    found, net = network(name, trains, weights, delays, dt, steps, threads=threads)
    each = [
        weight * alone(name, train + delay, steps, dt)
        for weight, train, delay in zip(weights, trains, delays, strict=True)
    ]
    exact = np.sum(each, axis=0)
    scale = weights.sum()
    if name == "NicotinicAChKinetics":
        for k, state in enumerate(("A", "AA", "O", "OO")):
            assert found[f"{state}_{name}"] == pytest.approx(exact[:, k], abs=1e-12 * scale)
        open_, largest = exact[:, 2] + exact[:, 3], 1.0
    elif name == "GABABKinetics":
        assert found[f"R_{name}"] == pytest.approx(exact[:, 0], abs=1e-12 * scale)
        assert found[f"G_{name}"] == pytest.approx(exact[:, 1], abs=1e-11 * scale)
        open_ = exact[:, 1] ** 4 / (exact[:, 1] ** 4 + 100)
        largest = 1.0
    else:
        assert found[f"r_{name}"] == pytest.approx(exact[:, 0], abs=1e-12 * scale)
        open_, largest = exact[:, 0], scale
    if name != "NMDAKinetics":
        assert found[f"g_{name}"] == pytest.approx(open_, abs=1e-11 * scale)
        assert found[f"g_{name}"].max() <= max(largest, scale)
    # All transmitter is gone in the end.
    assert abs(found[f"on_{name}"][-1]) < 1e-13 * scale
    assert found[f"on_{name}"].max() > 0.3 * scale
    assert net.synapses("c")["w"].shape == (len(trains),)


@settings(max_examples=15)
@given(
    trains=st.lists(st.lists(st.integers(0, 99), max_size=12), min_size=1, max_size=5),
    width=st.integers(1, 30),
    weights=st.lists(st.floats(0, 3), min_size=5, max_size=5),
    delays=st.lists(st.integers(1, 40), min_size=5, max_size=5),
    rate=st.sampled_from([1e-3, 0.3, 20.0]),
)
def test_any_trains_any_pulse(trains, width, weights, delays, rate):
    """Against the closed form of every synapse by itself, from step to step."""
    own = rb.Model(
        "dr/dt = a*T*(1 - r) - b*r\nI = g_max*r*(E - v)", name="own",
        parameters=dict(a=rate / (mM * ms), b=0.2 / ms, g_max=1 * nS, E=0 * mV),
        inputs=dict(T=mM, v=mV),
    )  # fmt: skip
    count = len(trains)
    net = rb.Network(dt=0.1 * ms)
    ticks = np.array([tick for train in trains for tick in train], float)
    who = np.repeat(np.arange(count), [len(train) for train in trains])
    source = net.add(rb.SpikeTimes(ticks * 0.1 * ms, who), count, "source")
    target = net.add(rb.LIF(V_T=1 * V), 1, "target", method="exponential_euler")
    net.connect(
        source, target, rb.Kinetic(own, 2 * mM, width * 0.1 * ms), rb.all_to_all(),
        np.array(weights[:count])[:, None] * nS, np.array(delays[:count])[:, None] * 0.1 * ms,
        precision="float64",
    )  # fmt: skip
    net.record(target, "r_own")
    found = net.run(18 * ms)["target"]["r_own"].value_in("nS")[:, 0]
    exact, limit = np.zeros(181), 2 * rate / (2 * rate + 0.2)
    for train, weight, delay in zip(trains, weights, delays, strict=False):
        there = np.zeros(181, bool)
        for tick in train:
            there[tick + delay : tick + delay + width] = True
        course = [0.0]
        for present in there[:-1]:
            r, fast = course[-1], np.exp(-(2 * rate + 0.2) * 0.1)
            course.append(limit + (r - limit) * fast if present else r * np.exp(-0.02))
        exact += weight * np.array(course)
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-12)


def test_a_synapse_saturates_and_many_do_not_saturate_together():
    dt, steps = 0.1, 60
    fast = [np.arange(0, 50, 3)]
    one, _ = network("GABAAKinetics", fast, [2.0], [1], dt, steps)
    assert one["g_GABAAKinetics"].max() < 2 * 0.9653
    many, _ = network("GABAAKinetics", [[0]] * 20, [2.0] * 20, [1] * 20, dt, steps)
    assert many["g_GABAAKinetics"].max() == pytest.approx(40 * 0.9598185266270232, rel=1e-12)


def test_gaba_b_pools_what_its_synapses_bind():
    """Two synapses at once are one of twice the weight, and open nearly 2**4 times as much."""
    dt, steps = 0.1, 2000
    name = "GABABKinetics"
    one, _ = network(name, [[0]], [1.0], [1], dt, steps)
    two, _ = network(name, [[0], [0]], [1.0, 1.0], [1, 1], dt, steps)
    double, _ = network(name, [[0]], [2.0], [1], dt, steps)
    r = f"r_{name}"
    assert two[r] == pytest.approx(double[r], rel=1e-12)
    assert two[r].max() / one[r].max() == pytest.approx(16, rel=1e-3)
    strong, _ = network(name, [[0]] * 200, [1.0] * 200, [1] * 200, dt, steps)
    assert 0.99 < strong[r].max() < 1


def test_a_pulse_and_a_name_of_ones_own():
    net = rb.Network()
    a, b = net.add(rb.Poisson(9 * Hz), 3, "a"), net.add(rb.LIF(), 3, "b")
    longer = rb.Kinetic("AMPAKinetics", concentration=0.5 * mM, duration=2 * ms, name="mine")
    con = net.connect(a, b, longer, rb.all_to_all(), 1 * nS, 1 * ms)
    assert con.synapse.pulse.duration == 2
    assert con.synapse.pulse.on == ((-(1.1 * 0.5) - 0.19, 1.1 * 0.5),)
    assert con.synapse.reversal == 0 and con.port == "mine"
    assert "mine(2 ms of transmitter, to 0 mV)" in str(net.summary())
    described = json.loads(json.dumps(longer.describe(), allow_nan=False))
    assert Synapse.from_description(described) == longer != rb.Kinetic("AMPAKinetics")
    assert rb.Kinetic("GABAAKinetics") == rb.Kinetic(rb.GABAAKinetics())


@pytest.mark.parametrize("name", PULSES)
def test_dale_knows_them(name):
    net = rb.Network()
    exc, inh = (net.add(rb.LIF(), 1, r, releases=r) for r in ("glutamate", "GABA"))
    target, weight = net.add(rb.LIF(), 1, "target"), 1.0 if name == "GABABKinetics" else 1 * nS
    right, wrong = (inh, exc) if "GABA" in name else (exc, inh)
    net.connect(right, target, RECEPTORS[name](), rb.all_to_all(), weight, 1 * ms)
    with pytest.raises(ParameterError, match="Dale's law"):
        net.connect(wrong, target, RECEPTORS[name](), rb.all_to_all(), weight, 1 * ms)
    with pytest.raises(ParameterError, match="negative"):
        net.connect(right, target, RECEPTORS[name](), rb.all_to_all(), -weight, 1 * ms)


def test_a_receptor_of_ones_own():
    """Three states, one of them blind; densities of current; rates that are named expressions."""
    own = rb.Model(
        """
        blind = 1 - r - d
        dr/dt = opening*T*blind - closing*r - into*r
        dd/dt = into*r - out*d
        closing = out + into
        I = g_max*r*(E - v)
        """,
        parameters=dict(opening=2 / (mM * ms), out=0.05 / ms, into=0.1 / ms, g_max=1 * nS,
                        E=0 * mV),
        inputs=dict(T=mM, v=mV), name="own",
    )  # fmt: skip
    net = rb.Network(dt=0.1 * ms)
    source = net.add(rb.SpikeTimes([0, 2, 2.5] * ms), 1, "source")
    target = net.add(rb.LIF(V_T=1 * V), 1, "target", method="exponential_euler")
    made = rb.Kinetic(own, concentration=1 * mM, duration=1 * ms)
    assert made.pulse.rates == ("T", "into", "opening", "out")
    net.connect(source, target, made, rb.all_to_all(), 3 * nS, 0.1 * ms)
    net.record(target, ["r_own", "d_own"])
    rec = net.run(20 * ms)["target"]
    transmitter = rb.pulses(1 * mM, [0.1] * ms, width=1 * ms)
    transmitter = transmitter + rb.pulses(1 * mM, [2.1] * ms, width=1.5 * ms)
    exact = rb.simulate(own, 20 * ms, dt=0.002 * ms, method="rk4", T=transmitter, record=["r", "d"])
    for state in ("r", "d"):
        here = rec[f"{state}_own"].value_in("nS")[:, 0]
        assert here == pytest.approx(3 * np.asarray(exact[state])[::50, 0], rel=1e-9, abs=1e-12)


def test_on_a_neuron_of_densities_and_under_other_methods():
    found = {}
    for method in ("exponential_euler", "rk4", "adaptive"):
        net = rb.Network(dt=0.1 * ms)
        source = net.add(rb.SpikeTimes([1, 1.5, 4] * ms), 1, "source")
        cell = net.add(rb.HodgkinHuxley(), 1, "cell", method=method)
        net.connect(
            source, cell, rb.AMPAKinetics(), rb.all_to_all(), 1e-7 * nS / um**2, 1 * ms
        )  # fmt: skip
        net.record(cell, "r_AMPAKinetics")
        found[method] = net.run(10 * ms)["cell"]["r_AMPAKinetics"].internal[:, 0]
    assert found["exponential_euler"].max() > 0
    for method in ("rk4", "adaptive"):
        # At rest the search for the fixed point leaves alone what nothing moves.
        assert found[method] == pytest.approx(found["exponential_euler"], rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("name", FIRST_ORDER)
def test_on_a_neuron_without_units(name):
    net = rb.Network(dt=0.1 * ms)
    train = np.array([0, 4, 9, 30, 80])
    source = net.add(rb.SpikeTimes(train * 0.1 * ms), 1, "source")
    cell = net.add(rb.Izhikevich(), 1, "cell", method="exponential_euler")
    # Weights are in its own unit of conductance, and a plain receptor says the same.
    bind, leave = {"AMPAKinetics": (1.1, 0.19), "NMDAKinetics": (0.072, 0.0066)}.get(
        name, (5.0, 0.18)
    )
    plain = rb.Model(
        "dr/dt = a*T*(1 - r) - b*r\nI = g_max*r*(E - v)", inputs=["T", "v"], name="plain",
        parameters=dict(a=bind, b=leave, g_max=1.0, E=0.0),
    )  # fmt: skip
    net.connect(source, cell, RECEPTORS[name](), rb.all_to_all(), 1e-6, 0.1 * ms)
    net.connect(source, cell, rb.Kinetic(plain, 1.0, 1.0), rb.all_to_all(), 1e-6, 0.1 * ms)
    net.record(cell, [f"r_{name}", "r_plain"])
    rec = net.run(20 * ms)["cell"]
    exact = 1e-6 * alone(name, train + 1, 200, 0.1)[:, 0]
    for found in (rec[f"r_{name}"], rec["r_plain"]):
        assert np.asarray(found)[:, 0] == pytest.approx(exact, rel=1e-10, abs=1e-20)
