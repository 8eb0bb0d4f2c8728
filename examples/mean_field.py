"""What does theory say of the sparse network of Brunel (2000), and what does the network do?

Three states of 12,500 neurons, each with 1,000 excitatory and 250 inhibitory synapses. The theory
leaves out that neurons fire together: it is good where they do not (the asynchronous state), and
off by what their rhythm brings about in the other two.
"""

import rheobase as rb
from rheobase.units import Hz, ms, mV

STATES = {  # strength of inhibition, drive over what holds a neuron at threshold
    "asynchronous irregular": (5, 2),
    "synchronous irregular, fast": (6, 4),
    "synchronous irregular, slow": (4.5, 0.9),
}
NEURON = rb.Model(
    "tau * dv/dt = -v", spike="v >= theta", reset="v = V_r", refractory="t_ref",
    parameters=dict(tau=20 * ms, theta=20 * mV, V_r=10 * mV, t_ref=2 * ms),
)  # fmt: skip


def network(g: float, drive: float) -> rb.Network:
    """The network of figure 8."""
    net, jump, weight, delay = rb.Network(seed=1), rb.Delta("v"), 0.1 * mV, 1.5 * ms
    exc, inh = net.add(NEURON, 10_000, "excitatory"), net.add(NEURON, 2500, "inhibitory")
    net.connect(exc, [exc, inh], jump, rb.fixed_indegree(1000), weight, delay)
    net.connect(inh, [exc, inh], jump, rb.fixed_indegree(250), -g * weight, delay)
    for target in (exc, inh):
        source = net.add(rb.Poisson(drive * 10_000 * Hz), target.n, f"drive of {target.name}")
        net.connect(source, target, jump, rb.one_to_one(), weight, delay)
    return net


if __name__ == "__main__":
    for name, state in STATES.items():
        found = rb.reduce(network(*state), to="mean_field", duration=1000 * ms)
        print(f"{name}: {found}\n")
