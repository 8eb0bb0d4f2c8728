"""The authors' own update, assignment by assignment, for models that carry one."""

from rheobase.compiler.calculus import inlined
from rheobase.compiler.step import Step
from rheobase.errors import SchemeError
from rheobase.model.equations import read_updates
from rheobase.model.expression import Expression, Symbol, names, substitute
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """The published update of a model.

    Assignments run in order, so a later one sees the new value of an earlier one, by itself and in
    a named expression. White noise stands for a standard normal number, a new one each step.

    Raises:
        SchemeError: when the model has no published update, or it names what the model does not
            have.
    """
    if model.published is None:
        raise SchemeError(
            f"{model.title} has no published update of its own.", mend="leave method= out"
        )
    current: dict[str, Expression] = {}
    body: dict[str, Expression] = {}
    known = {*model.states, *model.parameters, *model.inputs, *model.definitions, *model.noises}
    known |= {"dt", "t"}
    for count, update in enumerate(read_updates(model.published.updates)):
        for name in sorted(names(update.result) - known):
            raise SchemeError(
                f"The published update of {model.called} names {name!r}, which it does not have.",
                where=f"  {update.line}",
                mend=f"it has {', '.join(sorted(known))}",
            )
        known.add(update.name)
        name = f"{update.name}__{count}"
        body[name] = substitute(inlined(model, update.result), current)
        current[update.name] = Symbol(name)
    drawn = set().union(*(names(value) for value in body.values()))
    return Step(
        model,
        "published",
        order=1,
        body=body,
        after={state: current.get(state, Symbol(state)) for state in model.states},
        label=model.published.label,
        noises=tuple(name for name in model.noises if name in drawn),
        verbatim=True,
    )
