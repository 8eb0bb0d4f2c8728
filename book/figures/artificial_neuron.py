"""An artificial neuron divides its inputs by a hyperplane.

The net activation w·x + b is zero on a line where there are two inputs (left) and on a plane where
there are three (right). The weights over their length are its normal (green); -b/|w| is its
distance from the origin (+). Dashes join inputs to their projections; their signed length is the
net activation over |w|, positive on the side to which the normal points (squares), negative on the
other one (circles).
"""

import numpy as np

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.analysis.pictures.style import new_figure

FLAT = [[-0.6, 1.9], [0.2, 0.1], [1.6, -0.5], [1.9, 2.1], [2.6, 1.3], [0.1, 2.6]]
DEEP = [[0.2, 0.3, 0.1], [1.5, -0.3, 0.4], [0.1, 1.4, 0.9], [1.3, 1.1, 1.2], [1.8, 0.3, 1.6]]


def draw():
    """The figure."""
    figure = new_figure(9.6, 4.7)
    left = figure.add_subplot(1, 2, 1)
    right = figure.add_subplot(1, 2, 2, projection="3d")
    line = rb.ArtificialNeuron([1.0, 2.0], -3.0).hyperplane()
    pictures.hyperplane(line.normal, line.offset, FLAT, ax=left)
    plane = rb.ArtificialNeuron([1.0, 1.0, 2.0], -3.0).hyperplane()
    pictures.hyperplane(plane.normal, plane.offset, np.array(DEEP), ax=right)
    right.view_init(elev=14, azim=-38)
    return figure
