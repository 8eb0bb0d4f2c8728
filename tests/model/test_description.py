"""A model as JSON, and the model again: complete, exact to the bit, and safe to read."""

import copy
import json
import math

import numpy as np
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import ParameterError, RheobaseError, UnitError
from rheobase.model import Model, Published
from rheobase.model.composition import joined
from rheobase.model.description import from_dict, to_dict
from rheobase.model.written import (
    read_measured,
    read_unit,
    read_value,
    write_measured,
    write_unit,
    write_value,
)
from rheobase.units import Quantity, Unit, cm, ms, mV, nA, nS, pA, pF, s, uF
from rheobase.units.dimension import Dimension
from rheobase.units.door import measure
from rheobase.zoo.entry import Entry

from .receptors import alpha, biexponential, conductance, current
from .strategies import expressions

ENTRIES = [e for e in (getattr(rb, name) for name in rb.__all__) if isinstance(e, Entry)]
ZOO = {e.__name__: e() for e in ENTRIES}
ZOO |= {f"{e.__name__} {name}": e.preset(name) for e in ENTRIES for name in e.presets}
NOISY = Model(
    "tau*dv/dt = -v + sigma*sqrt(2*tau)*(xi + 2*xi_b) + R*I  # a comment\n\n  r = v/(1 - exp(-v))",
    spike="not v < 1 or v >= 2 > 1", reset=" v = 0; v += (1 +\n 1)  # twice\nv /= 2;",
    refractory="2*t_r", inputs="I", outputs=[], method="euler_maruyama", dt=0.05,
    parameters={"tau": 10.0, "sigma": 0.3, "R": 2, "t_r": 0.5}, display={"v": mV}, time=s,
    name="noisy",
)  # fmt: skip
JIFFY = Unit("jiffy", Dimension(time=1), -2)
PERCENT = Unit("percent", Dimension(), 0, 0.01)
DRIVES = {
    "A": 3,
    "B": np.array([1.0, np.inf]),
    "C": [1, 2.5],
    "D": {"kind": "pulses", "times": (1 * ms, 2 * ms, 3), "until": math.inf},
    "E": [0.5, {"is": "odd"}, "3", None, True, mV],
}
OTHERS = {
    "noise and conditions": NOISY,
    "an array": rb.LIF(V_T=np.linspace(-52.1, -47.3, 7) * mV, C=[200.0] * pF),
    "a period as a value": Model(
        "tau*dv/dt = -v", spike="v > V_T", reset="v = 0*mV", refractory=3 * ms,
        parameters={"tau": 0.01 * s, "V_T": 1 * mV}, initial={"v": 0.1 * mV},
    ),
    "odd dimensions": Model(
        "C*dv/dt = sigma*xi + k*(v/mV)**2 - I/4\nx = q*v**(1/3)",
        parameters={"C": 1 * uF / cm**2, "sigma": 0.1 * pA * ms**0.5 / cm**2}
        | {"k": 3 * nA / cm**2, "q": 0.7 * nS * mV ** (-1 / 3)},
        inputs=["I"], initial={"v": "-1.5*mV"}, dt="0.1 ms",
    ),
    "a percentage alone": Model(
        "r = k*I", parameters={"k": Quantity(5, PERCENT)}, inputs={"I": pA}
    ),
    "no parameters": Model("r = 2*I", inputs="I"),
    "several drives": Model("dv/dt = A + B + C + D + E", inputs=[*"ABCDE"], drive=DRIVES),
    "one's own unit": Model(
        "tau*dv/dt = -v", parameters={"tau": Quantity(3.0, JIFFY)},
        display={"v": Unit("", Dimension(), 1)},
    ),
}  # fmt: skip
COMPOSITES = {
    "currents": joined(rb.LIF(), {"a": current(), "b": alpha(), "c": biexponential()}),
    "conductances": joined(rb.HodgkinHuxley(), {"a": current(), "g": conductance()}),
    "unitless": joined(rb.Izhikevich(), {"a": current(), "g": conductance(5.0, -60.0)}),
    "changed": joined(rb.LIF(), {"a": current()})
    .replace(tau_a=7.1 * ms, C=0.2 * nA * ms / mV)
    .named("changed", drive={"I": 1 * nA}, dt=0.05 * ms, method="rk4"),
    "an array": joined(rb.LIF(), {"a": current(np.array([1.1, 2.2]) * ms)}),
    "twice": joined(joined(rb.LIF(), {"a": current()}), {"g": conductance()}),
}
EVERY = ZOO | OTHERS | {f"joined {name}": model for name, model in COMPOSITES.items()}


