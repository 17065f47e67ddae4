"""The platforms that cannot be run here: what they run, in which order, and what they make of it."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

from nettools.core.prefix import Prefix
from nettools.core.route.question import Question, SystemAnswer
from nettools.errors import LocalFault, OptionError, ProgramFailed
from nettools.net.platform import InterfacesFound, Platform, portable
from nettools.net.platform.bsd import BsdPlatform
from nettools.net.platform.darwin import DarwinPlatform
from nettools.net.platform.programs import Run, run_program
from nettools.net.platform.windows import WindowsPlatform
from tests.core.ifaces.machines import interface
from tests.core.route.fixtures import fixture

THERE = Question(destination=IPv4Address("198.51.100.9"))
MAKERS: dict[str, Callable[[Run], Platform]] = {
    "darwin": DarwinPlatform,
    "freebsd": lambda run: BsdPlatform(run, "freebsd14"),
    "openbsd": lambda run: BsdPlatform(run, "openbsd7"),
    "windows": WindowsPlatform,
}


class Tool:
    """A program that says the same each time, and remembers what it was asked."""

    def __init__(self, said: str | LocalFault) -> None:
        self.said = said
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> str:
        self.commands.append(list(command))
        if isinstance(self.said, LocalFault):
            raise self.said
        return self.said


# --- routes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "name", "command"),
    [
        ("darwin", "darwin/netstat-rnl.txt", ["/usr/sbin/netstat", "-rnl"]),
        ("freebsd", "freebsd/netstat-rnW.txt", ["/usr/bin/netstat", "-rnW"]),
        ("openbsd", "openbsd/netstat-rn.txt", ["/usr/bin/netstat", "-rn"]),
    ],
)
def test_routes_are_what_netstat_lists(system: str, name: str, command: list[str]) -> None:
    tool = Tool(fixture(name))
    found = MAKERS[system](tool).routes(("inet", "inet6"), None)
    assert tool.commands == [command]
    assert {route.family for route in found.routes} == {"inet", "inet6"}
    assert (found.rules, found.warnings) == (None, ())


@pytest.mark.parametrize("system", MAKERS)
def test_only_the_families_that_are_wanted(system: str) -> None:
    said = "windows/get-netroute-numbers.json" if system == "windows" else "openbsd/netstat-rn.txt"
    found = MAKERS[system](Tool(fixture(said))).routes(("inet6",), "main")
    assert {route.family for route in found.routes} == {"inet6"}


@pytest.mark.parametrize("system", MAKERS)
def test_only_the_routes_that_touch_what_is_asked_about(system: str) -> None:
    said = "windows/get-netroute-numbers.json" if system == "windows" else "openbsd/netstat-rn.txt"
    there = Prefix(4, int(IPv4Address("198.51.100.9")), 32)
    platform = MAKERS[system](Tool(fixture(said)))
    everything = platform.routes(("inet", "inet6"), None).routes
    found = platform.routes(("inet", "inet6"), None, [there]).routes
    assert "0.0.0.0/0" in [str(route.dst) for route in found]
    assert list(found) == [route for route in everything if route.dst.contains(there)]
    assert len(found) < len(everything)


@pytest.mark.parametrize("system", MAKERS)
def test_default_ways_are_those_of_the_listed_routes(system: str) -> None:
    said = "windows/get-netroute-numbers.json" if system == "windows" else "openbsd/netstat-rn.txt"
    ways = MAKERS[system](Tool(fixture(said))).default_ways()
    assert ("inet", IPv4Address("192.0.2.1")) in [(way.family, way.gateway) for way in ways]


@pytest.mark.parametrize("system", MAKERS)
def test_a_silent_question_stays_silent(system: str) -> None:
    assert MAKERS[system](Tool("")).filled(THERE) == THERE


@pytest.mark.parametrize("system", MAKERS)
def test_counters_are_those_of_the_interfaces(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = InterfacesFound(interfaces=(interface("em0"),))
    monkeypatch.setattr(portable, "find_interfaces", lambda: seen)
    platform = MAKERS[system](Tool(""))
    assert platform.interfaces() == seen
    assert platform.counters() == seen.interfaces


@pytest.mark.parametrize("system", MAKERS)
def test_there_is_one_table_and_no_tool_is_run_for_another(system: str) -> None:
    tool = Tool("")
    with pytest.raises(OptionError, match="one routing table"):
        MAKERS[system](tool).routes(("inet",), "100")
    assert tool.commands == []


def test_windows_lists_what_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", r"D:\Windows")
    tool = Tool(fixture("windows/get-netroute-numbers.json"))
    found = WindowsPlatform(tool).routes(("inet", "inet6"), None)
    assert len(found.routes) == 17
    ((program, *options, script),) = tool.commands
    assert program == r"D:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
    assert options == ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"]
    assert "Get-NetRoute -PolicyStore ActiveStore | Select-Object -Property DestinationPrefix," in script
    assert script.endswith("| ConvertTo-Json")


def test_what_netstat_says_oddly_is_a_warning() -> None:
    found = BsdPlatform(Tool("Routing tables\n\nInternet:\nodd\n"), "freebsd14").routes(("inet",), None)
    assert [one.kind for one in found.warnings] == ["unreadable-route"]


@pytest.mark.parametrize("system", MAKERS)
def test_a_tool_that_fails_is_a_fault_of_this_machine(system: str) -> None:
    with pytest.raises(LocalFault, match="not there"):
        MAKERS[system](Tool(LocalFault("it is not there"))).routes(("inet",), None)


# --- questions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["darwin", "freebsd", "openbsd"])
def test_a_question_goes_to_route(system: str) -> None:
    tool = Tool(fixture("openbsd/route-get.txt"))
    answer = MAKERS[system](tool).ask(THERE)
    assert (str(answer.gateway), str(answer.source)) == ("192.0.2.1", "192.0.2.5")
    MAKERS[system](tool).ask(Question(destination=IPv6Address("fe80::1%em0")))
    assert tool.commands == [
        ["/sbin/route", "-n", "get", "-inet", "198.51.100.9"],
        ["/sbin/route", "-n", "get", "-inet6", "fe80::1%em0"],
    ]


@pytest.mark.parametrize("system", ["darwin", "freebsd", "openbsd"])
def test_no_route_is_an_answer_however_the_tool_ended(system: str) -> None:
    said = fixture("darwin/route-get-missing.txt")
    for tool in (Tool(said), Tool(ProgramFailed("route failed with status 1", said=said))):
        assert MAKERS[system](tool).ask(THERE) == SystemAnswer(error="ENETUNREACH")


def test_macos_can_be_asked_for_an_interface() -> None:
    tool = Tool(fixture("darwin/route-get-default.txt"))
    DarwinPlatform(tool).ask(Question(destination=IPv4Address("198.51.100.9"), outgoing="en0"))
    assert tool.commands == [["/sbin/route", "-n", "get", "-inet", "-ifscope", "en0", "198.51.100.9"]]


@pytest.mark.parametrize("system", ["darwin", "freebsd", "openbsd"])
def test_an_interface_is_the_zone_of_a_destination_that_needs_one(system: str) -> None:
    tool = Tool(fixture("openbsd/route-get.txt"))
    for destination in ("fe80::1", "ff02::fb"):
        MAKERS[system](tool).ask(Question(destination=IPv6Address(destination), outgoing="em0"))
    assert [command[-2:] for command in tool.commands] == [["-inet6", "fe80::1%em0"], ["-inet6", "ff02::fb%em0"]]


def test_an_interface_that_can_be_no_zone_is_not_made_one() -> None:
    with pytest.raises(OptionError, match="outgoing interface"):
        BsdPlatform(Tool(""), "openbsd7").ask(Question(destination=IPv6Address("fe80::1"), outgoing="a%b"))


WISHES: dict[str, Any] = {
    "source": IPv4Address("192.0.2.5"),
    "mark": 7,
    "uid": 1000,
    "tos": 16,
    "incoming": "em1",
    "outgoing": "em0",
    "protocol": 6,
    "source_port": 1024,
    "destination_port": 443,
}


ABLE: dict[str, set[str]] = {
    "darwin": {"outgoing"},
    "freebsd": set(),
    "openbsd": set(),
    "windows": {"source", "outgoing"},
}


@pytest.mark.parametrize(
    ("system", "wish"), [(system, wish) for system, able in ABLE.items() for wish in WISHES if wish not in able]
)
def test_what_a_tool_has_no_words_for_is_refused_before_it_is_run(system: str, wish: str) -> None:
    tool = Tool("")
    question = Question(destination=IPv4Address("198.51.100.9"), **{wish: WISHES[wish]})
    with pytest.raises(OptionError, match="cannot be asked about"):
        MAKERS[system](tool).ask(question)
    assert tool.commands == []


INDEXES = json.dumps(
    [
        {"InterfaceAlias": "Ethernet 2", "InterfaceIndex": 12},
        {"InterfaceAlias": "Ethernet 2", "InterfaceIndex": 12},
        {"InterfaceAlias": "'; calc; '", "InterfaceIndex": 7},
        {"InterfaceAlias": "7", "InterfaceIndex": 3},
    ]
)


class Windows(Tool):
    """PowerShell, which lists interfaces when it is asked to."""

    def __init__(self, said: str | LocalFault = "", indexes: str = INDEXES) -> None:
        super().__init__(said)
        self.indexes = indexes

    def __call__(self, command: Sequence[str]) -> str:
        said = super().__call__(command)
        return self.indexes if "Get-NetIPInterface" in command[-1] else said


@pytest.mark.parametrize("outgoing", ["Ethernet 2", "12"])
def test_windows_is_asked_through_find_netroute(outgoing: str) -> None:
    tool = Windows(fixture("windows/find-netroute.json"))
    question = Question(destination=IPv4Address("198.51.100.9"), source=IPv4Address("192.0.2.5"), outgoing=outgoing)
    answer = WindowsPlatform(tool).ask(question)
    assert (answer.dev, str(answer.gateway), str(answer.source)) == ("Ethernet 2", "192.0.2.1", "192.0.2.5")
    script = tool.commands[-1][-1]
    wishes = "-RemoteIPAddress '198.51.100.9' -LocalIPAddress '192.0.2.5' -InterfaceIndex 12"
    assert f"Find-NetRoute {wishes} | Select-Object -Property IPAddress,DestinationPrefix," in script


def test_windows_without_a_route_is_an_answer() -> None:
    failed = ProgramFailed("powershell.exe failed with status 1", said=fixture("windows/find-netroute-missing.txt"))
    assert WindowsPlatform(Tool(failed)).ask(THERE) == SystemAnswer(error="ENETUNREACH")


@pytest.mark.parametrize(
    ("name", "index"), [("'; calc; '", 7), ("7", 3), ("3", 3)], ids=["hostile", "alias before index", "index"]
)
def test_an_interface_gets_into_a_script_by_its_index_alone(name: str, index: int) -> None:
    asked = {
        "outgoing": Question(destination=IPv6Address("fe80::1"), outgoing=name),
        "destination": Question(destination=IPv6Address(f"fe80::1%{name}")),
        "source": Question(destination=IPv6Address("2001:db8::1"), source=IPv6Address(f"fe80::1%{name}")),
    }
    for question in asked.values():
        tool = Windows()
        WindowsPlatform(tool).ask(question)
        scripts = [command[-1] for command in tool.commands]
        assert f" -InterfaceIndex {index} |" in scripts[-1]
        assert not any("calc" in script or "%" in script for script in scripts)


@pytest.mark.parametrize("name", ["Ethernet", "99", "1$(x)"])
def test_an_interface_that_windows_does_not_list_is_not_asked_about(name: str) -> None:
    tool = Windows()
    with pytest.raises(OptionError, match="there is no interface") as caught:
        WindowsPlatform(tool).ask(Question(destination=IPv4Address("198.51.100.9"), outgoing=name))
    assert "Ethernet 2" in (caught.value.hint or "")
    assert not any("Find-NetRoute" in command[-1] for command in tool.commands)


def test_interfaces_that_windows_does_not_list_are_a_local_fault() -> None:
    with pytest.raises(LocalFault, match="indexes"):
        WindowsPlatform(Windows(indexes="rubbish")).ask(
            Question(destination=IPv4Address("198.51.100.9"), outgoing="Ethernet 2")
        )


# --- programs ---------------------------------------------------------------------------------------


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_a_program_speaks_english_and_reads_nothing() -> None:
    said = run_program(python("import os, sys; print(os.environ['LC_ALL'], repr(sys.stdin.read()))"))
    assert said == "C ''\n"


def test_what_is_printed_counts_and_complaints_only_where_that_is_all() -> None:
    assert run_program(python("import sys; print('a'); print('b', file=sys.stderr)")) == "a\n"
    assert run_program(python("import sys; print('b', file=sys.stderr)")) == "b\n"


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(ProgramFailed, match=r"failed with status 3: no \\x1b") as caught:
        run_program(python("import sys; print('half'); print('no \\x1b', file=sys.stderr); sys.exit(3)"))
    assert "half" in caught.value.said
    assert caught.value.hint is not None
    assert caught.value.kind == "program-failed"


def test_a_program_that_is_not_there_is_a_local_fault() -> None:
    with pytest.raises(LocalFault, match="is not there"):
        run_program(["/nonexistent/netstat", "-rn"])


def test_what_is_no_program_is_a_local_fault() -> None:
    with pytest.raises(LocalFault, match="cannot run"):
        run_program(["/"])


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out_of_time(command: Sequence[str], **options: Any) -> None:
        assert options["timeout"] == 10
        raise subprocess.TimeoutExpired(list(command), options["timeout"])

    monkeypatch.setattr(subprocess, "run", run_out_of_time)
    with pytest.raises(LocalFault, match="longer than 10 s"):
        run_program(["/usr/bin/netstat", "-rn"])


def test_bytes_that_are_not_utf_8_are_kept() -> None:
    said = run_program(python("import sys; sys.stdout.buffer.write(b'\\xff')"))
    assert json.dumps(said) == '"\\udcff"'
