"""What holds for every option of the catalog: junk is refused by name, nothing is ignored, every wait has an end."""

from collections.abc import Iterator

import pytest

from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedOption, described_commands
from tests.cli import run

NETWORK = ("resolve", "rdns", "cat", "scan")
# The words with which an option of the command would be honoured; nothing is sent to another machine.
BESIDE: dict[str, tuple[str, ...]] = {
    "ifaces": ("lo",),
    "route": ("127.0.0.1",),
    "resolve": ("x.test", "@127.0.0.1:9"),
    "rdns": ("127.0.0.1", "@127.0.0.1:9"),
    "cat": ("127.0.0.1", "9"),
    "listen": ("127.0.0.1", "0"),
    "scan": ("127.0.0.1", "-p", "9"),
    "subnet split": ("10.0.0.0/24",),
    "subnet subtract": ("10.0.0.0/24",),
    "subnet relate": ("10.0.0.0/24", "10.0.0.0/8"),
    "subnet list": ("10.0.0.0/28",),
    "subnet filter": ("10.0.0.0/8",),
    "subnet free": ("10.0.0.0/24", "--used", "/dev/null"),
    "subnet mac": ("02:00:00:00:00:01",),
    "subnet intersect": ("10.0.0.0/8", "10.0.0.0/9"),
    "subnet compare": ("10.0.0.0/8", "10.0.0.0/9"),
    "subnet nat64": ("64:ff9b::/96", "192.0.2.33"),
    "subnet ula": (),
    "subnet reverse": ("10.0.0.0/24",),
    "port-service": ("22",),
    "schema": ("scan",),
}
NETWORKS = ("10.0.0.0/24",)
# Options that say how another is done, with that other.
NEEDED: dict[tuple[str, str], tuple[str, ...]] = {
    ("cat", "--backoff"): ("--retry", "1"),
    ("ifaces", "--interval"): ("--rate",),
    ("resolve", "--interval"): ("--watch",),
    ("route", "--iif"): ("--from", "127.0.0.1"),
    ("subnet free", "--count"): ("--prefix", "26"),
    ("subnet list", "--seed"): ("--random", "2"),
}
NUMBERS = frozenset({"TIME", "N", "S", "PORT", "PPS", "BYTES", "OCTETS", "SERIAL", "I/N", "OCTAL"})
# Words to which any text is a value: a seed is any word.
ANY_TEXT = frozenset({("subnet list", "--seed")})
NOT_NUMBERS = ("nan", "inf", "1e308", "٣", "5x", "1_0", " 5", "99999999999999999999")
NO_TIMES = ("0", "-1", "nan", "inf", "1e308", "1e-9", "5x", "٣", "1_0", "+5", " 5", "5 s")
ZERO_IS_A_TIME = frozenset({("cat", "--quit-after"), ("listen", "--quit-after")})


def options() -> Iterator[tuple[str, DescribedOption]]:
    for command in described_commands(COMMANDS):
        for one in command.verbs or (command,):
            for option in one.options:
                yield one.path, option


WITH_VALUE = [pytest.param(path, one, id=f"{path} {one.long}") for path, one in options() if one.takes_value]
OF_NUMBERS = [
    pytest.param(path, one, id=f"{path} {one.long}")
    for path, one in options()
    if one.metavar in NUMBERS and (path, one.long) not in ANY_TEXT
]
OF_TIMES = [
    pytest.param(path, one, id=f"{path} {one.long}")
    for path, one in options()
    if one.metavar == "TIME" or (path, one.long) == ("ifaces", "--interval")
]


def words_beside(path: str, option: DescribedOption) -> list[str]:
    beside = list(BESIDE.get(path, NETWORKS))
    if (path, option.long) == ("resolve", "--rate"):
        beside = ["--file", "/dev/null", "@127.0.0.1:9"]
    if (path, option.long) == ("listen", "--port"):
        beside = ["127.0.0.1"]
    if (path, option.long) == ("route", "--table"):
        beside = []
    return [*path.split(), *beside, *NEEDED.get((path, option.long), ())]


@pytest.mark.parametrize(("path", "option"), OF_NUMBERS)
def test_junk_is_refused_by_the_name_of_the_option(path: str, option: DescribedOption) -> None:
    for junk in NO_TIMES if option.metavar == "TIME" else NOT_NUMBERS:
        if junk == "0" and (path, option.long) in ZERO_IS_A_TIME:
            continue
        outcome = run(*words_beside(path, option), f"{option.long}={junk}")
        assert (outcome.status, outcome.stdout) == (2, ""), junk
        assert option.long in outcome.stderr, (junk, outcome.stderr)
        assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(("path", "option"), OF_TIMES)
def test_a_time_that_is_none_is_refused(path: str, option: DescribedOption) -> None:
    if (path, option.long) not in ZERO_IS_A_TIME:
        outcome = run(*words_beside(path, option), f"{option.long}=0")
        assert outcome.status == 2
        assert option.long in outcome.stderr


@pytest.mark.parametrize(("path", "option"), WITH_VALUE)
def test_an_empty_value_is_refused(path: str, option: DescribedOption) -> None:
    """It is what an unset variable of a shell leaves, and nobody means it."""
    if option.long == "--receive":  # it may stand without its value
        return
    outcome = run(*words_beside(path, option), f"{option.long}=")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert option.long in outcome.stderr or any(choice in outcome.stderr for choice in option.choices)


@pytest.mark.parametrize("name", NETWORK)
def test_every_network_command_states_its_time_limit(name: str) -> None:
    limits = {one.long: one.default for path, one in options() if path == name and one.metavar == "TIME"}
    longest = limits.get("--timeout") or limits.get("--wait")
    assert longest is not None
    assert longest[0].isdigit()
    assert longest in " ".join(run("help", name).stdout.split())


def test_listen_states_how_long_it_waits() -> None:
    limits = {one.long: one.default for path, one in options() if path == "listen" and one.metavar == "TIME"}
    assert limits["--idle-timeout"] == "never"
    assert limits["--quit-after"]
