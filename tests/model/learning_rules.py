"""A pair rule of plasticity, which the tests of learning rules vary."""

from rheobase.model.learning import LearningRule
from rheobase.units import ms, nS

TRACES = "dx/dt = -x / tau\ndy/dt = -y / tau"
VALUES = {"tau": 20 * ms, "A": 0.01 * nS, "w_max": 1 * nS}


def rule(text=TRACES, parameters=None, **options):
    given = {"on_pre": "w -= A * y; x += 1", "on_post": "w += A * x; y += 1"} | options
    return LearningRule(text, parameters=VALUES if parameters is None else parameters, **given)
