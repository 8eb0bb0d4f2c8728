"""Linear classification: a hyperplane between two classes of flowers, where there is one.

Iris flowers by length and width of their petals in cm, (Fisher 1936). Left, setosa (squares) and
the others: a hyperplane separates them, and the perceptron rule finds one within the number of
updates that the width of the gap allows, (R/gamma)². Right, virginica (squares) and versicolor:
no hyperplane separates them; the perceptron says so and keeps the weights with the fewest mistakes
(solid), and the logistic neuron those that are most probable (dashed).
"""

import numpy as np

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.analysis.pictures.style import INK, new_figure


def draw():
    """The figure."""
    from sklearn.datasets import load_iris

    flowers, kind = load_iris(return_X_y=True)
    petals = flowers[:, 2:]
    figure = new_figure(9.6, 5.0)
    axes = figure.subplots(1, 2)
    for ax, chosen, first in ((axes[0], kind >= 0, 0), (axes[1], kind > 0, 2)):
        x, belongs = petals[chosen], kind[chosen] == first
        perceptron = rb.Perceptron(random_state=0).fit(x, belongs)
        plane = perceptron.layer_[0].hyperplane()
        pictures.hyperplane(
            plane.normal, plane.offset, x, classes=belongs, projections=False, ax=ax
        )
        updates = perceptron.n_updates_[0]
        if perceptron.separable_[0]:
            text = f"separable: {updates} updates, at most {perceptron.bound_[0]:.0f}"
        else:
            graded = rb.LinearClassifier(C=100).fit(x, belongs).layer_[0].hyperplane()
            ends = graded.point + np.outer([-9, 9], graded.directions[0])
            ax.plot(*ends.T, color=INK, linewidth=1.4, linestyle=(0, (4, 2)), scalex=False,
                    scaley=False)  # fmt: skip
            text = f"not separable: {perceptron.mistakes_[0]} of {len(x)} on the wrong side"
        ax.set_title(text, fontsize=11)
        ax.set(xlabel="length of petals (cm)", ylabel="width of petals (cm)")
    return figure