def told(model):
    """A description that has been through a file."""
    return json.loads(json.dumps(to_dict(model), allow_nan=False))


def same(one, other):
    """Whether two attributes are equal; arrays in them make == no answer."""
    return one == other if not _has_array(one) else repr(one) == repr(other)


def _has_array(value):
    if isinstance(value, np.ndarray):
        return True
    values = getattr(value, "values", None)
    return any(map(_has_array, values())) if callable(values) else False


@pytest.mark.parametrize("name", EVERY)
def test_every_model_comes_back(name):
    model = EVERY[name]
    described = told(model)
    assert described == to_dict(model)
    again = from_dict(described)
    assert to_dict(again) == described
    assert vars(again).keys() == vars(model).keys()
    for attribute, value in vars(model).items():
        if attribute in ("drive", "published", "neuron"):
            continue  # lists for tuples; values that are not equal to themselves
        assert same(getattr(again, attribute), value), attribute
    for key, value in model.parameters.items():
        assert np.array_equal(again.parameters[key], value)
        assert type(again.parameters[key]) is type(value)
    assert list(again.definitions) == list(model.definitions)
    assert {k: u.name for k, u in again.display.items()} == {
        k: u.name for k, u in model.display.items()
    }
    assert repr(again) == repr(model)


@pytest.mark.parametrize("name", [*ZOO, "noise and conditions", "an array"])
def test_and_runs_the_same_to_the_bit(name):
    model = EVERY[name]
    again = from_dict(told(model))
    options = {"dt": 0.1} if name == "noise and conditions" else {}
    if "inhibition_induced_bursting" in name:
        options = {"method": "published"}
    duration = 20 * s if name == "noise and conditions" else 25 * ms
    runs = [rb.simulate(m, duration, seed=3, **options) for m in (model, again)]
    assert np.array_equal(np.asarray(runs[0]["v"]), np.asarray(runs[1]["v"]))
    assert np.array_equal(runs[0].spikes.t.magnitude, runs[1].spikes.t.magnitude)
    if model.published is not None:
        duration = 20 * model.published.dt * model.plain_time * ms
        runs = [rb.simulate(m, duration, method="published") for m in (model, again)]
        assert np.array_equal(np.asarray(runs[0]["v"]), np.asarray(runs[1]["v"]))


STARTS = {
    "currents": {"I_a": 300 * pA, "x_b": 1 * nA, "x_c": 1 * nA},
    "conductances": {"g_g": 1 * nS / cm**2},
    "unitless": {"I_a": 20.0, "g_g": 0.4},
    "changed": {"I_a": 300 * pA},
    "an array": {"I_a": 300 * pA},
    "twice": {"I_a": 300 * pA, "g_g": 1 * nS},
}


@pytest.mark.parametrize("name", COMPOSITES)
def test_and_composites_too(name):
    model = COMPOSITES[name]
    again = from_dict(told(model))
    assert again.ports == model.ports
    runs = [rb.simulate(m, 25 * ms, initial=STARTS[name]) for m in (model, again)]
    assert np.array_equal(np.asarray(runs[0]["v"]), np.asarray(runs[1]["v"]))


class Restored:
    """Stands for a stimulus."""

    def __init__(self, description):
        self.description = description

    def describe(self):
        return self.description


