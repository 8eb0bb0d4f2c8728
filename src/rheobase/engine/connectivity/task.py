"""What a rule is to connect: two views, their key, and how to go about it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.engine.connectivity.kernels import Kernel, effort, kernel, kind_of
from rheobase.engine.connectivity.rows import target_type
from rheobase.errors import ParameterError
from rheobase.records import Record

Index = npt.NDArray[np.int64]


class Task(Record):
    """The two sides of a projection and the means to connect them.

    Rules number sources and targets by their places in the sorted views, so the order in which a
    view names its neurons does not change what is drawn; only `one_to_one`, `small_world` and
    `edges` go by the order given.

    Attributes:
        pre: the neurons of the presynaptic view, in the order given.
        post: those of the postsynaptic view.
        n_pre: how many neurons the presynaptic population has.
        n_post: how many the postsynaptic one has.
        key: 64 bits, of this projection alone (`engine/keys.py`).
        same: whether both views are of one population, so that autapses can be.
        autapses: whether the rule makes them.
        threads: how many threads draw; it changes nothing else.
        target: `"llvm"` or `"python"`.
    """

    pre: Index
    post: Index
    n_pre: int
    n_post: int
    key: int
    same: bool
    autapses: bool
    threads: int = 1
    target: str = "llvm"

    @property
    def excludes(self) -> bool:
        """Whether there are pairs of a neuron with itself to leave out."""
        return self.same and not self.autapses

    @cached_property
    def sources(self) -> Index:
        """The presynaptic view, sorted."""
        return _sorted(self.pre, "presynaptic")

    @cached_property
    def targets(self) -> Index:
        """The postsynaptic view, sorted."""
        return _sorted(self.post, "postsynaptic")

    @cached_property
    def own_target(self) -> npt.NDArray[np.int32]:
        """For each source its own place among the targets if that is left out, else -1."""
        return _places(self.sources, self.targets, self.excludes)

    @cached_property
    def own_source(self) -> npt.NDArray[np.int32]:
        """For each target its own place among the sources if that is left out, else -1."""
        return _places(self.targets, self.sources, self.excludes)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of a target."""
        return target_type(self.n_post)

    @property
    def kind(self) -> str:
        """The same as the loop language names it."""
        return kind_of(self.dtype)

    def kernel(self, build: Any, *kinds: Any, synapses: float) -> Kernel:
        """A kernel, compiled with the care that so many synapses deserve."""
        return kernel(build, kinds, self.target, effort(synapses))


def _sorted(index: Index, side: str) -> Index:
    """A view in ascending order.

    Raises:
        ParameterError: if it names a neuron twice.
    """
    steps = np.diff(index)
    if (steps > 0).all():
        return index
    index = np.sort(index)
    if (np.diff(index) == 0).any():
        twice = int(index[1:][np.diff(index) == 0][0])
        raise ParameterError(
            f"The {side} view names neuron {twice} more than once.",
            mend="name each neuron of a view once; edges(pre, post) connects a pair several times",
        )
    return index


def _places(index: Index, among: Index, wanted: bool) -> npt.NDArray[np.int32]:
    if not wanted or among.size == 0:
        return np.full(index.size, -1, np.int32)
    place = np.searchsorted(among, index)
    found = among[np.minimum(place, among.size - 1)] == index
    return np.where(found, place, -1).astype(np.int32)


class Drawn(Record):
    """What a rule gives: rows of the sorted presynaptic view.

    Attributes:
        counts: the length of each row.
        targets: places in the sorted postsynaptic view, ascending in each row.
    """

    counts: npt.NDArray[np.int64]
    targets: npt.NDArray[Any]
