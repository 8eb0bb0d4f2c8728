"""NEST's whole process for one Hodgkin-Huxley neuron: 100 ms, its trace read."""

import json

import nest

nest.verbosity = nest.VerbosityLevel.ERROR
nest.resolution = 0.1
neuron = nest.Create("hh_psc_alpha", params={"I_e": 1000.0})
voltmeter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": 0.1})
recorder = nest.Create("spike_recorder")
nest.Connect(voltmeter, neuron)
nest.Connect(neuron, recorder)
nest.Simulate(100.0)
trace = voltmeter.events["V_m"]
answer = {
    "peak_mV": float(trace.max()),
    "samples": len(trace),
    "spikes": int(recorder.n_events),
}
print("@@", json.dumps(answer), flush=True)
