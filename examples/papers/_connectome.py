"""The connectome of C. elegans, read from the files of the package cect, whose code is not run."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, missing_extra
from rheobase.records import Record

# Files of the package: the body (Varshney et al. 2011), body and pharynx (White et al. 1986, with
# Albertson and Thomson 1976), and one that has the names of all neurons.
BODY, WHOLE, ALL = "VarshneyDataReader", "White_whole", "RipollSanchezShortRangeReader"
CHEMICAL, ELECTRICAL = "Generic_CS", "Generic_GJ"
MUSCLES = "BWM"  # all of them in one, among the neurons of a file


class Connectome(Record):
    """Numbers of contacts: rows are the cells that send; gap junctions stand there twice.

    Attributes:
        names: of the neurons.
        chemical: contacts of chemical synapses, shape (neurons, neurons).
        electrical: those of gap junctions, without a cell's with itself.
        counts: what there is to count, beside the published number.
    """

    names: list[str]
    chemical: Any
    electrical: Any
    counts: dict[str, tuple[int, str]]

    def places(self, name: str) -> list[int]:
        """Where a neuron is, or both of a left and a right one.

        Raises:
            ParameterError: when it is not there.
        """
        known = (name, f"{name}L", f"{name}R")
        found = [place for place, one in enumerate(self.names) if one in known]
        if not found:
            raise ParameterError(
                f"The connectome of {len(self.names)} neurons has no {name}.",
                mend="give one with the touch cells and with the neurons that command",
            )
        return found


def read(file: Path | None) -> Connectome:
    """The connectome of the package, or of one file of its kind.

    Raises:
        MissingExtraError: when there is neither.
        ParameterError: when what is there is none.
    """
    if file is not None:
        return of_file(file)
    found = find_spec("cect")
    if found is None or not found.submodule_search_locations:
        error = missing_extra("cect", "connectome", "The connectome")
        error.mend += (
            "; or pip install --no-deps cect, which leaves NumPy as it is; or give a file of its "
            "kind as --connectome"
        )
        raise error
    folder = Path(next(iter(found.submodule_search_locations))) / "cache"
    body, whole = (of_file(folder / f"{name}.json") for name in (BODY, WHOLE))
    names = sorted(content(folder / f"{ALL}.json")["nodes"])
    rest = [name for name in names if name not in body.names]
    joined = []
    for kind in ("chemical", "electrical"):
        # The pharynx is not in the body's data, so whatever reaches it is of the other.
        matrix = spread(getattr(whole, kind), whole.names, names)
        outside = np.isin(names, rest)
        matrix *= outside[:, np.newaxis] | outside
        joined.append(matrix + spread(getattr(body, kind), body.names, names))
    return Connectome(names, *joined, {"neurons": (len(names), "302"), **body.counts})


def of_file(file: Path) -> Connectome:
    """One file: JSON of the cells' names, and of matrices of their contacts.

    Raises:
        ParameterError: for a file of another kind.
    """
    found = content(file)
    nodes, matrices = found["nodes"], []
    cells = [place for place, name in enumerate(nodes) if name != MUSCLES]
    try:
        for kind in (CHEMICAL, ELECTRICAL):
            matrix = np.array(found["connections"][kind], dtype=float)
            matrices.append(matrix.reshape(len(nodes), len(nodes))[np.ix_(cells, cells)])
    except (KeyError, TypeError, ValueError) as error:
        raise ParameterError(
            f"{file} does not hold matrices of contacts: {error}.",
            mend=f'in "connections" it has {CHEMICAL} and {ELECTRICAL}, with a row for each name',
        ) from None
    chemical, electrical = matrices
    wired = (chemical + electrical).any(axis=0) | (chemical + electrical).any(axis=1)
    counts = {
        "wired neurons of the body": (int(wired.sum()), "279"),
        "chemical synapses": (int(chemical.sum()), "6393"),
        "pairs that they join": (int((chemical > 0).sum()), "2194"),
        "gap junctions": (int(np.triu(electrical).sum()), "890"),
        "pairs that those join": (int((np.triu(electrical, 1) > 0).sum()), "514"),
    }
    np.fill_diagonal(electrical, 0)
    return Connectome([nodes[place] for place in cells], chemical, electrical, counts)


def content(file: Path) -> dict[str, Any]:
    """What a file of the package holds.

    Raises:
        ParameterError: when it cannot be read, or is of another kind.
    """
    mend = "give a file like those of cect; the package's own: pip install --no-deps cect"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"{file} cannot be read: {error.strerror}.", mend=mend) from None
    except ValueError as error:
        raise ParameterError(f"{file} is not JSON: {error}.", mend=mend) from None
    if not isinstance(found, dict) or not isinstance(found.get("nodes"), list):
        raise ParameterError(f'{file} has no list of "nodes".', mend=mend)
    return found


def spread(matrix: Any, cells: list[str], names: list[str]) -> Any:
    """A matrix of some cells as one of all names; cells of other names are left out."""
    known = [place for place, name in enumerate(cells) if name in names]
    at = [names.index(cells[place]) for place in known]
    found = np.zeros((len(names), len(names)))
    found[np.ix_(at, at)] = matrix[np.ix_(known, known)]
    return found
