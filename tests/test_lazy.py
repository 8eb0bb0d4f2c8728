"""Names that are loaded when they are first used, and the collector of cycles meanwhile."""

import gc
import subprocess
import sys
import weakref

import pytest

import rheobase as rb
from rheobase.lazy import loading, nothing_discarded


class Ring:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("spared", [nothing_discarded, loading])
def test_the_collector_is_left_as_it_was_found(spared):
    assert gc.isenabled()
    with spared():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), spared():
        raise ZeroDivisionError
    assert gc.isenabled()
    gc.disable()
    try:
        with spared():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_loaded_is_old_at_once():
    with loading():
        made = Ring()
    assert not any(one is made for one in gc.get_objects(generation=0))
    assert any(one is made for one in gc.get_objects(generation=2))
    assert gc.get_freeze_count() == 0


def test_what_was_discarded_before_is_found_all_the_same():
    ring = Ring()
    gone = weakref.ref(ring)
    del ring
    with loading():
        pass
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_what_a_user_has_frozen_stays_frozen():
    program = (
        "import gc; mine = []; seen = lambda: any(one is mine for one in gc.get_objects())\n"
        "print(seen()); gc.freeze()\n"
        "import rheobase as rb; rb.LIF()\n"
        "print(seen(), gc.isenabled())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False", "True"], done.stderr


def test_every_name_is_found_and_kept():
    for name in rb.__all__ if hasattr(rb, "__all__") else dir(rb):
        found = getattr(rb, name)
        assert getattr(rb, name) is found
        assert name in dir(rb)


def test_threads_that_ask_at_once_get_whole_modules():
    # Each in a new process: a package is loaded once.
    program = """
import threading, rheobase as rb
names, wrong = list(rb.__all__), []
def ask(first):
    for name in names[first:] + names[:first]:
        try:
            getattr(rb, name)
        except BaseException as error:
            wrong.append(f"{name}: {error!r}")
threads = [threading.Thread(target=ask, args=(k * len(names) // 4,)) for k in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(wrong)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
