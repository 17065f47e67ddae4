"""Settings that every test runs under."""

import os

from hypothesis import settings

from nettools.commands._settings import FILE_VARIABLE
from nettools.core.config.table import BY_VARIABLE
from tests.cli import NO_SETTINGS

# Every test can ask for the DNS bed.
from tests.dns_bed.fixture import dns_bed as dns_bed

# What a developer has set for himself changes no test, whichever way it starts a process.
os.environ.update(NO_SETTINGS)
for _name in {*BY_VARIABLE, FILE_VARIABLE} & os.environ.keys():
    del os.environ[_name]

# The same examples on every run: a failure on one machine is a failure on all of them.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=200)
settings.load_profile("ci")
