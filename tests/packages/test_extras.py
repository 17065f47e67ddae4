"""Without an extra, a feature names the command that brings it; that command works, and ``full`` brings them all."""

import json
import re
import shlex

import pytest

from tests.packages.installed import INSTALLERS, Installed, imported, installed_in_full, listed, tried
from tests.packages.interpreters import Version, pythons
from tests.packages.test_installers import each_python, one_of
from tests.packages.workshop import Ran, Workshop

EXTRAS = ("doh", "doq", "dnssec", "tls")
"""Those of Linux: ``stats`` is for systems whose kernel does not say as much."""
STARTS = {
    "pip": r"\S+/python[0-9.]* -m pip install",
    "pipx": "pipx inject nettools",
    "uv": "uv tool install",
}

# `listen --tls` up to where it would wait: it ends with the status 75 once it has a certificate.
LISTEN = """
import sys
from nettools import cli
from nettools.net.tls import self_signed
make = self_signed.load_self_signed
self_signed.load_self_signed = lambda *words, **more: (make(*words, **more), sys.exit(75))
sys.exit(cli.main(["listen", "127.0.0.1", "0", "--tls"]))
"""


def begin_all(shop: Workshop) -> None:
    for version in pythons():
        shop.begin(installed_in_full, version)
    for installer in INSTALLERS:
        shop.begin(completed, installer)


def oldest() -> Version:
    return min(pythons())


def ask(shop: Workshop, here: Installed, extra: str, *words: str) -> Ran:
    """A question that needs the extra, to a port of loopback that is closed; a certificate, for nobody to see."""
    if extra == "tls":
        return shop.run(here.python, "-c", LISTEN, env=here.variables)
    question = ["resolve", "name.example", "A", "--timeout", "2", "--tries", "1", *words]
    question += {
        "doh": ["@https://127.0.0.1:9"],
        "doq": ["@quic://127.0.0.1:9"],
        "dnssec": ["@127.0.0.1:9", "--validate"],
    }[extra]
    return shop.run(here.program, *question, env=here.variables)


def completed(shop: Workshop, installer: str) -> tuple[str, Ran]:
    """The command that DNS over HTTPS named in an installation without extras, and the answer after it was run."""
    here = shop.done(tried, installer, oldest())
    if installer == "pip":  # these look at the same environment, as it was
        shop.done(imported, oldest())
        shop.done(listed, oldest())
    before = ask(shop, here, "doh")
    assert before.status == 2, before
    said = re.fullmatch(r".* needs packages that are not installed; (.*) installs them\n", before.stderr)
    assert said is not None, before.stderr
    shop.run(*shlex.split(said[1]), env=here.variables).succeeded()
    return said[1], ask(shop, here, "doh")


@pytest.mark.parametrize("installer", INSTALLERS)
def test_the_command_that_a_missing_extra_names_brings_it(shop: Workshop, installer: str) -> None:
    command, after = shop.done(completed, installer)
    assert re.match(STARTS[installer], command)
    assert after.status == 3
    assert "the server cannot be reached" in after.stdout


@pytest.mark.parametrize("extra", [extra for extra in EXTRAS if extra != "doh"])
def test_each_feature_without_its_extra_says_so_in_one_line(shop: Workshop, extra: str) -> None:
    ran = ask(shop, shop.done(tried, "uv", oldest()), extra)
    assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "needs packages that are not installed; uv tool install 'nettools[" in ran.stderr
    named = re.search(r"nettools\[([a-z,]+)\] @ ", ran.stderr)
    assert named is not None
    assert extra in named[1].split(",")


def test_a_script_is_told_the_command_as_well(shop: Workshop) -> None:
    (error,) = json.loads(ask(shop, shop.done(tried, "pipx", oldest()), "dnssec", "--json").stdout)["errors"]
    assert error["kind"] == "missing-extra"
    assert error["hint"] == "pipx inject nettools 'cryptography>=42' 'dnspython[dnssec]>=2.8' installs them"


@each_python
@pytest.mark.parametrize("extra", EXTRAS)
def test_the_extra_full_brings_each(shop: Workshop, version: Version, extra: str) -> None:
    ran = ask(shop, shop.done(installed_in_full, one_of(version)), extra)
    assert ran.stderr == ""
    assert ran.status == (75 if extra == "tls" else 3)
    assert extra == "tls" or "the server cannot be reached" in ran.stdout
