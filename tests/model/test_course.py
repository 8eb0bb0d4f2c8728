"""The equations of a neurocomputing course, typed as it prints them, with and without units.

Products are written with ``*`` and powers with ``**``; everything else, the breaks of the long
lines included, is as it stands in print.
"""

import numpy as np
import pytest

import rheobase as rb
from rheobase.model import Model
from rheobase.units import Hz, Quantity, cm, mS, ms, mV, nS, pA, pF, uA, uF

RELATIVE = 1e-9

HODGKIN_HUXLEY = """
    a_n = 0.01 * (v + 60) / (1.0 - exp(-0.1 * (v + 60) ) )
    a_m = 0.1 * (v + 45) / (1.0 - exp (- 0.1 * ( v + 45 )))
    a_h = 0.07 * exp(- 0.05 * ( v + 70 ))
    b_n = 0.125 * exp (- 0.0125 * (v + 70))
    b_m = 4 *  exp (- (v + 70) / SLOPE)
    b_h = 1/(1 + exp (- 0.1 * ( v + 40 )) )

    dn/dt = a_n * (1 - n) - b_n * n
    dm/dt = a_m * (1 - m) - b_m * m
    dh/dt = a_h * (1 - h) - b_h * h

    C * dv/dt = g_L * (V_L - v) + g_K * n**4 * (V_K - v)
        + g_Na * m**3 * h * (V_Na - v) + I
"""
HODGKIN_HUXLEY_UNITS = """
    a_n = 0.01/mV/ms * (v + 60*mV) / (1.0 - exp(-0.1/mV * (v + 60*mV) ) )
    a_m = 0.1/mV/ms * (v + 45*mV) / (1.0 - exp (- 0.1/mV * ( v + 45*mV )))
    a_h = 0.07/ms * exp(- 0.05/mV * ( v + 70*mV ))
    b_n = 0.125/ms * exp (- 0.0125/mV * (v + 70*mV))
    b_m = 4/ms *  exp (- (v + 70*mV) / (SLOPE*mV))
    b_h = 1/ms/(1 + exp (- 0.1/mV * ( v + 40*mV )) )

    dn/dt = a_n * (1 - n) - b_n * n
    dm/dt = a_m * (1 - m) - b_m * m
    dh/dt = a_h * (1 - h) - b_h * h

    C * dv/dt = g_L * (V_L - v) + g_K * n**4 * (V_K - v)
        + g_Na * m**3 * h * (V_Na - v) + I
"""
GATES = {"n": "a_n/(a_n + b_n)", "m": "a_m/(a_m + b_m)", "h": "a_h/(a_h + b_h)"}


def hodgkin_huxley(slope):
    plain = {"C": 1, "g_Na": 120, "g_K": 36, "g_L": 0.3, "V_Na": 45, "V_K": -82, "V_L": -59.387}
    area = {"C": uF / cm**2} | dict.fromkeys(("g_Na", "g_K", "g_L"), mS / cm**2)
    return (
        Model(
            HODGKIN_HUXLEY.replace("SLOPE", str(slope)),
            spike="v > -20",
            parameters=plain,
            inputs=["I"],
            initial={"v": -70, **GATES},
        ),
        Model(
            HODGKIN_HUXLEY_UNITS.replace("SLOPE", str(slope)),
            spike="v > -20*mV",
            parameters={name: value * area.get(name, mV) for name, value in plain.items()},
            inputs={"I": uA / cm**2},
            initial={"v": -70 * mV, **GATES},
        ),
        10.0,
        uA / cm**2,
    )


def integrate_and_fire():
    equation = "C * dv/dt = - g_L * (v - V_L) + I"
    plain = {"C": 200, "g_L": 10, "V_L": -70, "V_T": -50, "V_R": -65}
    units = {"C": pF, "g_L": nS}
    rules = {"spike": "v > V_T", "reset": "v = V_R", "initial": {"v": "V_L"}}
    return (
        Model(equation, parameters=plain, inputs=["I"], **rules),
        Model(
            equation,
            parameters={name: value * units.get(name, mV) for name, value in plain.items()},
            inputs={"I": pA},
            **rules,
        ),
        300.0,
        pA,
    )


