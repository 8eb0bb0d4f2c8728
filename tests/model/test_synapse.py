"""A synapse is a value: what it holds fits together, and it is its description."""

import copy
import json
import pickle

import numpy as np
import pytest

from rheobase.errors import EquationError, ParameterError, RheobaseError, UnknownNameError
from rheobase.model import Model
from rheobase.model.synapse import Synapse
from rheobase.records import replace
from rheobase.units import ms, mV, s

from .receptors import alpha, biexponential, conductance, current, delta

EVERY = [current(), current(5.0), alpha(), biexponential(), conductance(), delta(), delta("w")]
EVERY += [current(np.array([3.0, 4.0]) * ms), current(into="J"), conductance(potential="V")]
IDS = range(len(EVERY))


@pytest.mark.parametrize("synapse", EVERY, ids=IDS)
def test_it_is_its_description(synapse):
    described = json.loads(json.dumps(synapse.describe(), allow_nan=False))
    assert described == synapse.describe()
    again = Synapse.from_description(described)
    assert again == synapse
    assert hash(again) == hash(synapse)
    assert again.key() == synapse.key()
    assert again.describe() == described
    assert pickle.loads(pickle.dumps(synapse)) == synapse  # noqa: S301 - its own bytes
    assert copy.deepcopy(synapse) == synapse


def test_different_ones_have_different_keys():
    assert len({synapse.key() for synapse in EVERY}) == len(EVERY)
    assert len(set(EVERY)) == len(EVERY)
    assert current() != "exc"
    assert current(name="other") != current()
    assert current(5 * ms) == current("5 ms") == current(0.005 * s)
    assert current(5 * ms) != current(np.nextafter(5.0, 6.0) * ms)


def test_what_is_left_out_has_its_default():
    synapse = Synapse("a", current().model, "I", "I")
    assert (synapse.into, synapse.potential, synapse.reversal) == ("I", "v", None)
    assert delta().current == ""
    assert replace(synapse, into="J").into == "J"
    assert conductance(reversal=-75 * mV).reversal == -75.0
    with pytest.raises(AttributeError):
        synapse.into = "J"


@pytest.mark.parametrize("name", ["", "1a", "a b", "_a", "a_", "a__b", "a" * 41, 3, None, "g/dt"])
def test_a_name_is_a_label(name):
    with pytest.raises(ParameterError, match="cannot be called"):
        Synapse(name, None, "v")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"model": "tau*dI/dt = -I"}, ParameterError, "dynamics of the synapse"),
        ({"state": "x"}, UnknownNameError, "adds its weight to 'x'"),
        ({"state": 3}, EquationError, "not a name"),
        ({"current": "J"}, UnknownNameError, "has the current 'J'"),
        ({"current": ""}, UnknownNameError, "has the current ''"),
        ({"model": None}, ParameterError, "no model of it"),
        ({"into": "I J"}, EquationError, "not a name"),
        ({"potential": None}, EquationError, "not a name"),
        ({"reversal": "0 mV"}, ParameterError, "reversal potential"),
        ({"reversal": float("nan")}, ParameterError, "reversal potential"),
        ({"reversal": True}, ParameterError, "reversal potential"),
    ],
)
def test_parts_that_do_not_fit(options, error, message):
    with pytest.raises(error, match=message) as caught:
        Synapse(**{"name": "a", "model": current().model, "state": "I", "current": "I"} | options)
    assert caught.value.mend


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("dI/dt = -I", {"spike": "I > 1"}, "spike condition"),
        ("dI/dt = -I", {"spike": "I > 1", "reset": "I = 0"}, "spike condition"),
        ("dI/dt = -I + J", {"inputs": ["J"]}, "the input 'J'"),
    ],
)
def test_its_model_is_no_neuron(text, options, message):
    with pytest.raises(ParameterError, match=message):
        Synapse("a", Model(text, **options), "I", "I")


WRONG = {
    "name": 3, "model": {}, "state": ["I"], "current": 3, "into": "", "potential": {},
    "reversal": "x",
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_description(field):
    described = current().describe()
    for wrong in ({**described, field: WRONG[field]}, {**described, field + "_": 1}):
        with pytest.raises(RheobaseError) as caught:
            Synapse.from_description(wrong)
        assert caught.value.mend
    del described[field]
    with pytest.raises(ParameterError, match="does not describe a synapse"):
        Synapse.from_description(described)


@pytest.mark.parametrize("wrong", [None, 3, "exc", [], {}, [("name", "a")]])
def test_no_description(wrong):
    with pytest.raises(ParameterError, match="does not describe a synapse"):
        Synapse.from_description(wrong)