def test_a_stimulus_that_drives_is_restored_by_what_is_given():
    stimulus = rb.step(100 * pA, 10 * ms) + rb.noise(5 * pA, 2 * ms)
    for model in (rb.LIF().named("driven", drive={"I": stimulus}), COMPOSITES["currents"].named(
        "driven", drive={"I": [stimulus, 3 * pA]}
    )):  # fmt: skip
        described = told(model)
        again = from_dict(described, stimulus=Restored)
        assert to_dict(again) == described
        found = again.drive["I"]
        found = found[0] if isinstance(found, list) else found
        assert isinstance(found, Restored)
        assert found.description == stimulus.describe()
        with pytest.raises(ParameterError, match="holds a stimulus") as caught:
            from_dict(described)
        assert "stimulus=" in caught.value.mend
    drive = {"I": rb.step(1.0, 10 * ms)}
    published = Published("v += dt", 1.0, drive=drive, duration=math.inf)
    model = Model("dv/dt = 1", inputs="I", published=published)
    again = from_dict(told(model), stimulus=Restored)
    assert again.published.duration == math.inf
    assert again.published.drive["I"].describe() == drive["I"].describe()


@settings(max_examples=60)
@given(expressions, expressions)
def test_any_text_comes_back(one, other):
    text = f"dx/dt = {one}\nr = {other}\ndy/dt = r - y"
    model = Model(text, parameters={}, spike=f"x > {one}", reset=f"y = {other}")
    again = from_dict(told(model))
    for name, value in vars(model).items():
        assert getattr(again, name) == value, name


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_numbers_come_back_to_the_bit(values):
    array = np.array(values)
    for dimension in (
        Dimension(),
        Dimension(time=1),
        Dimension(-2, 1, 0.5, 1),
        Dimension(0.3, 0.7),
    ):
        for value in (array, float(array[0])):
            written = json.loads(json.dumps(write_measured(value, dimension)))
            found, measured = read_measured(written, "it")
            assert measured == dimension
            assert np.array_equal(found, value)
            assert np.signbit(found).tolist() == np.signbit(value).tolist()
    assert read_value(json.loads(json.dumps(write_value(values)))) == values


def test_what_is_written_can_be_read_by_people():
    described = to_dict(rb.LIF())
    assert described["parameters"]["g_L"] == {"value": 10.0, "unit": "nS"}
    assert described["initial"] == {"v": "V_L"}
    assert described["inputs"] == {"I": "pA"}
    assert described["drive"] == {"I": {"is": "quantity", "value": 300.0, "unit": "pA"}}
    described["parameters"]["g_L"] = {"value": 0.01, "unit": "uS"}  # and written by them
    assert from_dict(described).parameters["g_L"] == 10.0
    assert to_dict(rb.Izhikevich())["parameters"] == {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0}


@pytest.mark.parametrize("wrong", [None, 3, "v", [], {}, {"kind": "model"}, {"version": 1}])
def test_what_is_no_description(wrong):
    with pytest.raises(ParameterError) as caught:
        from_dict(wrong)
    assert caught.value.mend


def test_another_version():
    with pytest.raises(ParameterError, match="of version 2") as caught:
        from_dict(told(rb.LIF()) | {"version": 2})
    assert "newer" in caught.value.mend


HOSTILE = [
    None, True, -1, 1e999, math.nan, 10**400, "", "x", "__import__('os')", "a" * 3000, [], {},
    [1], ["a"], [[1.0]], [[[]]], {"is": "stimulus"}, {"is": "quantity", "value": "3", "unit": "mV"},
    {"value": 1.0, "unit": "parrot"}, {"value": [1.0, None], "unit": "mV"}, {"": 1}, {"a b": 1},
    {"value": 1.0, "dimension": [1, 2]}, {"value": 1.0, "dimension": [99, 0, 0, 0, 0, 0]},
    {"value": 1.0, "dimension": [math.nan, 0, 0, 0, 0, 0]}, {"value": 1.0, "unit": {}},
    {"value": 1.0, "unit": {"name": "mV", "dimension": [0] * 6, "ten": 0, "factor": 1.0}},
    {"value": 1.0, "unit": {"name": "q", "dimension": [0] * 6, "ten": 0, "factor": 0.0}},
    {"v": "__class__"}, {"v": {"v": 1}}, {"exc": None}, {"exc": {"name": "exc"}}, {"I": "pA"},
]  # fmt: skip


