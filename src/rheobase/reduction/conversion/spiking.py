"""The spiking level: neurons that count what arrives, and fire as often as a rectifier says."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.network import Network
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.rules import edges
from rheobase.network.sources import Poisson
from rheobase.records import Record
from rheobase.reduction.conversion.blocks import INPUT, OUTPUT, batches, blocks, synapses_of
from rheobase.reduction.conversion.trained import Trained
from rheobase.reduction.conversion.transfers import described, is_rectifier
from rheobase.units import ms
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity
from rheobase.zoo.artificial.numbers import Floats
from rheobase.zoo.synapses import Delta


class SpikingLevel(Record, identity=True):
    """A trained network of rectifiers as one of integrate-and-fire neurons without a leak.

    In every layer l,

        dv/dt = I,    spike where v >= V_T,    v = v - V_T,

    a spike of neuron j adds w_ij to the v of neuron i in the next layer, and the current I_i is the
    bias. With the scale s_l of the activations of layer l (s_0 that of the inputs) and the full
    rate r,

        w = W s_(l-1)/s_l,    I = r b/s_l,    V_T = 1              (balance "weights"),
        w = W,                I = r b/s_(l-1),    V_T = s_l/s_(l-1)    (balance "thresholds").

    Either way a neuron fires at the rate r a/s_l, where a is the activation of the rectifier that
    it stands for, once its sources do. What is lost are fractions of a spike: counts differ from r
    a t/s_l by about one, so that the answer is as exact as time is long.

    Attributes:
        network: what is converted.
        scales: of the inputs, and of each layer.
        rate: r (1/ms).
        dt: the step (ms), which is also the delay from layer to layer.
        reset: "subtract", as above; or "zero", which forgets by how much v was above V_T.
        balance: "weights" or "thresholds".
        input: "current": the inputs' part of the first layer's net activation is a current; or
            "poisson": each input is a Poisson process of the rate r |x|/s_0, its synapses of the
            sign of x.
        readout: "potential": the last layer only integrates, and its v is read; or "spikes": each
            output is two neurons, one for what is above zero and one for what is below, whose
            spikes are counted.
        start: v at the beginning, as a share of V_T.
        seed: of the Poisson processes.
    """

    network: Trained
    scales: tuple[float, ...]
    rate: float
    dt: float
    reset: str
    balance: str
    input: str
    readout: str
    start: float
    seed: int

    def check(self) -> None:
        """Refuse a network whose hidden neurons are no rectifiers.

        Raises:
            ParameterError: naming the layer.
        """
        for number, layer in enumerate(self.network.layers[:-1], start=1):
            if not is_rectifier(layer.transfer):
                raise ParameterError(
                    f"Layer {number} of {self.network.title} has the transfer function "
                    f"{described(layer.transfer)}, and what spiking neurons make of their input "
                    "is a rectifier.",
                    mend='train it with activation="relu", or convert it to="rate"',
                )

    def check_rates(self, inputs: Floats) -> None:
        """Refuse examples that neurons would have to answer more than once a step.

        Args:
            inputs: examples, shape (examples, inputs).

        Raises:
            ParameterError: naming the layer.
        """
        *hidden, outputs = self.network.activations(inputs)
        if self.readout == "spikes":
            hidden.append(outputs)
        for number, values in enumerate(hidden, start=1):
            often = self.rate * self.dt * float(np.max(np.abs(values))) / self.scales[number]
            if often > 1.0 + 1e-9:
                raise ParameterError(
                    f"Neurons of layer {number} of {self.network.title} would have to fire "
                    f"{often:.3g} times in a step of {self.dt:g} ms, and fire once at most.",
                    mend=f"give a rate below {1e3 * self.rate / often:.4g} Hz, a smaller dt, or a "
                    "calibration (and percentile) with activations as large as these",
                )

    def circuit(self, inputs: Floats, batch: int = 0) -> Network:
        """The network for some examples: `n` copies of each layer, one an example.

        Args:
            inputs: examples, shape (examples, inputs).
            batch: which of several networks it is: each has Poisson processes of its own.

        Raises:
            ParameterError: where neurons would have to fire more than once a step.
        """
        self.check_rates(inputs)
        seed = np.random.SeedSequence([self.seed, batch]).generate_state(1, np.uint32)
        net = Network(seed=int(seed[0]), dt=self.dt * ms)
        copies, layers = len(inputs), self.network.layers
        before: Any = None
        for index, layer in enumerate(layers):
            is_last, low, high = (
                index == len(layers) - 1,
                self.scales[index],
                self.scales[index + 1],
            )
            weights, biases = layer.weights, layer.biases
            if is_last and self.readout == "spikes":
                weights, biases = _both_signs(weights), _both_signs(biases)
            gain = 1.0 / (high if self.balance == "weights" else low)
            drive = np.tile(biases, (copies, 1))
            if before is None and self.input == "current":
                drive = drive + inputs @ weights.T
            counts = not (is_last and self.readout == "potential")
            model = self._integrates() if not counts else self._fires(gain * high)
            found = net.add(
                model, drive.size, OUTPUT if is_last else f"hidden {index + 1}",
                initial={"v": self.start * gain * high if counts else 0.0},
                I=self.rate * gain * drive.ravel(),
            )  # fmt: skip
            if before is None and self.input == "poisson":
                before = self._sources(net, inputs)
            if before is not None:
                pre, post, values = blocks(low * gain * weights, copies)
                if before.name == INPUT:
                    values = values * np.where(inputs.ravel() < 0, -1.0, 1.0)[pre]
                if len(values):
                    net.connect(
                        before, found, Delta(), edges(pre, post), weight=values, delay=self.dt * ms
                    )
            before = found
        return net

    def run(self, inputs: Floats, steps: int, every: int) -> tuple[Floats, Floats]:
        """The net activations that the outputs stand for, as time goes on.

        Args:
            inputs: examples, shape (examples, inputs).
            steps: how long.
            every: so many steps lie between two samples.

        Returns:
            Net activations, of shape (samples, examples, outputs), the first at time 0; and how
            many spikes neurons have sent until each, a mean over the examples, shape (samples,).
        """
        outputs = len(self.network.layers[-1])
        times: Floats = np.arange(0.0, steps + 1.0, every) * self.dt
        net = np.zeros((len(times), len(inputs), outputs))
        spikes = np.zeros(len(times))
        for number, part in enumerate(batches(len(inputs), *self._size)):
            circuit = self.circuit(inputs[part], number)
            if self.readout == "potential":
                circuit.record(OUTPUT, "v", every=every)
            if self.input == "poisson":
                circuit.record(INPUT, "spikes")
            rec = circuit.run(as_quantity(steps * self.dt, TIME))
            gain = self._unit / np.maximum(self.rate * times, self.rate * self.dt)
            if self.readout == "potential":
                found = np.asarray(rec[OUTPUT]["v"]).reshape(len(times), -1, outputs)
            else:
                counted = _counts(rec[OUTPUT].spikes, times, self.dt)
                found = counted.reshape(len(times), -1, 2 * outputs)
                found = found[..., :outputs] - found[..., outputs:]
            net[:, part] = found * gain[:, np.newaxis, np.newaxis]
            for name in rec:
                stamps = np.asarray(rec[name].spikes.t.internal)
                spikes += np.searchsorted(stamps, times + 0.5 * self.dt)
        return net, spikes / len(inputs)

    @property
    def _unit(self) -> float:
        """What a spike of an output, or one of its v, stands for at the full rate."""
        if self.readout == "spikes" or self.balance == "weights":
            return self.scales[-1]
        return self.scales[-2]

    @property
    def _size(self) -> tuple[int, int]:
        """Synapses and neurons of one copy."""
        layers = self.network.layers
        outputs = 2 if self.readout == "spikes" else 1
        sizes = [*(len(layer) for layer in layers[:-1]), outputs * len(layers[-1])]
        if self.input == "poisson":
            sizes = [layers[0].inputs, *sizes]
        return synapses_of(sizes)

    def _fires(self, threshold: float) -> Model:
        return Model(
            "dv/dt = I", spike="v >= V_T",
            reset="v = v - V_T" if self.reset == "subtract" else "v = 0",
            parameters={"V_T": threshold}, inputs=["I"], time=ms, name="a spiking rectifier",
        )  # fmt: skip

    def _integrates(self) -> Model:
        return Model("dv/dt = I", inputs=["I"], time=ms, name="an integrator")

    def _sources(self, net: Network, inputs: Floats) -> Any:
        rates = self.rate * np.abs(inputs).ravel() / self.scales[0]
        return net.add(Poisson(as_quantity(rates, RATE)), inputs.size, INPUT)


def _both_signs(values: Floats) -> Floats:
    return np.concatenate([values, -values])


def _counts(spikes: Any, times: Floats, dt: float) -> Floats:
    """How many spikes each neuron has fired until each time, shape (times, neurons)."""
    slot = np.searchsorted(times + 0.5 * dt, np.asarray(spikes.t.internal))
    inside = slot < len(times)
    flat = slot[inside] * spikes.n + spikes.i[inside]
    found = np.bincount(flat, minlength=len(times) * spikes.n).reshape(len(times), spikes.n)
    return np.cumsum(found, axis=0).astype(float)
