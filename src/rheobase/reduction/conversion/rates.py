"""The rate level: every artificial neuron as one that takes time to follow its input."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.network import Network
from rheobase.network.graded import Graded
from rheobase.network.rules import edges
from rheobase.records import Record
from rheobase.reduction.conversion.blocks import OUTPUT, batches, blocks, synapses_of
from rheobase.reduction.conversion.trained import Trained
from rheobase.units import ms
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity
from rheobase.zoo.artificial.numbers import Floats
from rheobase.zoo.rate import RateNeuron


class RateLevel(Record, identity=True):
    """A trained network as one of rate neurons, with any transfer functions.

    In every layer

        tau dv_i/dt + v_i = sum_j w_ij r_j + b_i,    r_i = f(v_i),

    where r_j are the rates of the layer before, and in the first layer the inputs. Weights are as
    they were trained. Once v has settled it is the net activation of the artificial neuron; how far
    it is from there falls as exp(-t/tau) in the first layer, and later in those that follow. Rates
    are held over each step.

    Attributes:
        network: what is converted.
        tau: the time constant (ms).
        dt: the step (ms).
    """

    network: Trained
    tau: float
    dt: float

    def circuit(self, inputs: Floats) -> Network:
        """The network for some examples: `n` copies of each layer, one an example.

        Args:
            inputs: examples, shape (examples, inputs).
        """
        net = Network(dt=self.dt * ms)
        copies, layers = len(inputs), self.network.layers
        before: Any = None
        for number, layer in enumerate(layers, start=1):
            is_last = number == len(layers)
            drive = np.tile(layer.biases, (copies, 1))
            if before is None:
                drive = drive + inputs @ layer.weights.T
            # The last layer's net activations are the answer, and its v are these.
            model = RateNeuron("identity" if is_last else layer.transfer, tau=self.tau * ms)
            name = OUTPUT if is_last else f"hidden {number}"
            found = net.add(model, drive.size, name, I=drive.ravel())
            if before is not None:
                pre, post, values = blocks(layer.weights, copies)
                if len(values):
                    rule = edges(pre, post)
                    net.connect(before, found, Graded(), rule, weight=values, delay=0 * ms)
            before = found
        return net

    def run(self, inputs: Floats, steps: int, every: int) -> tuple[Floats, None]:
        """The net activations of the outputs, as time goes on.

        Args:
            inputs: examples, shape (examples, inputs).
            steps: how long.
            every: so many steps lie between two samples.

        Returns:
            Shape (samples, examples, outputs), the first at time 0; and None, for there are no
            spikes.
        """
        layers = self.network.layers
        net = np.zeros((steps // every + 1, len(inputs), len(layers[-1])))
        for part in batches(len(inputs), *synapses_of([len(layer) for layer in layers])):
            circuit = self.circuit(inputs[part])
            circuit.record(OUTPUT, "v", every=every)
            rec = circuit.run(as_quantity(steps * self.dt, TIME))
            net[:, part] = np.asarray(rec[OUTPUT]["v"]).reshape(len(net), -1, net.shape[2])
        return net, None
