"""Settings that every test runs under."""

from hypothesis import settings

# Every test can ask for the DNS bed.
from tests.dns_bed.fixture import dns_bed as dns_bed

# The same examples on every run: a failure on one machine is a failure on all of them.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=200)
settings.load_profile("ci")
