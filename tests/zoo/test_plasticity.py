"""The published learning rules against closed forms, tables and published recursions."""

import json
import math
import pickle
from itertools import pairwise

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV, nS, pA, second
from rheobase.units.dimension import CONDUCTANCE, CURRENT, NONE

from ..model.plain_learning import replay

DT = 0.1  # ms


def ticks(times):
    return [round(time / DT) for time in times]


def result(rule, pre, post, w0=0.5, modulator=(), dendritic=1, axonal=0, last=None, draw=None):
    """States and transmitted values of spikes at these times (ms) as they reach the synapse."""
    pre, post = ticks(pre), [tick - dendritic for tick in ticks(post)]
    last = max([*pre, *post, 0]) + dendritic if last is None else round(last / DT)
    return replay(
        rule, [t - axonal for t in pre], post, ticks(modulator), DT, axonal, dendritic, w0, last,
        draw,
    )  # fmt: skip
