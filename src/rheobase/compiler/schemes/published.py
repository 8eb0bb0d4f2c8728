"""The authors' own update, assignment by assignment, for models that carry one."""

from rheobase.compiler.step import Step
from rheobase.errors import SchemeError
from rheobase.model.equations import read_updates
from rheobase.model.expression import Expression, Symbol, substitute
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """The published update of a model.

    Assignments run in order, so a later one sees the new value of an earlier one.

    Raises:
        SchemeError: when the model has no published update.
    """
    if model.published is None:
        raise SchemeError(
            f"{model.title} has no published update of its own.", mend="leave method= out"
        )
    current: dict[str, Expression] = {}
    body: dict[str, Expression] = dict(model.definitions)
    for count, update in enumerate(read_updates(model.published.updates)):
        name = f"{update.name}__{count}"
        body[name] = substitute(update.result, current)
        current[update.name] = Symbol(name)
    after = {state: current.get(state, Symbol(state)) for state in model.states}
    return Step(
        model,
        "published",
        order=1,
        body=body,
        after=after,
        label=model.published.label,
        verbatim=True,
    )
