"""Checkpoints: a network with everything that its run depends on, in one file.

The file is a zip archive, uncompressed, as `.npz` files are: `numpy.load` opens it too.

- ``checkpoint.json``: format, version, the network's description as `to_dict` gives it with long
  lists as arrays, the clock, weights and delays of one for all, which projections are paused, and
  type and shape of every array;
- ``description/0.npy``, ...: those lists;
- ``synapses/0/starts.npy``, ``targets.npy``, and ``weights.npy`` and ``delays.npy`` where there is
  one a synapse: of each projection, in the types in which they are used;
- of a projection that learns also ``synapses/0/axonal.npy``, where there is one a synapse, and
  ``synapses/0/learned/``: what its rule has left in synapses and in units, and its tables;
- ``past/0/ticks.npy``, ``neurons.npy``: the latest spikes of a population, for what learns;
- ``states/0/state_v.npy``, ...: states, refractory periods, noise processes and ring buffers of
  each population.

The archive holds a checksum of every member, all of which are compared when it is read. Nothing in
it is executed, and nothing is pickled.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rheobase.__about__ import __version__
from rheobase.engine.circuit.kept.shelf import Shelf, taken_back
from rheobase.engine.circuit.kept.snapshot import Snapshot, Synapses, check
from rheobase.engine.circuit.past import Spikes
from rheobase.engine.connectivity import Rows
from rheobase.errors import ExperimentError, ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.recording.atomic import written_whole
from rheobase.recording.reading import UNREADABLE, reason
from rheobase.units.quantity import short

if TYPE_CHECKING:
    N = TypeVar("N", bound=NetworkDescription)

FORMAT = "rheobase checkpoint"
VERSION = 3
_TEXT = "checkpoint.json"
# How a `.npy` member begins; the length of its header follows in two bytes.
_MAGIC = b"\x93NUMPY\x01\x00"
_CHUNK = 1 << 20


def write(
    network: NetworkDescription,
    snapshot: Snapshot | None,
    paused: Collection[str],
    path: str | Path,
) -> Path:
    """Write a checkpoint, whole or not at all; a file that was there stays until it is whole.

    Args:
        network: the network.
        snapshot: where its run is; None for one that never ran.
        paused: the projections whose weights are not to change in runs to come.
        path: the file.

    Returns:
        The file.

    Raises:
        ExperimentError: when it cannot be written there.
    """
    target, shelf = Path(path), Shelf()
    if target.is_dir():
        raise ExperimentError(
            f"{target} cannot be written: it is a folder.", mend="give the path of a file"
        )
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION, "rheobase": __version__}
    content["network"], content["paused"] = shelf.describe(network), sorted(paused)
    content["run"], arrays = (None, {}) if snapshot is None else _run(snapshot)
    arrays |= shelf.arrays
    content["arrays"] = {key: [a.dtype.str, list(a.shape)] for key, a in arrays.items()}
    with written_whole(target) as (draft,):
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as file:
            file.writestr(_TEXT, json.dumps(content, allow_nan=False) + "\n")
            for key, array in arrays.items():
                with file.open(f"{key}.npy", "w", force_zip64=True) as stream:
                    np.lib.format.write_array(stream, array, allow_pickle=False)
        with draft.open("rb+") as written:
            # The old checkpoint goes only when the disk has the new one.
            os.fsync(written.fileno())
    return target


def _run(snapshot: Snapshot) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What is said of a run, and its arrays."""
    arrays: dict[str, np.ndarray] = {}
    synapses: list[dict[str, Any]] = []
    for k, (name, one) in enumerate(snapshot.synapses.items()):
        found: dict[str, Any] = {"projection": name, "weight": None, "delay": None}
        arrays[f"synapses/{k}/starts"] = one.rows.starts
        arrays[f"synapses/{k}/targets"] = one.rows.targets
        for part, value, plain in (("weight", one.weights, float), ("delay", one.delays, int)):
            if np.ndim(value):
                arrays[f"synapses/{k}/{part}s"] = value
            else:
                found[part] = plain(value)
        if np.ndim(one.axonal):
            arrays[f"synapses/{k}/axonal"] = one.axonal
            found["axonal"] = None
        else:
            found["axonal"] = int(one.axonal)
        found |= {"learned": list(one.learned), "plastic": one.is_plastic}
        arrays |= {f"synapses/{k}/learned/{key}": array for key, array in one.learned.items()}
        synapses.append(found)
    states = []
    for k, (name, own) in enumerate(snapshot.states.items()):
        states.append({"population": name, "arrays": list(own)})
        arrays |= {f"states/{k}/{key}": array for key, array in own.items()}
    for k, spikes in enumerate(snapshot.past.values()):
        arrays |= {f"past/{k}/ticks": spikes.ticks, f"past/{k}/neurons": spikes.neurons}
    content = {
        "clock": snapshot.clock,
        "begun": snapshot.begun,
        "synapses": synapses,
        "states": states,
    }
    return content | {"past": list(snapshot.past)}, arrays


