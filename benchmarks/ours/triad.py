"""Rheobase: how fast this machine moves numbers, by a kernel of our own compiler.

The triad a[i] = b[i] + s c[i] after J. D. McCalpin's STREAM: 24 bytes an element. Arguments:
elements an array, repetitions a run.
"""

import json
import sys
import time

import numpy as np

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast
from rheobase.compiler.machine import FULL
from rheobase.compiler.native import aligned
from rheobase.compiler.pipeline import load

elements, repetitions = map(int, sys.argv[1:])
pen = Builder("triad")
a, b, c = (pen.array(name) for name in "abc")
count, turns = pen.scalar("count", "i64"), pen.scalar("turns", "i64")
# Another factor every turn, or a compiler might do one for all.
with pen.loop("turn", 0, turns) as turn:
    factor = pen.let("factor", Cast(turn, "f64"))
    with pen.loop("i", 0, count, vector=True) as i:
        pen.store(a, i, b[i] + factor * c[i])
triad = load([pen.function()], "llvm", FULL)["triad"]
arrays = [aligned(elements) for _ in range(3)]
for number, array in enumerate(arrays):
    array[:] = number


def measured() -> dict[str, float]:
    """Bytes a second."""
    started = time.perf_counter()
    triad(*arrays, elements, repetitions)
    seconds = time.perf_counter() - started
    return {"bytes_per_s": 24.0 * elements * repetitions / seconds}


measured()
if not np.all(arrays[0] == 1.0 + 2.0 * (repetitions - 1)):
    raise SystemExit("the triad is wrong")
print("@@", json.dumps(measured()), flush=True)
for _line in sys.stdin:
    print("@@", json.dumps(measured()), flush=True)
