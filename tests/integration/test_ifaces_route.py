"""`nettools ifaces` and `nettools route` in network namespaces that hold nothing but what a test put there."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, groupby
from pathlib import Path
from typing import Any

import pexpect  # type: ignore[import-untyped]
import pyte
import pytest

from tests import peers
from tests.integration.conftest import DROP_PRIVILEGES, KEPT_VARIABLES, PROJECT, NobodysView

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, which has network namespaces"),
]

Document = dict[str, Any]
NETTOOLS = (sys.executable, "-m", "nettools")
LONG_WAIT_S = 30
numbers = count()

# Sends datagrams to an address of the namespace that nobody answers from, until its standard input ends.
SEND_UDP = """
import select, socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0.01)[0]:
    sender.sendto(bytes(1000), (sys.argv[1], 9))
"""

# The document by way of the records, from inside the namespace.
PLAIN_PATH = """
import nettools.commands._route_list as listing
from nettools.cli import main
listing._quick = lambda *_: None
raise SystemExit(main())
"""

# Runs a command in another namespace and says where the process is before and after.
THERE_AND_BACK = """
import os, sys
from nettools.cli import main
before = os.readlink("/proc/self/ns/net")
status = main(["ifaces", "--netns", sys.argv[1], "--json", "-o", sys.argv[2]])
print(status, before == os.readlink("/proc/self/ns/net"))
"""


class Namespace:
    """A named network namespace."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ip(self, *lines: str) -> None:
        """Lines as ip(8) takes them, with -6 before some, which must succeed."""
        for family, group in groupby(lines, lambda line: "-6" if line.startswith("-6 ") else "-0"):
            done = subprocess.run(
                ["ip", *([family] if family == "-6" else []), "-n", self.name, "-batch", "-"],
                input="\n".join(line.removeprefix("-6 ") for line in group),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr

    def argv(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*command), capture_output=True, text=True, check=False, cwd=PROJECT, env=environment(),
            timeout=LONG_WAIT_S, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def nettools(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(*NETTOOLS, *words)

    def document(self, *words: str, status: int = 0) -> Document:
        done = self.nettools(*words, "--json")
        assert done.returncode == status, done.stderr
        found: Document = json.loads(done.stdout)
        return found

    def explained(self, *words: str, status: int = 0) -> list[Document]:
        found: list[Document] = self.document("route", *words, status=status)["explained"]
        return found

    @contextmanager
    def running(self, *command: str) -> "Iterator[subprocess.Popen[str]]":
        """A process with pipes to talk to; it is ended at the latest with the block."""
        process = subprocess.Popen(
            self.argv(*command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=PROJECT, env=environment(), preexec_fn=heed_signals,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.communicate(timeout=LONG_WAIT_S)

    @contextmanager
    def traffic(self, address: str) -> Iterator[None]:
        """Datagrams to the address as long as the block lasts."""
        with self.running(sys.executable, "-c", SEND_UDP, address) as sender:
            assert sender.stdout is not None
            assert sender.stdout.readline() == "ready\n"
            yield


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


def heed_signals() -> None:
    """A shell may have told us to ignore what a test sends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def new_namespace() -> Iterator[Namespace]:
    peers.require("ip", "setpriv", "unshare", root=True, reason="for network namespaces")
    made = Namespace(f"ntcm{os.getpid()}n{next(numbers)}")
    added = subprocess.run(["ip", "netns", "add", made.name], capture_output=True, text=True, check=False)
    if added.returncode != 0:
        peers.unavailable(f"needed for this: a network namespace ({added.stderr.strip()})")
    try:
        made.ip("link set lo up")
        yield made
    finally:
        subprocess.run(["ip", "netns", "del", made.name], check=True)


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    with new_namespace() as made:
        yield made


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Namespace, Namespace]]:
    """A gateway with a bridge, a link over it and a guest in a namespace of its own; no test changes them."""
    with new_namespace() as here, new_namespace() as guest:
        here.ip(
            "link add br0 type bridge",
            f"link add veth0 type veth peer name eth0 netns {guest.name}",
            "link set veth0 master br0",
            "link add mac0 link br0 type macvlan",
            "link add up0 type veth peer name up1",
            "link set br0 up",
            "link set veth0 up",
            "link set mac0 up",
            "link set up0 up",
            "link set up1 up",
            "addr add 192.0.2.1/24 dev br0",
            "addr add 198.51.100.2/24 dev up0",
            "addr add 2001:db8:1::2/64 dev up0 nodad",
            "route add default via 198.51.100.1",
            "-6 route add default via 2001:db8:1::1",
            "route add blackhole 10.9.0.0/16",
            "route add prohibit 10.10.0.0/16",
            "route add unreachable 10.11.0.0/16",
            "route add 10.0.0.0/8 via 198.51.100.9",
            "-6 route add blackhole 2001:db8:9::/48",
        )
        guest.ip("link set eth0 up", "addr add 192.0.2.7/24 dev eth0")
        yield here, guest


@pytest.fixture
def settled(office: tuple[Namespace, Namespace]) -> Namespace:
    """The gateway, once all states and addresses have come to rest."""
    here = office[0]
    give_up_s = time.monotonic() + LONG_WAIT_S
    while not _is_at_rest(here.document("ifaces")["interfaces"]):
        assert time.monotonic() < give_up_s, "states and addresses never came to rest"
        time.sleep(0.05)
    return here


def _is_at_rest(interfaces: list[Document]) -> bool:
    return all(
        one["operstate"] == "UP"
        and any(held["scope"] == "link" for held in one["addr_info"])
        and not any("tentative" in held["flags"] for held in one["addr_info"])
        for one in interfaces
        if one["kind"] != "loopback"
    )


# --- links into other namespaces --------------------------------------------------------------------


def test_the_other_end_of_a_pair_has_the_name_that_its_namespace_has_for_it(
    office: tuple[Namespace, Namespace],
) -> None:
    here, guest = office
    [one] = here.document("ifaces", "veth0")["interfaces"]
    assert (one["kind"], one["link"], one["netns"], one["master"]) == ("veth", "eth0", guest.name, "br0")
    assert (one["link_index"] is not None, one["netnsid"] is not None) == (True, True)
    [far] = guest.document("ifaces", "eth0")["interfaces"]
    assert (far["link"], far["netns"]) == ("veth0", here.name)
    assert far["link_index"] == one["ifindex"]


def test_the_pair_of_one_namespace_is_named_without_one(office: tuple[Namespace, Namespace]) -> None:
    [one] = office[0].document("ifaces", "up0")["interfaces"]
    assert (one["link"], one["netnsid"], one["netns"]) == ("up1", None, None)


def test_the_tree_shows_what_lies_on_what(office: tuple[Namespace, Namespace]) -> None:
    here, guest = office
    done = here.nettools("ifaces", "--tree")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("br0 "))
    below = {line.split()[1]: line.split()[0] for line in lines[place + 1 : place + 3]}
    assert sorted(below) == ["mac0", "veth0"]
    assert [line[:3] for line in lines[place + 1 : place + 3]] == ["├─ ", "└─ "]
    assert f"pair of eth0 in namespace {guest.name}" in done.stdout
    assert {line.split()[0] for line in lines if line[0] not in "├└"} == {"lo", "br0", "up0", "up1"}


def test_nobody_is_told_of_the_other_end_and_warned_of_it_under_the_tree(
    office: tuple[Namespace, Namespace],
) -> None:
    here, _ = office
    with tempfile.TemporaryDirectory(prefix="nettools-nobody-", dir="/tmp") as public:
        view = NobodysView.create(Path(public))

        def nettools(*words: str) -> subprocess.CompletedProcess[str]:
            command = view.command((*view.python, "-m", "nettools", *words))
            return subprocess.run(
                here.argv(*command), env=view.environment, cwd=view.root, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=LONG_WAIT_S, check=False,
            )  # fmt: skip

        tree, listed, document = nettools("ifaces", "--tree"), nettools("ifaces"), nettools("ifaces", "--json")
    assert (tree.returncode, listed.returncode, document.returncode) == (0, 0, 0), tree.stderr
    assert "another network namespace" in tree.stderr
    assert listed.stderr == ""
    found = json.loads(document.stdout)
    assert [one["kind"] for one in found["warnings"]] == ["hidden-namespace"]
    [one] = [one for one in found["interfaces"] if one["ifname"] == "veth0"]
    assert one["link"] is None
    assert one["netnsid"] is not None
    assert "--reuid=65534" in DROP_PRIVILEGES


# --- from outside -----------------------------------------------------------------------------------


def without_counters(document: str) -> Document:
    """The document without what goes on by itself: counters, and the timers of a bridge."""
    found: Document = json.loads(re.sub(r'"(\w+_timer|fdb_n_learned)":[0-9.]+', r'"\1":0', document))
    return {**found, "interfaces": [{**one, "stats": None} for one in found["interfaces"]]}


def test_from_outside_a_namespace_looks_as_from_inside(settled: Namespace, tmp_path: Path) -> None:
    path = tmp_path / "outside.json"
    done = subprocess.run(
        [sys.executable, "-c", THERE_AND_BACK, settled.name, str(path)],
        capture_output=True, text=True, check=True, cwd=PROJECT, env=environment(), timeout=LONG_WAIT_S,
    )  # fmt: skip
    assert done.stdout == "0 True\n"
    assert without_counters(path.read_text()) == without_counters(settled.nettools("ifaces", "--json").stdout)


@pytest.mark.parametrize("words", [("--table", "all"), ("10.1.2.3", "10.9.0.1"), ("10.0.0.0/8",)])
def test_routes_from_outside_are_those_from_inside(settled: Namespace, words: tuple[str, ...]) -> None:
    outside = subprocess.run(
        [*NETTOOLS, "route", *words, "--netns", settled.name, "--json"],
        capture_output=True, text=True, check=True, cwd=PROJECT, env=environment(), timeout=LONG_WAIT_S,
    )  # fmt: skip
    assert json.loads(outside.stdout) == settled.document("route", *words)


# --- the way to the world -----------------------------------------------------------------------------


def test_primary_is_where_the_default_routes_lead(settled: Namespace) -> None:
    [one] = settled.document("ifaces", "--primary")["interfaces"]
    assert one["ifname"] == "up0"
    assert [held["local"] for held in one["addr_info"]] == ["198.51.100.2", "2001:db8:1::2"]
    assert one["default"] == {"inet": "198.51.100.1", "inet6": "2001:db8:1::1"}


def test_the_two_halves_that_a_vpn_lays_over_the_default_route_are_primary(namespace: Namespace) -> None:
    namespace.ip(
        "link add eth0 type veth peer name far0", "link add vpn0 type veth peer name vpn1", "link set eth0 up",
        "link set far0 up", "link set vpn0 up", "link set vpn1 up", "addr add 192.0.2.5/24 dev eth0",
        "addr add 10.8.0.2/24 dev vpn0", "route add default via 192.0.2.1",
    )  # fmt: skip
    assert [one["ifname"] for one in namespace.document("ifaces", "--primary")["interfaces"]] == ["eth0"]
    namespace.ip("route add 0.0.0.0/1 via 10.8.0.1", "route add 128.0.0.0/1 via 10.8.0.1")
    [one] = namespace.document("ifaces", "--primary")["interfaces"]
    assert (one["ifname"], [held["local"] for held in one["addr_info"]]) == ("vpn0", ["10.8.0.2"])


def test_without_a_default_route_nothing_is_primary(namespace: Namespace) -> None:
    done = namespace.nettools("ifaces", "--primary")
    assert (done.returncode, done.stdout) == (1, "")


def test_subnets_of_two_interfaces_that_overlap_are_told(namespace: Namespace) -> None:
    namespace.ip(
        "link add a0 type bridge", "link add b0 type bridge", "link add c0 type bridge", "link set a0 up",
        "link set b0 up", "addr add 10.0.0.1/8 dev a0", "addr add 10.1.0.1/16 dev b0", "addr add 10.2.0.1/16 dev c0",
    )  # fmt: skip
    done = namespace.nettools("ifaces", "--json")
    [warning] = json.loads(done.stdout)["warnings"]
    assert warning["message"] == "a0 and b0 overlap: 10.1.0.0/16 of b0 lies in 10.0.0.0/8 of a0"
    assert warning["message"] in done.stderr


# --- rates ------------------------------------------------------------------------------------------


@pytest.fixture
def busy(namespace: Namespace) -> Namespace:
    """A namespace with a pair whose far end has somebody to send to."""
    namespace.ip(
        "link add eth0 type veth peer name far0", "link set eth0 up", "link set far0 up",
        "addr add 192.0.2.5/24 dev eth0", "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0",
    )  # fmt: skip
    return namespace


def test_rates_are_lines_for_a_script(busy: Namespace) -> None:
    with (
        busy.traffic("192.0.2.9"),
        busy.running(*NETTOOLS, "ifaces", "eth0", "far0", "--rate", "--interval", "200ms") as process,
    ):
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(4)]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LONG_WAIT_S) == 130
    assert sorted(line["ifname"] for line in lines) == ["eth0", "eth0", "far0", "far0"]
    for line in lines:
        way, other = ("tx", "rx") if line["ifname"] == "eth0" else ("rx", "tx")
        assert 150 < line["interval_ms"] < 5000
        assert line[way]["bytes_per_s"] > 900
        assert line[way]["packets_per_s"] > 0
        assert line[other]["bytes_per_s"] < line[way]["bytes_per_s"]


def test_on_a_terminal_rates_are_a_table_in_its_place_until_ctrl_c(busy: Namespace) -> None:
    with busy.traffic("192.0.2.9"):
        argv = busy.argv(*NETTOOLS, "ifaces", "eth0", "lo", "--rate", "--interval", "100ms")
        child = pexpect.spawn(
            argv[0], argv[1:], dimensions=(24, 100), cwd=str(PROJECT), timeout=LONG_WAIT_S, encoding="utf-8",
            env={**environment(), "TERM": "xterm-256color"},
        )  # fmt: skip
        sent = ""
        for _ in range(3):
            child.expect(re.compile(r"eth0[^\n]*\n"))
            sent += child.before + child.after
        child.sendintr()
        child.expect(pexpect.EOF)
        sent += child.before
        child.close()
    assert child.exitstatus == 130
    screen = pyte.Screen(100, 24)
    pyte.Stream(screen).feed(sent)
    shown = [line.rstrip() for line in screen.display]
    heads = [number for number, line in enumerate(shown) if line.startswith("Interface")]
    assert len(heads) == 1
    assert [line.split()[0] for line in shown[heads[0] + 2 : heads[0] + 4]] == ["eth0", "lo"]
    assert "".join(shown[heads[0] + 4 :]).replace("^C", "") == ""
    assert not screen.cursor.hidden
    assert sent.count("Interface") >= 3  # drawn anew in its place each time
    assert "\x1b[?1049h" not in sent


# --- events -----------------------------------------------------------------------------------------


@contextmanager
def watching(namespace: Namespace, *words: str) -> "Iterator[subprocess.Popen[str]]":
    """``--watch`` from the moment that it listens."""
    with namespace.running(*NETTOOLS, *words, "--watch") as process:
        assert process.stderr is not None
        assert "watching" in process.stderr.readline()
        yield process


def events_until(process: "subprocess.Popen[str]", last: str) -> list[Document]:
    """The events up to the one whose line holds the word; then the process is ended by SIGTERM."""
    assert process.stdout is not None
    found: list[Document] = []
    for line in process.stdout:
        found.append(json.loads(line))
        if last in line:
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=LONG_WAIT_S) == 143
    return found


def wait_for_the_first_look(namespace: Namespace, process: "subprocess.Popen[str]") -> None:
    """Until a change is told: what the first look has seen already is none."""
    assert process.stdout is not None
    give_up_s = time.monotonic() + LONG_WAIT_S
    namespace.ip("link add warm0 type bridge")
    for mtu in range(1300, 1500):
        assert time.monotonic() < give_up_s, "no change was ever told"
        namespace.ip(f"link set warm0 mtu {mtu}")
        if select.select([process.stdout], [], [], 0.2)[0]:
            return


def test_what_changes_of_interfaces_is_told_in_its_order(namespace: Namespace) -> None:
    with watching(namespace, "ifaces") as process:
        wait_for_the_first_look(namespace, process)
        namespace.ip(
            "link add br0 type bridge", "link set br0 mtu 1400", "addr add 192.0.2.5/24 dev br0",
            "addr del 192.0.2.5/24 dev br0", "link set br0 name lan0", "link del lan0", "link add end0 type bridge",
        )  # fmt: skip
        found = events_until(process, "end0")
    told = [(one["event"], one["ifname"]) for one in found if one["ifname"] in ("br0", "lan0")]
    assert told == [
        ("interface-added", "br0"),
        ("interface-changed", "br0"),
        ("address-added", "br0"),
        ("address-removed", "br0"),
        ("interface-changed", "lan0"),
        ("interface-removed", "lan0"),
    ]
    assert [one["index"] for one in found] == list(range(len(found)))
    assert found[-1]["ifname"] == "end0"


def test_what_changes_of_routes_and_rules_is_told_in_its_order(namespace: Namespace) -> None:
    namespace.ip("link add br0 type bridge", "link set br0 up", "addr add 192.0.2.5/24 dev br0")
    with watching(namespace, "route", "--table", "all", "--rules", "-4") as process:
        namespace.ip(
            "route add 10.0.0.0/8 via 192.0.2.1", "route replace 10.0.0.0/8 via 192.0.2.2",
            "route add blackhole 10.9.0.0/16 table 100", "rule add from 10.0.0.0/8 table 100 priority 5",
            "-6 rule add iif lo prohibit priority 6", "rule del priority 5", "route del 10.0.0.0/8",
            "route add unreachable 203.0.113.77",
        )  # fmt: skip
        found = events_until(process, "203.0.113.77")
    told = [
        (one["event"], one["route"]["dst"] if one["route"] else one["rule"]["priority"])
        for one in found
        if one["event"].startswith("rule-") or one["route"]["dst"].startswith(("10.", "203."))
    ]
    assert told == [
        ("route-added", "10.0.0.0/8"),
        ("route-changed", "10.0.0.0/8"),
        ("route-added", "10.9.0.0/16"),
        ("rule-added", 5),
        ("rule-removed", 5),
        ("route-removed", "10.0.0.0/8"),
        ("route-added", "203.0.113.77/32"),
    ]
    assert {(one["route"] or one["rule"])["family"] for one in found} == {"inet"}


@contextmanager
def repeated(namespace: Namespace) -> Iterator[None]:
    """A route that comes again and again: while the buffer is full, the notice of it is lost too."""
    is_over = threading.Event()

    def come_and_go() -> None:
        while not is_over.wait(0.02):
            namespace.ip("route add 203.0.113.77 via 192.0.2.1", "route del 203.0.113.77")

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_a_flood_of_events_is_told_whole_or_said_to_be_torn(namespace: Namespace) -> None:
    namespace.ip("link add br0 type bridge", "link set br0 up", "addr add 192.0.2.5/24 dev br0")
    many = [f"10.{number >> 8}.{number & 255}.0/24" for number in range(5000)]
    with watching(namespace, "route") as process:
        process.send_signal(signal.SIGSTOP)
        namespace.ip(*(f"route add {dst} via 192.0.2.1" for dst in many))
        process.send_signal(signal.SIGCONT)
        with repeated(namespace):
            found = events_until(process, "203.0.113.77")
    told = [one["route"]["dst"] for one in found if one["route"] and one["route"]["dst"].startswith("10.")]
    assert told == [dst for dst in many if dst in set(told)]
    assert len(told) == len(many) or "lost" in [one["event"] for one in found]
    assert told


# --- routes -----------------------------------------------------------------------------------------


def test_ten_thousand_routes_are_the_same_bytes_as_by_way_of_the_records(namespace: Namespace) -> None:
    namespace.ip(
        "link add br0 type bridge", "link set br0 addrgenmode none", "link set br0 up", "addr add 192.0.2.5/24 dev br0",
        "addr add 2001:db8::5/64 dev br0 nodad",
        *(f"route add 10.{n >> 8}.{n & 255}.0/24 via 192.0.2.{n % 3 + 1} metric {n % 7}" for n in range(9000)),
        *(f"-6 route add 2001:db8:{n:x}::/48 via 2001:db8::{n % 9 + 10:x}" for n in range(1, 1000)),
        "route add 10.200.0.0/16 nexthop via 192.0.2.1 nexthop via 192.0.2.2 weight 3",
        "-6 route add 2001:db8:fff0::/48 via 2001:db8::9 expires 86000 mtu 1280",
        "route add blackhole 10.201.0.0/16 table 100",
    )  # fmt: skip
    for table in ("all", "main", "100"):
        quick = namespace.nettools("route", "--table", table, "--json")
        plain = namespace.run(sys.executable, "-c", PLAIN_PATH, "route", "--table", table, "--json")
        assert (quick.returncode, plain.returncode) == (0, 0), plain.stderr
        assert without_ages(quick.stdout) == without_ages(plain.stdout)
    assert len(namespace.document("route", "--table", "all")["routes"]) > 10_000


def without_ages(document: str) -> str:
    """A second may pass between the one run and the other."""
    return re.sub(r'"expires":\d+', '"expires":0', document)


@pytest.mark.parametrize(
    ("destination", "verdict"),
    [
        ("10.9.0.1", "blackhole"),
        ("10.10.0.1", "prohibit"),
        ("10.11.0.1", "unreachable"),
        ("2001:db8:9::1", "blackhole"),
    ],
)
def test_what_is_refused_is_called_so_and_the_kernel_agrees(settled: Namespace, destination: str, verdict: str) -> None:
    [one] = settled.explained(destination, status=1)
    assert (one["verdict"], one["nexthop"]) == (verdict, None)
    assert (one["kernel"]["agrees"], one["kernel"]["error"] is not None) == (True, True)


@pytest.mark.parametrize(
    ("words", "verdict", "dev", "gateway", "source"),
    [
        (("10.1.2.3",), "forward", "up0", "198.51.100.9", "198.51.100.2"),
        (("203.0.113.9",), "forward", "up0", "198.51.100.1", "198.51.100.2"),
        (("192.0.2.7",), "forward", "br0", None, "192.0.2.1"),
        (("192.0.2.1",), "local", "lo", None, "192.0.2.1"),
        (("192.0.2.255",), "broadcast", "br0", None, "192.0.2.1"),
        (("203.0.113.9", "--from", "192.0.2.1"), "forward", "up0", "198.51.100.1", "192.0.2.1"),
        (("203.0.113.9", "--interface", "br0"), "forward", "br0", None, "192.0.2.1"),
        (("2001:db8:77::1",), "forward", "up0", "2001:db8:1::1", "2001:db8:1::2"),
        (("::1",), "local", "lo", None, "::1"),
    ],
)
def test_what_is_sent_goes_the_way_that_the_kernel_says(
    settled: Namespace, words: tuple[str, ...], verdict: str, dev: str, gateway: str | None, source: str
) -> None:
    [one] = settled.explained(*words)
    assert (one["verdict"], one["source"], one["nexthop"]) == (verdict, source, {"gateway": gateway, "dev": dev})
    assert one["kernel"]["agrees"]


def test_without_any_route_the_kernel_agrees_that_there_is_none(namespace: Namespace) -> None:
    [one] = namespace.explained("203.0.113.9", status=1)
    assert (one["verdict"], one["kernel"]["agrees"]) == ("no-route", True)


def test_a_prefix_tells_what_covers_it_and_what_lies_inside(settled: Namespace) -> None:
    [one] = settled.explained("10.0.0.0/8")
    assert (one["verdict"], one["kernel"], one["nexthop"]["gateway"]) == ("forward", None, "198.51.100.9")
    found = [each["dst"] for step in one["steps"] for each in step["candidates"]]
    assert {"10.0.0.0/8", "0.0.0.0/0", "10.9.0.0/16", "10.10.0.0/16", "10.11.0.0/16"} <= set(found)
    assert "3 routes inside it go first" in one["summary"]


def test_a_name_is_explained_for_each_of_its_addresses(namespace: Namespace) -> None:
    found = namespace.explained("localhost")
    assert {one["destination"] for one in found} <= {"127.0.0.1", "::1"}
    assert found
    for one in found:
        assert (one["verdict"], one["nexthop"]["dev"], one["kernel"]["agrees"]) == ("local", "lo", True)


def test_an_unknown_table_is_refused_with_a_near_name(namespace: Namespace) -> None:
    done = namespace.nettools("route", "--table", "mian", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["schema"] == "nettools.error/1"
    assert "did you mean main" in done.stderr


@pytest.mark.parametrize(
    "words", [("route", "--table", "77"), ("route", "--table", "77", "--json"), ("route", "-6", "-f", "csv")]
)
def test_an_empty_table_is_status_1(namespace: Namespace, words: tuple[str, ...]) -> None:
    namespace.ip("link set lo down")
    done = namespace.nettools(*words)
    assert done.returncode == 1
    assert "there are no routes" in done.stderr


def test_what_the_kernel_lets_an_interface_be_called_reaches_no_terminal(namespace: Namespace) -> None:
    evil = "e\x1b[31m\u202e*"
    argv = ["ip", "-n", namespace.name]
    subprocess.run([*argv, "link", "add", "x0", "type", "bridge"], check=True)
    subprocess.run([*argv, "link", "set", "x0", "name", evil], check=True)
    subprocess.run([*argv, "link", "set", evil, "alias", "a\x1b]0;pwn\x07\nb", "up"], check=True)
    subprocess.run([*argv, "addr", "add", "192.0.2.5/24", "dev", evil], check=True)
    subprocess.run([*argv, "addr", "add", "192.0.2.6/24", "dev", "lo"], check=True)
    for words in (
        ("ifaces",), ("ifaces", "--tree"), ("ifaces", "--stats"), ("ifaces", "-f", "plain"), ("ifaces", "-f", "csv"),
        ("ifaces", "x\x1b[31m"), ("route",), ("route", "192.0.2.9"), ("route", "192.0.2.9", "--interface", "e\x1b[31m"),
    ):  # fmt: skip
        done = namespace.nettools(*words)
        assert "\x1b" not in done.stdout + done.stderr, words
        assert "\u202e" not in done.stdout + done.stderr, words
    names = [one["ifname"] for one in namespace.document("ifaces")["interfaces"]]
    assert evil in names
