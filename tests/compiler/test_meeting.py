"""Threads that run one kernel wait for one another where it says so."""

import re

import numpy as np
import pytest

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Function
from rheobase.compiler.targets import llvm
from rheobase.engine.circuit.crew import together

ROUNDS = 500


def rounds() -> Function:
    """In each round every thread says its number of it, and sums up what all have said."""
    b = Builder("rounds", inline=False)
    thread, threads = b.scalar("thread", "i64"), b.scalar("threads", "i64")
    meeting, said = b.array("meeting", "i64"), b.array("said", "i64")
    sums = b.array("sums", "i64")
    with b.loop("r", 0, ROUNDS) as r:
        b.store(said, thread, (r + 1) * (thread + 1))
        b.meet(meeting, threads)
        with b.loop("t", 0, threads) as t:
            b.store(sums, thread, sums[thread] + said[t])
        b.meet(meeting, threads)
    return b.function()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_nobody_goes_on_before_all_have_come(compiled, threads):
    call = compiled(rounds())
    meeting, said, sums = (np.zeros(n, np.int64) for n in (32, threads, threads))
    ready = call.convert([0, threads, meeting, said, sums])[1:]
    together(lambda thread: call.run(thread, *ready), threads)
    everyone = threads * (threads + 1) // 2
    assert sums.tolist() == [everyone * ROUNDS * (ROUNDS + 1) // 2] * threads


def test_only_what_lets_threads_meet_is_left_as_it_is():
    work = Builder("work", inline=False)
    numbers = work.array("numbers")
    with work.loop("i", 0, 100, vector=True) as i:
        work.store(numbers, i, numbers[i] * 2.0)
    b = Builder("network", inline=False)
    b.evaluate(work.function()(b.array("numbers")))
    b.meet(b.array("meeting", "i64"), b.scalar("threads", "i64"))
    text = llvm.emit([b.function()])
    groups = dict(re.findall(r"^define .*@rb\.(\w+)\(.* (#\d+) align 64 \{$", text, re.MULTILINE))
    said = dict(re.findall(r"^attributes (#\d+) = \{ (.*) \}$", text, re.MULTILINE))
    assert "optnone" in said[groups["network"]]
    assert "optnone" not in said[groups["work"]]
