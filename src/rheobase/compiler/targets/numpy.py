"""The array reference: expressions and Steps carried out by NumPy, one operation at a time.

It is the language's own evaluator, which stands beside the expressions because the zoo's transfer
functions, which know no compiler, are evaluated by it too.
"""

from rheobase.model.evaluate import evaluate

__all__ = ["evaluate"]
