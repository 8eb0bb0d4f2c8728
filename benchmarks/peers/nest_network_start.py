"""NEST from nothing: the balanced network with conductances, 1 s, its spikes counted."""

import json

import nest

nest.verbosity = nest.VerbosityLevel.ERROR
nest.resolution = 0.1
parameters = {
    "C_m": 200.0,
    "g_L": 10.0,
    "E_L": -60.0,
    "V_th": -50.0,
    "V_reset": -60.0,
    "t_ref": 5.0,
    "E_ex": 0.0,
    "E_in": -80.0,
    "tau_syn_ex": 5.0,
    "tau_syn_in": 10.0,
}
neurons = nest.Create("iaf_cond_exp", 4_000, params=parameters)
neurons.V_m = nest.random.uniform(-60.0, -50.0)
neurons.g_ex = nest.random.normal(40.0, 15.0)
neurons.g_in = nest.random.normal(200.0, 120.0)
rule = {"rule": "pairwise_bernoulli", "p": 0.02}
nest.Connect(neurons[:3_200], neurons, rule, {"weight": 6.0, "delay": 0.1})
nest.Connect(neurons[3_200:], neurons, rule, {"weight": -67.0, "delay": 0.1})
recorder = nest.Create("spike_recorder")
nest.Connect(neurons, recorder)
nest.Simulate(1000.0)
print("@@", json.dumps({"spikes": int(recorder.n_events)}), flush=True)