def izhikevich():
    return (
        Model(
            """
            dv/dt = 0.04 * v**2 + 5 * v + 140 - u + I
            du/dt = a * (b * v - u)
            """,
            spike="v > 30",
            reset="v = c; u += d",
            parameters={"a": 0.02, "b": 0.2, "c": -65, "d": 8},
            inputs=["I"],
            initial={"v": -65, "u": "b*v"},
        ),
        Model(
            """
            dv/dt = 0.04/mV/ms * v**2 + 5/ms * v + 140*mV/ms - u + I
            du/dt = a * (b * v - u)
            """,
            spike="v > 30*mV",
            reset="v = c; u += d",
            parameters={"a": 0.02 / ms, "b": 0.2 / ms, "c": -65 * mV, "d": 8 * mV / ms},
            inputs={"I": mV / ms},
            initial={"v": -65 * mV, "u": "b*v"},
        ),
        10.0,
        mV / ms,
    )


def adex():
    equations = """
        C * dv/dt = -g_L * (v - E_L) +  g_L * Delta_T * exp((v - v_T) / Delta_T)
                     + I - w
        tau_w * dw/dt = a * (v - E_L) - w
    """
    plain = {"C": 281, "g_L": 30, "E_L": -70.6, "v_T": -50.4, "Delta_T": 2, "tau_w": 144, "a": 4}
    plain |= {"b": 80.5, "V_R": -70.6}
    units = {"C": pF, "g_L": nS, "a": nS, "b": pA, "tau_w": ms}
    rules = {"reset": "v = V_R; w += b", "initial": {"v": "E_L"}}
    return (
        Model(equations, spike="v > 0", parameters=plain, inputs=["I"], **rules),
        Model(
            equations,
            spike="v > 0*mV",
            parameters={name: value * units.get(name, mV) for name, value in plain.items()},
            inputs={"I": pA},
            **rules,
        ),
        1000.0,
        pA,
    )


def rate_coded():
    return (
        Model(
            """
            tau * dv/dt + v = w_1 * r_1 + w_2 * r_2 + I + b
            r = 1 / (1 + exp(-v))
            """,
            parameters={"tau": 10, "w_1": 0.5, "w_2": -0.25, "r_1": 3, "r_2": 1, "b": 0.1},
            inputs=["I"],
        ),
        Model(
            """
            tau * dv/dt + v = w_1 * r_1 + w_2 * r_2 + I + b
            r = Hz / (1 + exp(-v/Hz))
            """,
            parameters={"tau": 10 * ms, "w_1": 0.5, "w_2": -0.25}
            | {"r_1": 3 * Hz, "r_2": 1 * Hz, "b": 0.1 * Hz},
            inputs={"I": Hz},
        ),
        1.0,
        Hz,
    )


def rectified():
    return (
        Model("tau * dv/dt + v = I\nr = max(0, v)", parameters={"tau": 20}, inputs=["I"]),
        Model("tau * dv/dt + v = I\nr = max(0, v)", parameters={"tau": 20 * ms}, inputs={"I": Hz}),
        1.0,
        Hz,
    )


BLOCKS = {
    "Hodgkin-Huxley": (hodgkin_huxley(18), 25, ("v", "n", "m", "h")),
    "Hodgkin-Huxley as misprinted": (hodgkin_huxley(80), 25, ("v", "n", "m", "h")),
    "integrate-and-fire": (integrate_and_fire(), 100, ("v",)),
    "Izhikevich": (izhikevich(), 100, ("v", "u")),
    "AdEx": (adex(), 100, ("v", "w")),
    "rate-coded": (rate_coded(), 50, ("v", "r")),
    "rectified": (rectified(), 50, ("v", "r")),
}
SPIKES = {
    "Hodgkin-Huxley": 2,
    "Hodgkin-Huxley as misprinted": 0,
    "integrate-and-fire": 5,
    "Izhikevich": 3,
    "AdEx": 5,
    "rate-coded": 0,
    "rectified": 0,
}


