"""Makes `reference/networks_*.npz` with NEST and Brian 2; see `peer_networks.py`.

    python make_peer_networks.py

It is run by hand, by an interpreter that has both: NEST 3.10.0 and Brian 2 2.10.1 made what is
stored.
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from peer_networks import COBA_STEPS, STEPS, conductances, currents, jumps  # noqa: E402


def save(name, ticks, neurons, version):
    ticks, neurons = np.asarray(ticks, np.int64), np.asarray(neurons, np.int64)
    order = np.lexsort((neurons, ticks))
    file = HERE / "reference" / f"networks_{name}.npz"
    np.savez_compressed(
        file,
        ticks=ticks[order].astype(np.uint16),
        neurons=neurons[order].astype(np.uint16),
        version=np.array(version),
    )
    print(f"{name}: {len(ticks)} spikes, {file.stat().st_size} bytes")


def nest_begin():
    import nest

    nest.ResetKernel()
    nest.set(resolution=0.1, print_time=False, local_num_threads=1)
    return nest


def nest_end(nest, name, neurons):
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    # A spike of the last tick is recorded when the next slice of steps begins.
    nest.Simulate(STEPS * 0.1 + 10.0)
    events = recorder.events
    ticks = np.rint(events["times"] / 0.1).astype(int)
    inside = ticks <= STEPS
    save(name, ticks[inside], events["senders"][inside] - neurons[0].global_id, nest.__version__)


def nest_currents():
    nest, about = nest_begin(), currents()
    neurons = nest.Create(
        "iaf_psc_exp",
        about["n"],
        dict(
            C_m=200.0, tau_m=20.0, E_L=-49.0, V_th=-50.0, V_reset=-60.0, t_ref=5.0, I_e=0.0,
            tau_syn_ex=5.0, tau_syn_in=10.0,
        ),
    )  # fmt: skip
    neurons.V_m = about["v"]
    first = neurons[0].global_id
    nest.Connect(
        about["pre"] + first,
        about["post"] + first,
        "one_to_one",
        dict(weight=about["weight"], delay=np.round(about["delay"] * 0.1, 1)),
    )
    nest_end(nest, "currents", neurons)


def nest_jumps():
    nest, about = nest_begin(), jumps()
    neurons = nest.Create(
        "iaf_psc_delta",
        about["n"],
        dict(
            C_m=200.0, tau_m=20.0, E_L=0.0, V_th=20.0, V_reset=10.0, t_ref=2.0,
            I_e=24.0 * 200.0 / 20.0,
        ),
    )  # fmt: skip
    neurons.V_m = about["v"]
    first = neurons[0].global_id
    nest.Connect(
        about["pre"] + first,
        about["post"] + first,
        "one_to_one",
        dict(weight=about["weight"], delay=np.full(len(about["pre"]), 1.5)),
    )
    generators = nest.Create("spike_generator", about["senders"])
    for k, generator in enumerate(generators):
        ticks = np.sort(about["ticks"][about["sender"] == k])
        generator.spike_times = np.round(ticks * 0.1, 1)
    nest.Connect(
        about["pre_sender"] + generators[0].global_id,
        about["post_sender"] + first,
        "one_to_one",
        dict(weight=about["weight_sender"], delay=np.round(about["delay_sender"] * 0.1, 1)),
    )
    nest_end(nest, "jumps", neurons)


def brian_conductances():
    import brian2 as b
    from brian2 import ms, mV

    b.prefs.codegen.target = "numpy"
    b.defaultclock.dt = 0.1 * ms
    about = conductances()
    space = dict(tau=20 * ms, E_L=-60 * mV, E_e=0 * mV, E_i=-80 * mV, t_e=5 * ms, t_i=10 * ms)
    neurons = b.NeuronGroup(
        about["n"],
        """dv/dt = (g_e*(E_e - v) + g_i*(E_i - v) + E_L - v)/tau : volt (unless refractory)
        dg_e/dt = -g_e/t_e : 1
        dg_i/dt = -g_i/t_i : 1""",
        threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms,
        method="exponential_euler", namespace=space,
    )  # fmt: skip
    neurons.v, neurons.g_e, neurons.g_i = about["v"] * mV, about["g_exc"], about["g_inh"]
    excites = about["pre"] < about["excite"]
    kept = []
    for chosen, state, weight in ((excites, "g_e", 0.6), (~excites, "g_i", 6.7)):
        synapses = b.Synapses(neurons, neurons, on_pre=f"{state} += {weight}")
        synapses.connect(i=about["pre"][chosen], j=about["post"][chosen])
        synapses.delay = about["delay"] * 0.1 * ms
        kept.append(synapses)
    spikes = b.SpikeMonitor(neurons)
    b.Network(neurons, spikes, *kept).run(COBA_STEPS * 0.1 * ms)
    # Brian 2 stamps the beginning of the step.
    save("conductances", np.rint(spikes.t / (0.1 * ms)).astype(int) + 1, spikes.i, b.__version__)


if __name__ == "__main__":
    nest_currents()
    nest_jumps()
    brian_conductances()
