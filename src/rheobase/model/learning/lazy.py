"""States of a synapse between events: of a form that is solved exactly when an event comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn

import numpy as np

from rheobase.errors import EquationError
from rheobase.model.evaluate import evaluate
from rheobase.model.expression import ZERO, Expression, literal, names, negate
from rheobase.model.learning.linear import FREE, NonlinearError, Terms, terms
from rheobase.model.learning.scopes import SYNAPSE, WEIGHT
from rheobase.records import Record

_MEND = (
    "between events a state of a synapse may follow what is linear in those of its states that "
    "move, with coefficients of parameters and shared states: ds/dt = (s0 - s)/tau, dw/dt = c*d"
)
# So many states of a synapse may move each other.
_MOST_STATES = 8
# An eigenvalue that rounding alone makes positive is below this part of the largest rate.
_ROUNDING = 1e-9


class Flow(Record, identity=True):
    """States of a synapse that move each other: of each, d(state)/dt = sum of entry * column.

    Attributes:
        states: those that move.
        columns: what moves them: these states, others of the synapse that keep their value, and ""
            for 1.
        entries: the coefficients that are not 0, by state and column: of parameters and shared
            states; or of parameters and states of the synapse that keep their value.
    """

    states: tuple[str, ...]
    columns: tuple[str, ...]
    entries: Mapping[tuple[str, str], Expression]

    @property
    def reach(self) -> tuple[tuple[str, str], ...]:
        """The states and columns of which the second moves the first, directly or by others."""
        found = set(self.entries) | {(s, s) for s in self.states}
        for middle in self.states:
            into = [s for s in self.states if (s, middle) in found]
            found |= {(s, c) for s in into for c in self.columns if (middle, c) in found}
        return tuple((s, c) for s in self.states for c in self.columns if (s, c) in found)

    @property
    def reads(self) -> frozenset[str]:
        """The parameters and states in the coefficients."""
        return frozenset().union(*map(names, self.entries.values()))


class Course(Record, identity=True):
    """What the states of a synapse do between events; those that keep their value are in none.

    Attributes:
        decays: of ds/dt = -rate s, the rate.
        approaches: of ds/dt = drift - rate s, the rate and the drift. Both, and the rate of a
            decay, are of parameters and of states of the synapse that keep their value.
        drives: of ds/dt = sum of c f, each f by the name of the decaying c: of parameters and
            shared states.
        flows: states that move each other otherwise.
    """

    decays: Mapping[str, Expression]
    approaches: Mapping[str, tuple[Expression, Expression]]
    drives: Mapping[str, Mapping[str, Expression]]
    flows: tuple[Flow, ...]

    def is_moved_by(self, shared: Collection[str]) -> bool:
        """Whether shared states move synapses, so that they are needed in the middle of a step."""
        return any(self.drives.values()) or any(f.reads & {*shared} for f in self.flows)


def course(
    scopes: Mapping[str, str],
    slopes: Mapping[str, Expression],
    lines: Mapping[str, str],
    parameters: Mapping[str, float],
    reads: Collection[str] = (),
) -> Course:
    """How the states of the synapse are solved.

    Args:
        scopes: the scope of each state.
        slopes: derivatives, with every named expression written out.
        lines: the equation of each state as its author wrote it.
        parameters: internal values.
        reads: the names under which states of the target are read.

    Raises:
        EquationError: for a derivative of another form.
    """
    return _Solver(scopes, slopes, lines, parameters, reads).course()


class _Solver:
    """The arguments are those of `course`."""

    def __init__(
        self,
        scopes: Mapping[str, str],
        slopes: Mapping[str, Expression],
        lines: Mapping[str, str],
        parameters: Mapping[str, float],
        reads: Collection[str],
    ) -> None:
        self.lines, self.parameters = lines, parameters
        own = [state for state, scope in scopes.items() if scope == SYNAPSE]
        self.shared = scopes.keys() - own
        for state in own:
            if seen := names(slopes.get(state, ZERO)) & {*reads}:
                mend = f"while_post changes it step by step: {state} += ... * dt"
                self.stop(state, f"it reads {min(seen)}, a state of the target", mend)
        moving = {state for state in own if literal(slopes.get(state, ZERO)) != 0}
        self.still = ({*own} | {WEIGHT}) - moving
        self.terms: dict[str, Terms] = {}
        for state in own:
            if state in moving:
                self.terms[state] = self.linear(state, slopes[state], moving)

    def linear(self, state: str, slope: Expression, over: set[str]) -> Terms:
        """A slope taken apart."""
        try:
            return terms(slope, over)
        except NonlinearError:
            self.stop(state, "it is not linear in the states of the synapse")

    def stop(self, state: str, why: str, mend: str = _MEND) -> NoReturn:
        """Refuse an equation."""
        line = self.lines.get(state, "")
        raise EquationError(
            f"{state} has one value a synapse, and its equation cannot be solved from event to "
            f"event: {why}.",
            where=f"  {line}" if line else "",
            mend=mend,
        )

    def course(self) -> Course:
        """Each state in its form; the simplest that does."""
        decays: dict[str, Expression] = {}
        approaches: dict[str, tuple[Expression, Expression]] = {}
        for state, found in self.terms.items():
            if found.keys() <= {state, FREE} and not self.read(found) & self.shared:
                rate = negate(found.get(state, ZERO))
                self.check_growth((state,), {(state, state): negate(rate)})
                if FREE in found:
                    approaches[state] = rate, found[FREE]
                elif state in found:
                    decays[state] = rate
        rest = {s for s, t in self.terms.items() if t and s not in decays | approaches}
        drives = {s: self.terms[s] for s in self.terms if s in rest and self.is_driven(s, decays)}
        joined = rest - drives.keys()
        while more := self.tied(joined, drives) - joined:
            joined |= more
        return Course(
            {s: rate for s, rate in decays.items() if s not in joined},
            {s: pair for s, pair in approaches.items() if s not in joined},
            {s: causes for s, causes in drives.items() if s not in joined},
            tuple(self.flow(part) for part in self.parts(joined)),
        )

    def read(self, found: Terms) -> set[str]:
        """The names in the coefficients of a slope."""
        return set().union(*map(names, found.values()))

    def is_driven(self, state: str, decays: Mapping[str, Expression]) -> bool:
        """Whether a state gathers others that decay, all synapses at one rate, and does no more."""
        found = self.terms[state]
        rates = {s: decays[s] for s in found if s in decays}
        return found.keys() == rates.keys() and not self.read({**found, **rates}) & self.still

    def tied(self, joined: set[str], drives: Mapping[str, Terms]) -> set[str]:
        """The states that must be solved with some: what moves them, what else that moves."""
        moved = {c for s in joined for c in self.terms[s] if c in self.terms}
        return moved | {s for s, causes in drives.items() if causes.keys() & (joined | moved)}

    def parts(self, joined: set[str]) -> list[list[str]]:
        """Groups of which none moves another."""
        left, found = [s for s in self.terms if s in joined], list[list[str]]()
        while left:
            group = {left[0]}
            while True:
                more = {s for s in left if self.terms[s].keys() & group}
                more |= {c for s in group for c in self.terms[s] if c in self.terms}
                if more <= group:
                    break
                group |= more
            found.append([s for s in left if s in group])
            left = [s for s in left if s not in group]
        return found

    def flow(self, states: list[str]) -> Flow:
        """States that move each other."""
        if len(states) > _MOST_STATES:
            self.stop(states[0], f"{len(states)} states move each other", "take fewer of them")
        read = set().union(*(self.read(self.terms[state]) for state in states))
        entries: dict[tuple[str, str], Expression] = {}
        for state in states:
            found = self.terms[state]
            if read & self.shared:
                found = self.alike(state, found)
            elif not any(names(found[c]) & self.still for c in found if c != FREE):
                found = self.taken_apart(found)
            entries |= {(state, column): value for column, value in found.items()}
        self.check_growth(tuple(states), entries)
        others = {c: None for _, c in entries if c not in states}
        return Flow(tuple(states), (*states, *others), entries)

    def taken_apart(self, found: Terms) -> Terms:
        """A slope with what the synapse keeps among the columns, where it is linear in that."""
        try:
            free = terms(found.get(FREE, ZERO), self.still)
        except NonlinearError:
            return found
        return {**{c: value for c, value in found.items() if c != FREE}, **free}

    def alike(self, state: str, found: Terms) -> Terms:
        """A slope whose coefficients, which shared states change, are those of all synapses."""
        whole = self.taken_apart(found)
        if differing := self.read(whole) & self.still:
            self.stop(
                state,
                f"shared states act on it and {min(differing)}, which differs among synapses, is "
                "more than a summand",
            )
        return whole

    def check_growth(
        self, states: tuple[str, ...], entries: Mapping[tuple[str, str], Expression]
    ) -> None:
        """Refuse states that grow exponentially, as far as parameters alone decide it."""
        matrix = np.zeros((len(states), len(states)))
        for (row, column), entry in entries.items():
            if column in states and names(entry) <= self.parameters.keys():
                place = states.index(row), states.index(column)
                matrix[place] = float(np.asarray(evaluate(entry, self.parameters)))
        if np.all(np.isfinite(matrix)) and matrix.size:
            fastest = float(np.abs(matrix).max())
            if np.linalg.eigvals(matrix).real.max() > _ROUNDING * fastest:
                self.stop(states[0], "it grows without bound", f"check its sign; {_MEND}")
