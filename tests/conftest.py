"""Settings that every test runs under."""

from hypothesis import settings

# The same examples on every run: a failure on one machine is a failure on all of them.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=200)
settings.load_profile("ci")