def numbers(value):
    return value.magnitude if isinstance(value, Quantity) else value


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_the_same_with_and_without_units(block):
    (plain, united, current, unit), duration, names = BLOCKS[block]
    assert plain.is_plain
    assert not united.is_plain
    run = {"dt": 0.025 * ms, "record": names}
    with_numbers = rb.simulate(plain, duration, I=current, **run)
    with_units = rb.simulate(united, duration * ms, I=current * unit, **run)
    assert with_numbers.provenance["method"] == with_units.provenance["method"]
    for name in names:
        expected = numbers(with_numbers[name])
        found = numbers(with_units[name])
        assert np.ptp(expected) > 0
        np.testing.assert_allclose(found, expected, rtol=RELATIVE, atol=RELATIVE)
    first, second = with_numbers.spikes.t, with_units.spikes.t
    assert with_numbers.spikes.count() == with_units.spikes.count()
    assert int(np.sum(with_units.spikes.count())) == SPIKES[block]
    np.testing.assert_allclose(numbers(second), numbers(first), rtol=RELATIVE)


def test_the_misprint_gives_one_spike_at_most():
    plain, united, _, unit = hodgkin_huxley(80)
    for current in (6.0, 10.0, 30.0):
        for model, drive, time in ((plain, current, 200), (united, current * unit, 200 * ms)):
            recording = rb.simulate(model, time, I=drive, dt=0.025 * ms, record=None)
            assert int(np.sum(recording.spikes.count())) <= 1


def test_a_rate_neuron_relaxes_exponentially_and_never_fires_below_zero():
    for model, current in ((rectified()[0], -2.0), (rectified()[1], -2.0 * Hz)):
        duration = 40 if model.is_plain else 40 * ms
        recording = rb.simulate(model, duration, I=current, dt=0.1 * ms, record=("v", "r"))
        time = np.arange(401) * 0.1
        np.testing.assert_allclose(
            numbers(recording["v"])[:, 0], -2 * (1 - np.exp(-time / 20)), rtol=1e-12, atol=1e-14
        )
        assert not np.any(numbers(recording["r"]))


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("max(0, NET)", lambda x: max(0.0, x)),
        ("positive(NET)", lambda x: max(0.0, x)),
        ("1 / (1 + exp(-(NET)))", lambda x: 1 / (1 + np.exp(-x))),
        ("logistic(NET)", lambda x: 1 / (1 + np.exp(-x))),
        ("tanh(NET)", np.tanh),
        ("heaviside(NET)", lambda x: float(x >= 0)),
    ],
)
@pytest.mark.parametrize("x", [(1.5, -2.0), (-3.0, 0.25)])
def test_an_artificial_neuron_is_an_output_without_an_ode(function, value, x):
    net = "w_1 * x_1 + w_2 * x_2 + b"
    weights = {"w_1": 0.5, "w_2": 2.0, "b": 0.25}
    model = Model("y = " + function.replace("NET", net), parameters=weights, inputs=["x_1", "x_2"])
    assert model.states == ()
    assert model.outputs == ("y",)
    recording = rb.simulate(model, 0.3, dt=0.1, x_1=x[0], x_2=x[1])
    expected = value(0.5 * x[0] + 2.0 * x[1] + 0.25)
    np.testing.assert_allclose(recording["y"], expected, rtol=1e-15)


def test_the_names_of_print_become_names():
    model = Model(
        """
        C * dv/dt = g_L * (V_L - v) + g_Na * m_inf * (V_Na - v) + g_L * Delta_T + I_ext
        tau_w * dw/dt = -w
        """,
        parameters=dict.fromkeys(
            ("C", "g_L", "V_L", "g_Na", "m_inf", "V_Na", "Delta_T", "tau_w"), 1.0
        ),
        inputs=["I_ext"],
    )
    assert model.states == ("v", "w")
    latex = model.latex()
    for printed in (
        r"\tau_{w}", r"\Delta_{T}", r"g_{\mathrm{Na}}", r"V_{\mathrm{Na}}", r"m_{\infty}",
        r"\frac{dw}{dt}", r"I_{\mathrm{ext}}",
    ):  # fmt: skip
        assert printed in latex


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("C dv/dt = I", "*"),
        ("dv/dt = 0.04 v**2", "*"),
        ("dv/dt = 5v", "*"),
        ("dv/dt = n^4", "**"),
        ("dv/dt = 2 (v + 1)", "*"),
        ("r = (v)(t)", "*"),
    ],
)
def test_what_print_leaves_out_is_mended(text, mend):
    with pytest.raises(rb.RheobaseError) as caught:
        Model(text, parameters={"C": 1.0, "n": 1.0}, inputs=["I"])
    assert mend in caught.value.mend
    assert "^" in caught.value.where
