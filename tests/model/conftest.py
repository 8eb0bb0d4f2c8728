"""What the tests of the language share."""

import sys
import time

import pytest

import rheobase as rb
from rheobase.errors import closest

_seen: list[str] | None = None


def _hook(event, arguments):
    if _seen is None:
        return
    if event == "compile":
        # Reading text to a syntax tree is announced like a compilation, with no file name. What is
        # compiled to be run has one.
        if arguments[1] not in (None, "<unknown>"):
            _seen.append(f"{event} {arguments[1]}")
    elif event in {"exec", "open", "import", "os.system", "subprocess.Popen", "code.__new__"}:
        _seen.append(f"{event} {arguments[:1]}")


sys.addaudithook(_hook)


class Watch:
    """Runs calls that must fail, and fail well."""

    seconds = 0.05

    def refuses(self, call, *arguments, **options):
        """The error that a call raises: one of ours, soon, with nothing executed."""
        global _seen
        best = float("inf")
        for _ in range(10):  # another process may take the first turns
            _seen = []
            start = time.perf_counter()
            try:
                call(*arguments, **options)
            except Exception as error:
                best = min(best, time.perf_counter() - start)
                raised, seen, _seen = error, _seen, None
            else:
                _seen = None
                pytest.fail("nothing was raised")
            if best < self.seconds:
                break
        assert isinstance(raised, rb.RheobaseError), f"{type(raised).__name__}: {raised}"
        assert best < self.seconds
        assert seen == []
        message = str(raised)
        assert message.isascii()
        assert message.replace("\n", "").isprintable()
        assert len(message) < 1200
        assert raised.mend
        return raised


@pytest.fixture(scope="session")
def watch():
    closest("near", ["nearly"])  # what a hint needs is loaded once
    return Watch()
