"""The neuron without dynamics, y = f(w.x + b): one, a layer, layers; and its hyperplane."""

from rheobase.zoo.artificial.hyperplane import Hyperplane
from rheobase.zoo.artificial.layer import ArtificialLayer, ArtificialNetwork
from rheobase.zoo.artificial.neuron import ArtificialNeuron

__all__ = ["ArtificialLayer", "ArtificialNetwork", "ArtificialNeuron", "Hyperplane"]