def attempt(described):
    """A wrong description gives an error of ours, or is one after all: then it is read the same."""
    try:
        model = from_dict(described)
    except RheobaseError as error:
        message = str(error)
        assert error.mend
        assert message.isascii()
        assert len(message) < 1500
    else:
        assert to_dict(from_dict(to_dict(model))) == to_dict(model)


def places(value, place=()):
    """Every place in a description."""
    yield place
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*place, key))


DESCRIBED = [told(EVERY[n]) for n in ("LIF", "Izhikevich RS", "noise and conditions", "an array")]
DESCRIBED += [told(model) for model in COMPOSITES.values()]


@settings(max_examples=400)
@given(st.sampled_from(DESCRIBED), st.sampled_from(HOSTILE), st.integers(0, 2), st.data())
def test_a_damaged_description_never_crashes(described, wrong, how, data):
    damaged = copy.deepcopy(described)
    *way, last = data.draw(st.sampled_from([p for p in places(described) if p]))
    inside = damaged
    for key in way:
        inside = inside[key]
    if how == 0:
        inside[last] = wrong
    elif how == 1:
        del inside[last]
    elif isinstance(inside, dict):
        inside["strange"] = wrong
    else:
        inside.append(wrong)
    attempt(damaged)


@pytest.mark.parametrize("place", sorted(told(rb.LIF())))
@pytest.mark.parametrize("wrong", HOSTILE, ids=range(len(HOSTILE)))
def test_every_entry_is_looked_at(place, wrong):
    attempt(told(rb.LIF()) | {place: wrong})
    composite = told(COMPOSITES["currents"])
    attempt(composite | {place: wrong} if place in composite else composite | {"ports": wrong})


def test_nothing_is_run(watch):
    described = told(rb.LIF())
    for text in ("dv/dt = __import__('os').system('x')", "dv/dt = (lambda: 1)()"):
        watch.refuses(from_dict, described | {"text": text})
    watch.refuses(from_dict, described | {"spike": "exec('x') > 1"})
    watch.refuses(from_dict, described | {"initial": {"v": "open('x')"}})


def test_nesting_is_bounded():
    deep = told(rb.LIF())
    for _ in range(2000):
        deep = {**told(COMPOSITES["currents"]), "neuron": deep}
    with pytest.raises(ParameterError, match="does not describe"):
        from_dict(deep)
    nested = []
    for _ in range(500):
        nested = [nested]
    with pytest.raises(ParameterError, match="nested too deeply"):
        from_dict(told(rb.LIF()) | {"drive": {"I": nested}})
    with pytest.raises(ParameterError, match="nested too deeply"):
        to_dict(rb.LIF().named("x", drive={"I": nested}))
    with pytest.raises(ParameterError):
        from_dict(told(rb.LIF()) | {"parameters": {"C": nested}})


@pytest.mark.parametrize("value", [object(), {3: 1}, 1j, {1, 2}, np.array(["a"]), print])
def test_a_drive_that_has_no_description(value):
    with pytest.raises(RheobaseError) as caught:
        to_dict(rb.LIF().named("x", drive={"I": value}))
    assert caught.value.mend


def test_a_quantity_of_pint_is_described():
    value = 0.2 * pint.UnitRegistry().nanoampere
    again = from_dict(told(rb.LIF().named("x", drive={"I": value}, dt=0.05 * ms)))
    assert again.drive["I"].internal == measure(value, "it")[0]
    assert again.drive["I"].dimension == pA.dimension


def test_units_keep_their_size():
    for unit in (mV, uF / cm**2, JIFFY, PERCENT, Unit("", Dimension(0.5, 1), 3, 1.7), ms**-1):
        written = json.loads(json.dumps(write_unit(unit)))
        assert read_unit(written) == unit
        assert write_unit(read_unit(written)) == written
    with pytest.raises(UnitError, match="not what its size says"):
        read_unit({"name": "mV", "dimension": [2, 1, -3, -1, 0, 0], "ten": 0, "factor": 1.0})
