"""Pictures for which a model is run anew: the f-I curve and the phase plane."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rheobase.analysis import pictures
from rheobase.lab.figure_list import FigureRequest
from rheobase.model import Model
from rheobase.protocols import fi_curve, phase_plane


def draw(request: FigureRequest, model: Model, path: Path) -> None:
    """Draw an f-I curve or a phase plane of a model into a file.

    Raises:
        RheobaseError: when the model does not lend itself to it.
    """
    options = dict(request.options)
    if request.kind == "phase_plane":
        figure: Any = phase_plane(model, **options).plot()
    else:
        first = model.to_internal(options["from"], "I") if "from" in options else 0.0
        last = model.to_internal(options["to"], "I")
        currents = model.from_internal(np.linspace(first, last, options["points"]), "I")
        figure = fi_curve(model, currents, duration=options.get("duration")).plot()
    pictures.write(figure, path)
