"""Functions that are written once, whoever asks."""

import threading
import time

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.exchange import NARROW, WIDE, Form, deliver


def test_threads_that_ask_at_once_get_one_function():
    written = []

    @written_once
    def slow(number: int) -> Function:
        """A function of this number."""
        written.append(number)
        time.sleep(0.05)
        b = Builder(f"slow_{number}", "f64")
        b.result(b.scalar("x") * float(number))
        return b.function()

    barrier, found = threading.Barrier(6), []

    def ask() -> None:
        barrier.wait()
        found.append(slow(3))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
    assert written == [3]
    assert slow(4) is not slow(3)
    assert slow.__doc__ == "A function of this number."


def test_none_is_forgotten_while_others_call_it():
    # A network may have projections of every form at once.
    forms = [
        Form(targets, weights, delays)
        for targets in (NARROW, WIDE)
        for weights in (None, "f32", "f64")
        for delays in (None, "i8", "i16")
    ]
    first = [deliver(form) for form in forms]
    assert all(deliver(form) is one for form, one in zip(forms, first, strict=True))
