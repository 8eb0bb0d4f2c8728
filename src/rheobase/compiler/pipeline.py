"""The stages of the compiler, as calls on one page: Model -> Step -> Plan -> Kernel -> code."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.observe import observe_kernel
from rheobase.compiler.kernels.population import advance_kernel
from rheobase.compiler.machine import FULL
from rheobase.compiler.plan import InputPlan, Plan
from rheobase.compiler.schemes import build_step
from rheobase.compiler.step import Step
from rheobase.errors import ParameterError
from rheobase.lazy import nothing_discarded
from rheobase.model.model import Model
from rheobase.records import Record


class Compiled(Record):
    """The code of one population and the constants it expects.

    Attributes:
        argument_names: the parameters of each function, in order.
        callables: the functions.
        seconds: how long it took to compile them.
    """

    plan: Plan
    constants: Constants
    argument_names: Mapping[str, tuple[str, ...]]
    callables: Mapping[str, Callable[..., Any]]
    seconds: float


_ONE_CONSTANT = InputPlan(base=True)
_compiled: dict[Any, Compiled] = {}
_MOST_KEPT = 256
_compiling = threading.RLock()


def kernels(plan: Plan) -> tuple[dict[str, Function], Constants]:
    """The functions of a population in the loop language, and the constants they read."""
    constants = Constants(plan.invariant, set(plan.heterogeneous))
    found = {"advance": advance_kernel(plan, constants)}
    if plan.record:
        found["observe"] = observe_kernel(plan, constants)
    return found, constants


def compile_population(plan: Plan, target: str = "llvm") -> Compiled:
    """A population's kernels, ready to call. The same plan is compiled once a process.

    Raises:
        CompileError: when the code cannot be made.
    """
    key = (target, *plan_shape(plan))
    with _compiling:
        found = _compiled.get(key)
        if found is None:
            if len(_compiled) >= _MOST_KEPT:
                _compiled.pop(next(iter(_compiled)))
            found = _compiled[key] = _compile(plan, target)
        return found


def _compile(plan: Plan, target: str) -> Compiled:
    begin = time.perf_counter()
    with nothing_discarded():
        functions, constants = kernels(plan)
        callables = load(list(functions.values()), target, plan.effort)
    names = {k: tuple(p.name for p in f.parameters) for k, f in functions.items()}
    return Compiled(plan, constants, names, callables, time.perf_counter() - begin)


def load(
    functions: Sequence[Function], target: str, effort: str = FULL
) -> Mapping[str, Callable[..., Any]]:
    """Functions of the loop language as callables, through one of the loop targets."""
    if target == "llvm":
        from rheobase.compiler.native import compile_functions

        return compile_functions(functions, effort)
    from rheobase.compiler.targets import python

    return python.load(functions)


def source(model: Model, target: str = "llvm", method: str | None = None, dt: Any = None) -> str:
    """The code that a model becomes, to read.

    Args:
        model: the neuron.
        target: ``"llvm"`` (LLVM IR), ``"python"`` (the same loops, plain), ``"asm"`` (this
            machine's code) or ``"latex"``.
        method: the scheme; None takes the model's default.
        dt: unused by these targets, whose step is passed at run time.

    Raises:
        ParameterError: for another target.
    """
    if target == "latex":
        return model.latex()
    step = build_step(model, method)
    plan = Plan(
        step,
        step if step.localises else None,
        inputs={name: _ONE_CONSTANT for name in model.inputs},
        heterogeneous=frozenset(k for k, v in model.parameters.items() if getattr(v, "ndim", 0)),
        record=model.states + model.outputs,
    )
    functions = list(kernels(plan)[0].values())
    if target == "llvm":
        from rheobase.compiler.targets import llvm

        return llvm.emit(functions)
    if target == "asm":
        from rheobase.compiler.native import assembly

        return assembly(functions)
    if target == "python":
        from rheobase.compiler.targets import python

        return python.emit(functions)
    raise ParameterError(
        f"There is no target {target!r}.", mend="the targets are llvm, python, asm and latex"
    )


def plan_shape(plan: Plan) -> tuple[Any, ...]:
    """What decides a kernel's code, hashable."""
    model = plan.step.model
    return (
        model.equations,
        tuple(model.definitions.items()),
        tuple(model.derivatives.items()),
        model.spike,
        model.reset,
        model.refractory,
        *_scheme(plan.step),
        None if plan.inner is None else _scheme(plan.inner),
        tuple((k, v.base, v.kinds) for k, v in plan.inputs.items()),
        plan.heterogeneous,
        tuple(model.parameters),
        plan.record,
        plan.refine,
        plan.effort,
        plan.arrivals,
        plan.networked,
        plan.coupled,
        plan.sends,
    )


def _scheme(step: Step) -> tuple[Any, ...]:
    """What of a step its code depends on."""
    return (
        step.method,
        step.tableau,
        step.tolerance,
        step.verbatim,
        step.noises,
        step.prepared,
        tuple(step.body.items()),
        tuple(step.after.items()),
        tuple(step.held.items()),
    )
