"""`build`: from a connection rule to rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.engine.connectivity.rows import Rows, starts_of, turn
from rheobase.engine.connectivity.task import Drawn, Index, Task
from rheobase.errors import ParameterError
from rheobase.network import rules


def build(
    rule: Any,
    pre_index: Index,
    post_index: Index,
    n_pre_population: int,
    n_post_population: int,
    key: int,
    *,
    same: bool,
    pre_positions: npt.NDArray[np.float64] | None = None,
    post_positions: npt.NDArray[np.float64] | None = None,
    ordered: bool = False,
    threads: int = 1,
    target: str = "llvm",
) -> Rows:
    """Draw or sort the synapses of one projection.

    The result depends on the rule, the views and the key alone, not on `threads`. Beside the rows
    it needs memory of the size of the populations; only rules that go by positions or rings need
    more.

    Args:
        rule: a rule of `network/rules.py`.
        pre_index: the neurons of the presynaptic view.
        post_index: those of the postsynaptic view.
        n_pre_population: how many neurons the presynaptic population has: that many rows.
        n_post_population: how many the postsynaptic one has.
        key: of this projection (`engine/keys.py`).
        same: whether both views are of one population.
        pre_positions: an array of (n_pre_population, dimensions), for rules that go by distance.
        post_positions: likewise of the postsynaptic population.
        ordered: for `all_to_all`, give the order too: the place of each synapse among all pairs,
            sources one after the other. Lists of edges and `one_to_one` have it always.
        threads: how many threads draw.
        target: `"llvm"`, or `"python"` for the plain loops.

    Returns:
        The rows, numbered as in the populations.

    Raises:
        ParameterError: if the rule cannot be met by these views.
    """
    pre, post = (np.ascontiguousarray(i, np.int64) for i in (pre_index, post_index))
    for index, n, side in ((pre, n_pre_population, "pre"), (post, n_post_population, "post")):
        if index.size and (index.min() < 0 or index.max() >= n):
            raise ParameterError(
                f"The {side}synaptic view has an index outside 0 to {n - 1}.",
                mend="index within the population",
            )
    sizes = (n_pre_population, n_post_population)
    task = Task(pre, post, *sizes, key, same, rule.autapses, max(1, threads), target)
    found = _connect(rule, task, pre_positions, post_positions)
    if isinstance(found, Rows):
        return found
    rows = _placed(task, found)
    if ordered and isinstance(rule, rules.AllToAll):
        from rheobase.engine.connectivity.dense import order_of

        return Rows(rows.starts, rows.targets, order_of(task, rows))
    return rows


def _connect(rule: Any, task: Task, *positions: npt.NDArray[np.float64] | None) -> Rows | Drawn:
    """What the rule makes of the task; each kind of rule is loaded when it is used."""
    match rule:
        case rules.Bernoulli():
            from rheobase.engine.connectivity.bernoulli import bernoulli

            return bernoulli(task, rule.p)
        case rules.FixedIndegree():
            from rheobase.engine.connectivity.degrees import fixed_indegree

            return fixed_indegree(task, rule.k, rule.multapses)
        case rules.FixedOutdegree():
            from rheobase.engine.connectivity.degrees import fixed_outdegree

            return fixed_outdegree(task, rule.k, rule.multapses)
        case rules.FixedTotal(multapses=True):
            from rheobase.engine.connectivity.degrees import fixed_total_repeated

            return fixed_total_repeated(task, rule.n)
        case rules.FixedTotal():
            from rheobase.engine.connectivity.bernoulli import fixed_total_distinct

            return fixed_total_distinct(task, rule.n)
        case rules.AllToAll():
            from rheobase.engine.connectivity.dense import all_to_all

            return all_to_all(task)
    return _by_pairs(rule, task, *positions)


def _by_pairs(rule: Any, task: Task, *positions: npt.NDArray[np.float64] | None) -> Rows | Drawn:
    from rheobase.network.space import Distance

    match rule:
        case rules.OneToOne():
            from rheobase.engine.connectivity.pairs import one_to_one

            return one_to_one(task)
        case rules.Edges():
            from rheobase.engine.connectivity.pairs import listed

            return listed(task, rule.pre, rule.post, rule.multapses)
        case rules.SmallWorld():
            from rheobase.engine.connectivity.small_world import small_world

            return small_world(task, rule.k, rule.p)
        case Distance():
            from rheobase.engine.connectivity.distance import by_distance

            return by_distance(task, rule, *positions)
    raise ParameterError(
        f"The engine cannot connect by {rule!r}.", mend="use a rule of rheobase.network.rules"
    )


def expected_synapses(rule: Any, n_pre: int, n_post: int) -> float:
    """How many synapses a rule will make between views of these sizes, autapses included.

    What a demand of memory is reckoned from, before anything is allocated: 2 or 4 bytes each for
    the target, and as much as their weights and delays take. A rule that goes by distance is
    reckoned as if it connected all.
    """
    match rule:
        case rules.Bernoulli():
            return float(rule.p) * n_pre * n_post
        case rules.FixedIndegree():
            return float(rule.k) * n_post
        case rules.FixedOutdegree() | rules.SmallWorld():
            return float(rule.k) * n_pre
        case rules.FixedTotal():
            return float(rule.n)
        case rules.OneToOne():
            return float(min(n_pre, n_post))
        case rules.Edges():
            return float(len(rule.pre))
    return float(n_pre) * n_post


def _placed(task: Task, drawn: Drawn) -> Rows:
    """Rows of the whole presynaptic population, targets numbered as in theirs."""
    turn(drawn.targets, task.targets)
    counts = np.zeros(task.n_pre, np.int64)
    counts[task.sources] = drawn.counts
    return Rows(starts_of(counts), drawn.targets)