def read(kind: type[N], path: str | Path) -> tuple[N, Snapshot | None, frozenset[str]]:
    """The network of a checkpoint, where its run is, and which projections are paused.

    Args:
        kind: the class of the network.
        path: the file.

    Raises:
        ExperimentError: for a file that is not there, damaged, not a checkpoint, or of a later
            version.
    """
    source = Path(path)
    if not source.is_file():
        raise ExperimentError(
            f"There is no file {source}.", mend="give the path to which net.save(path) wrote"
        )
    try:
        with zipfile.ZipFile(source) as file:
            members = _Members(file)
            network = kind.from_dict(taken_back(members.content["network"], members.array))
            snapshot, paused = members.snapshot(), members.paused(network)
        if snapshot is not None:
            check(snapshot, network)
    except _VersionError as error:
        raise ExperimentError(
            f"{source} is a checkpoint of version {error}; this rheobase reads {VERSION}.",
            mend="install the rheobase that wrote it, or a newer one",
        ) from None
    except UNREADABLE as error:
        raise ExperimentError(
            f"{source} cannot be read as a checkpoint: {reason(error)}.",
            mend="give a file that net.save wrote, or an older checkpoint: this one is damaged or "
            "something else",
        ) from error
    return network, snapshot, paused


class _VersionError(Exception):
    """A checkpoint of another version."""


class _Members:
    """The members of an archive, each checked as it is read."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        content = json.loads(self._open(_TEXT).read())
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ParameterError(f"its {_TEXT} is of another format")
        if content["version"] != VERSION:
            raise _VersionError(repr(content["version"]))
        self.content: dict[str, Any] = content

    def _open(self, name: str) -> Any:
        if self._info(name).compress_type != zipfile.ZIP_STORED:
            raise ParameterError(f"{name} is compressed")
        return self._file.open(name)

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name not in self._file.NameToInfo:
            raise ParameterError(f"it holds no {name}")
        return self._file.getinfo(name)

    def array(self, key: str) -> np.ndarray:
        """An array, copied into place; its checksum is compared at its end."""
        kind, shape = self.content["arrays"][key]
        wanted, size = np.dtype(kind), self._info(f"{key}.npy").file_size
        # Everything that is kept has an axis: a number alone stands in the text.
        fits = shape and all(type(n) is int and n >= 0 for n in shape)
        if wanted.kind not in "iuf" or not fits:
            raise ParameterError(f"{key} is of no kind that a checkpoint holds")
        header = size - math.prod(shape) * wanted.itemsize
        with self._open(f"{key}.npy") as stream:
            begin = stream.read(len(_MAGIC) + 2)
            rest = int.from_bytes(begin[len(_MAGIC) :], "little")
            if begin[: len(_MAGIC)] != _MAGIC or header != len(begin) + rest:
                raise ParameterError(f"{key} is not as long as it should be")
            stream.read(rest)
            found = np.empty(shape, wanted)
            view = found.reshape(-1).view(np.uint8).data
            for start in range(0, len(view), _CHUNK):
                part = view[start : start + _CHUNK]
                if stream.readinto(part) != len(part):
                    raise ParameterError(f"{key} is cut off")
            stream.read(1)
        return found

    def snapshot(self) -> Snapshot | None:
        """Where the run is."""
        run = self.content["run"]
        if run is None:
            return None
        if not isinstance(run, dict):
            raise ParameterError(f"its run is {short(run)}")
        synapses: dict[str, Synapses] = {}
        for k, one in enumerate(run["synapses"]):
            rows = Rows(self.array(f"synapses/{k}/starts"), self.array(f"synapses/{k}/targets"))
            weight, delay = one["weight"], one["delay"]
            synapses[str(one["projection"])] = Synapses(
                rows,
                self.array(f"synapses/{k}/weights") if weight is None else float(weight),
                self.array(f"synapses/{k}/delays") if delay is None else int(delay),
                self._axonal(k, one["axonal"]),
                {str(name): self.array(f"synapses/{k}/learned/{name}") for name in one["learned"]},
                _flag(one["plastic"]),
            )
        states = {
            str(one["population"]): {
                str(name): self.array(f"states/{k}/{name}") for name in one["arrays"]
            }
            for k, one in enumerate(run["states"])
        }
        past = {
            str(name): Spikes(self.array(f"past/{k}/ticks"), self.array(f"past/{k}/neurons"))
            for k, name in enumerate(run["past"])
        }
        return Snapshot(int(run["clock"]), synapses, states, past, _flag(run["begun"]))

    def paused(self, network: NetworkDescription) -> frozenset[str]:
        """The projections whose weights are not to change."""
        found = frozenset(map(str, self.content["paused"]))
        if strange := found - network.projections.keys():
            raise ParameterError(f"there is no projection {min(strange)!r}")
        return found

    def _axonal(self, k: int, one: Any) -> Any:
        """The axonal delays of a projection."""
        return self.array(f"synapses/{k}/axonal") if one is None else int(one)


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ParameterError(f"{short(given)} stands for true or false")
    return given
