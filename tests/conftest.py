"""Settings for the whole suite."""

import os

from hypothesis import HealthCheck, settings

# Compiling a kernel takes longer the first time, so a deadline an example would only measure that.
settings.register_profile(
    "rheobase", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# The same examples on every run where nobody watches, so that a failure is the change's own.
settings.register_profile("ci", settings.get_profile("rheobase"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "rheobase")
