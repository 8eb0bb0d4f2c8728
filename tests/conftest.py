"""Settings for the whole suite."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Compiling a kernel takes longer the first time, so a deadline an example would only measure that.
settings.register_profile(
    "rheobase", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# The same examples on every run where nobody watches, so that a failure is the change's own.
settings.register_profile("ci", settings.get_profile("rheobase"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "rheobase")


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the user's own cache of compiled code alone."""
    before = os.environ.get("RHEOBASE_CACHE")
    os.environ["RHEOBASE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["RHEOBASE_CACHE"]
    if before is not None:
        os.environ["RHEOBASE_CACHE"] = before


@pytest.fixture(scope="session", autouse=True)
def signals_act() -> Iterator[None]:
    """Let signals act, here and in programs that tests start: a background job ignores them."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    ignored = [n for n in usual if signal.getsignal(n) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, usual[number])
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
