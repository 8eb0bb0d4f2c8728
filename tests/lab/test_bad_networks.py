"""Every wrong network file: one screen with place, cause and mend, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HEAD = '[network]\nduration = "10 ms"\n'
EXC = '[[population]]\nname = "exc"\nmodel = "LIF"\nn = 10\n'
INH = '[[population]]\nname = "inh"\nlike = "exc"\n'
BOTH = HEAD + EXC + INH
DRIVE = '[[population]]\nname = "drive"\nn = 3\nsource = '
AMPA = 'synapse = { kind = "exponential", tau = "5 ms", reversal = "0 mV" }\n'
ENDS = '[[projection]]\npre = "exc"\npost = "inh"\n'
REST = 'rule = "all_to_all"\nweight = "1 nS"\ndelay = "1 ms"\n'


def joined(old: str, new: str) -> str:
    """Two populations joined, but for one thing."""
    whole = BOTH + ENDS + AMPA + REST
    assert old in whole
    return whole.replace(old, new)


# What is wrong, the file, the line of the place, words of the cause, words of the mend.
WRONG = {
    "no population": (HEAD, None, "no population in this network", "[[population]]"),
    "no duration": (f"[network]\n{EXC}", 1, "'duration' is missing", 'duration = "1 s"'),
    "a neuron beside": (
        f'{BOTH}[[neuron]]\nmodel = "LIF"\n', None, "no key 'neuron'", "the keys are network",
    ),
    "unknown key of the network": (
        f'{HEAD}sed = 3\n{EXC}', 3, "no key 'sed'", "did you mean 'seed'",
    ),
    "dt that does not divide": (
        f'{HEAD}dt = "0.03 ms"\n{EXC}', 2, "not a whole number of steps", "9.99 ms",
    ),
    "dt that is negative": (f'{HEAD}dt = "-1 ms"\n{EXC}', 3, "dt is -1 ms", "positive"),
    "refractory period off the grid": (
        f'[network]\nduration = "30 ms"\ndt = "0.3 ms"\n'
        f'{EXC}method = "euler"\n', 3, "refractory", "dt that divides it",
    ),
    "no threads": (f"{HEAD}threads = 0\n{EXC}", 3, "threads is 0", "from 1"),
    "endless": ('[network]\nduration = "1e12 s"\n' + EXC, 2, "1.0e+16 steps", "less long"),
    "two of one name": (BOTH + EXC, 11, "'exc' already", "its own name"),
    "unknown model": (
        f'{HEAD}[[population]]\nmodel = "LIFF"\n', 4, "'LIFF'", "did you mean 'LIF'",
    ),
    "model and source": (
        f'{HEAD}{DRIVE}{{ kind = "poisson", rate = "1 Hz" }}\nmodel = "LIF"\n', 7,
        "only sends spikes", "leave model out",
    ),
    "like nobody": (HEAD + INH, 5, "No population stands before", "say what"),
    "like somebody unknown": (BOTH.replace('like = "exc"', 'like = "ex"'), 9, "'ex'", "mean 'exc'"),
    "like another, and a model": (
        f'{BOTH}model = "LIF"\n', 10, "has its model", "leave out",
    ),
    "unknown transmitter": (
        f'{HEAD}{EXC}releases = "gabba"\n', 7, "'gabba'", "there are glutamate",
    ),
    "unknown method": (f'{HEAD}{EXC}method = "rk5"\n', 7, "'rk5'", "did you mean 'rk4'"),
    "method that does not suit": (
        f'{HEAD}[[population]]\nmodel = "AdEx"\nmethod = "exact"\n', 5, "not linear", "adaptive",
    ),
    "half a neuron": (HEAD + EXC.replace("10", "1.5"), 6, "whole number is due", "n = 100"),
    "unknown state": (
        f'{HEAD}{EXC}initial = {{ w = "1 mV" }}\n', 7, "no state 'w'", "its states are 'v'",
    ),
    "state of a receptor that is not there": (
        f'{HEAD}{EXC}[population.initial]\nv = "-70 mV"\ng_x = "1 nS"\n', 9, "no state 'g_x'",
        "its states are",
    ),
    "first values of two units": (
        f'{HEAD}{EXC}initial = {{ v = "uniform(-60 mV, 3 ms)" }}\n', 7, "high is a time",
        "one unit",
    ),
    "unknown parameter": (
        f'{HEAD}{EXC}[population.parameters]\nC = "1 nF"\ng_l = "1 nS"\n', 9, "'g_l'", "'g_L'",
    ),
    "parameter of the wrong unit": (
        f'{HEAD}{EXC}[population.parameters]\ng_L = "1 nS"\nC = "10 mV"\n', 9,
        "a capacitance (pF) is due", "give it in pF",
    ),
    "parameter that may be negative": (
        f'{HEAD}{EXC}parameters = {{ C = "uniform(-1 pF, 10 pF)" }}\n', 7, "must be positive",
        "narrow",
    ),
    "current of the wrong unit": (
        f'{HEAD}{EXC}stimulus = {{ kind = "step", amplitude = "1 mV" }}\n', 7, "I is a voltage",
        "in pA",
    ),
    "waveform that is too short": (
        f'{HEAD}{EXC}[population.stimulus]\nkind = "sampled"\nvalues = ["1 pA", "2 pA"]\n'
        'dt = "1 ms"\n', 7, "last until 2 ms", "hold",
    ),
    "unknown name in equations": (
        f'{HEAD}[[population]]\nname = "a"\nequations = "tau * dv/dt = -x"\n'
        'parameters = { tau = "normal(10 ms, 1 ms)" }\n', 5, "'x' is not defined", "define it",
    ),
    "unknown kind of source": (
        f'{HEAD}{DRIVE}{{ kind = "poison", rate = "1 Hz" }}\n', 6, "'poison'", "mean 'poisson'",
    ),
    "rate of the wrong unit": (
        f'{HEAD}{DRIVE}{{ kind = "poisson", rate = "8 mV" }}\n', 6, "is a voltage", "in Hz",
    ),
    "rate of nobody": (
        f'{HEAD}[[population]]\nsource = {{ kind = "poisson", rate = "8 Hz" }}\n', 3,
        "how many neurons", "n = 100",
    ),
    "times and a file": (
        f'{HEAD}{DRIVE}{{ kind = "spike_times", file = "a.csv", times = ["1 ms"] }}\n', 6,
        "either times or a file", "spikes.csv",
    ),
    "file of spikes that is not there": (
        f'{HEAD}{DRIVE}{{ kind = "spike_times", file = "no.csv" }}\n', 6, "no.csv", "relative",
    ),
    "spikes before the beginning": (
        f'{HEAD}{DRIVE}{{ kind = "spike_times", times = ["-1 ms"] }}\n', 6, "-1 ms", "from there",
    ),
    "unknown end": (joined('post = "inh"', 'post = "inhh"'), 12, "'inhh'", "did you mean 'inh'"),
    "end that is a number": (joined('"exc"\npost', '["exc", 3]\npost'), 11, "An end is", "name it"),
    "neurons that are not there": (
        joined('"exc"\npost', '{ population = "exc", neurons = [10] }\npost'), 11,
        "no neuron 10", "from 0 to 9",
    ),
    "end that receives nothing": (
        joined(ENDS, DRIVE + '{ kind = "poisson", rate = "1 Hz" }\n' + ENDS).replace(
            'post = "inh"', 'post = "drive"'
        ), 16, "receives none", "as pre",
    ),
    "no synapse": (BOTH + ENDS + REST, 10, "'synapse' is missing", "synapse = {"),
    "unknown synapse": (joined("exponential", "expnential"), 13, "'expnential'", "'exponential'"),
    "negative time constant": (joined("5 ms", "-5 ms"), 13, "tau of Exponential", "positive"),
    "no rule": (joined('rule = "all_to_all"\n', ""), 10, "'rule' is missing", "rule ="),
    "unknown rule": (joined('"all_to_all"', '"al_to_all"'), 14, "'al_to_all'", "'all_to_all'"),
    "rule without its number": (joined('"all_to_all"', '"bernoulli"'), 14, "'p' is missing", "p ="),
    "no probability": (
        joined('"all_to_all"', '{ kind = "bernoulli", p = 1.5 }'), 14, "is 1.5", "from 0 to 1",
    ),
    "rule that cannot be met": (
        joined('"all_to_all"', '{ kind = "fixed_indegree", k = 20 }'), 14, "there are 10",
        "multapses",
    ),
    "distance of nowhere": (
        joined('"all_to_all"', '{ kind = "distance", kernel = "0.5" }'), 14, "needs positions",
        "positions",
    ),
    "no weight": (joined('weight = "1 nS"\n', ""), 10, "'weight' is missing", "weight ="),
    "weight of the wrong unit": (joined('"1 nS"', '"1 mV"'), 15, "conductance (nS) is due", "nS"),
    "weight of two units": (joined('"1 nS"', '"uniform(1 nS, 2 mV)"'), 15, "low of", "one unit"),
    "unknown distribution": (
        joined('"1 nS"', '"unifrm(1 nS, 2 nS)"'), 15, "'unifrm'", "did you mean 'uniform'",
    ),
    "distribution in an expression": (
        joined('"1 nS"', '"2 * uniform(1 nS, 2 nS)"'), 15, "cannot be read", "",
    ),
    "table of a distribution": (
        joined('"1 nS"', '{ kind = "uniform", lo = "1 nS" }'), 15, "'lo'", "mean 'low'",
    ),
    "hostile weight": (joined('"1 nS"', "'__import__(\"os\")'"), 15, "'__import__'", "uniform"),
    "expression of the wrong unit": (
        joined('"1 nS"', '"exp(i_pre)"'), 15, "plain number where a conductance", "0.3*nS",
    ),
    "no delay": (joined('delay = "1 ms"\n', ""), 10, "'delay' is missing", "delay ="),
    "delay below dt": (joined('"1 ms"', '"0.05 ms"'), 16, "shorter than dt = 0.1 ms", "0.1 ms"),
    "delay off the grid": (joined('"1 ms"', '"0.15 ms"'), 16, "dt = 0.1 ms", "0.1 ms or 0.2 ms"),
    "receptor against Dale's law": (
        joined("n = 10\n", 'n = 10\nreleases = "GABA"\n'), 14, "excites", "Dale's law",
    ),
    "weight against Dale's law": (
        joined("n = 10\n", 'n = 10\nreleases = "GABA"\n').replace(', reversal = "0 mV"', "")
        .replace('"1 nS"', '"1 pA"'), 16, "may only inhibit", "turn its sign",
    ),
    "more than the machine has": (
        joined("n = 10\n", "n = 50000000\n"), 10, "2,500,000,000,000,000 synapses", "scale it",
    ),
    "record of nobody": (f'{BOTH}[record]\nexcc = "v"\n', 11, "'excc'", "did you mean 'exc'"),
    "record of what there is not": (f'{BOTH}[record]\nexc = "w"\n', 11, "no 'w' to record", "'v'"),
    "record off the grid": (
        f'{BOTH}[record]\nexc = {{ what = "v", every = "0.15 ms" }}\n', 11, "every= is 0.15 ms",
        "on the grid",
    ),
    "record of neurons that are not there": (
        f'{BOTH}[record]\nexc = {{ what = "v", neurons = "20:" }}\n', 11, "no neuron", "it has 10",
    ),
    "record of neurons that are no slice": (
        f'{BOTH}[record]\nexc = {{ what = "v", neurons = "0:x" }}\n', 11, "nor a slice", '"0:100"',
    ),
    "unknown figure": (f'{HEAD}figures = ["rastr"]\n{EXC}', 3, "'rastr'", "mean 'raster'"),
    "figure of what is not recorded": (
        f'{HEAD}figures = ["traces"]\n{EXC}', 3, "Nothing is recorded", "leave this picture out",
    ),
    "figure of nobody": (
        f'{HEAD}figures = [{{ kind = "rate", populations = "ex" }}]\n{EXC}', 3, "'ex'", "'exc'",
    ),
    "bin without width": (
        f'{HEAD}figures = [{{ kind = "rate", bin = "0 ms" }}]\n{EXC}', 3, "bin is 0", "inside",
    ),
    "window of one end": (
        f'{HEAD}figures = [{{ kind = "raster", window = ["1 ms"] }}]\n{EXC}', 3, "not two times",
        "300 ms",
    ),
    "window outside the run": (
        f'{HEAD}figures = [{{ kind = "raster", window = ["1 ms", "1 s"] }}]\n{EXC}', 3,
        "no window from 1 ms to 1000 ms in a run of 10 ms", "inside the run",
    ),
    "trace of what is not recorded": (
        f'{HEAD}figures = [{{ kind = "traces", variable = "I" }}]\n{EXC}[record]\nexc = "v"\n', 3,
        "Nothing is recorded", 'exc = "I"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_screen_and_nothing_left(case: str, refuses: Callable[..., None]) -> None:
    refuses(*WRONG[case])
