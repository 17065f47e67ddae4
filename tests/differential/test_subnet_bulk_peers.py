"""Our sets, ranges, lists and filters against those of iprange, netaddr, netmask, prips and grepcidr.

The programs are compared only in what they get right; what is stepped around is said where it is.
"""

import random
import subprocess
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import netaddr  # type: ignore[import-untyped]
import pytest

from nettools.core.prefix import prefix_of
from tests.cli import Outcome, run
from tests.peers import require

REASON = "to compare bulk work on subnets with what people trust"
MANY = 2_000


def networks(count: int, seed: int, *, version: int = 4, crowded: bool = False) -> list[str]:
    """Random networks, the same on every run; crowded ones meet and overlap."""
    source = random.Random(seed)
    width = 32 if version == 4 else 128
    base = (10 << 24) if version == 4 else 0x20010DB8 << 96
    found = []
    for _ in range(count):
        length = source.randint(width - 6, width) if crowded else source.randint(8, width)
        number = base | source.getrandbits(14) if crowded else source.getrandbits(width)
        found.append(str(prefix_of(version, number, length)))
    return found


def ask(*argv: str, lines: Iterable[str] = ()) -> Outcome:
    outcome = run("subnet", *argv, stdin="".join(f"{line}\n" for line in lines).encode())
    assert outcome.status in (0, 1), outcome.stderr
    return outcome


def peer(*argv: str, stdin: bytes = b"", status: int = 0) -> list[str]:
    """The lines that a program prints."""
    ended = subprocess.run(argv, input=stdin, capture_output=True, timeout=60, check=False)
    assert ended.returncode == status, ended.stderr
    return ended.stdout.decode().splitlines()


def bare(lines: Iterable[str]) -> list[str]:
    """iprange writes single addresses without their length."""
    return [line.removesuffix("/32") for line in lines]


def file_of(path: Path, lines: Iterable[str]) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
    return str(path)


SETS = [(MANY, 1, False), (MANY, 2, True), (300, 3, True), (1, 4, False)]


@pytest.mark.parametrize(("count", "seed", "crowded"), SETS)
def test_iprange_merges_to_the_same_networks(count: int, seed: int, crowded: bool, tmp_path: Path) -> None:
    require("iprange", reason=REASON)
    lines = networks(count, seed, crowded=crowded)
    theirs = peer("iprange", file_of(tmp_path / "networks", lines))
    assert bare(ask("merge", "-", lines=lines).stdout.splitlines()) == theirs


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize(("count", "seed", "crowded"), SETS)
def test_netaddr_merges_to_the_same_networks(count: int, seed: int, crowded: bool, version: int) -> None:
    lines = networks(count, seed, version=version, crowded=crowded)
    theirs = [str(one) for one in netaddr.cidr_merge(lines)]
    assert ask("merge", "-", lines=lines).stdout.splitlines() == theirs


def test_netaddr_merges_both_versions_to_the_same_networks() -> None:
    lines = [*networks(MANY, 5, version=6, crowded=True), *networks(MANY, 6, crowded=True)]
    theirs = [str(one) for one in netaddr.cidr_merge(lines)]
    assert ask("merge", "-", lines=lines).stdout.splitlines() == theirs


def pairs(seed: int, *, version: int = 4) -> tuple[list[str], list[str]]:
    """Two sets that have much in common."""
    one = [*networks(400, seed, version=version, crowded=True), *networks(100, seed + 1, version=version)]
    other = [*networks(400, seed + 2, version=version, crowded=True), *one[::7]]
    return one, other


@pytest.mark.parametrize("seed", range(10, 40, 3))
def test_iprange_has_the_same_differences_and_intersections(seed: int, tmp_path: Path) -> None:
    require("iprange", reason=REASON)
    one, other = pairs(seed)
    a, b = file_of(tmp_path / "a", one), file_of(tmp_path / "b", other)
    subtracted = ask("subtract", f"@{a}", "--minus", f"@{b}").stdout.splitlines()
    common = ask("intersect", f"@{a}", f"@{b}").stdout.splitlines()
    assert subtracted
    assert common
    assert bare(subtracted) == peer("iprange", a, "--except", b)
    assert bare(common) == peer("iprange", a, b, "--common")


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("seed", [50, 53])
def test_netaddr_has_the_same_differences_and_intersections(seed: int, version: int, tmp_path: Path) -> None:
    one, other = pairs(seed, version=version)
    a, b = file_of(tmp_path / "a", one), file_of(tmp_path / "b", other)
    mine, theirs = netaddr.IPSet(one), netaddr.IPSet(other)
    compared = ask("compare", f"@{a}", f"@{b}", "--json").json
    for key, expected in (("only_a", mine - theirs), ("only_b", theirs - mine), ("both", mine & theirs)):
        assert expected
        assert compared[key] == [str(network) for network in expected.iter_cidrs()]


def ranges(count: int, seed: int) -> list[tuple[IPv4Address, IPv4Address]]:
    """Ranges, each with its first address first: netmask swaps the ends of others in silence."""
    source = random.Random(seed)
    found = []
    for _ in range(count):
        first = source.getrandbits(32)
        last = min(0xFFFFFFFF, first + source.getrandbits(source.randint(1, 32)))
        found.append((IPv4Address(first), IPv4Address(last)))
    return found


def test_netmask_makes_the_same_networks_of_a_range() -> None:
    require("netmask", reason=REASON)
    some = [*ranges(60, 60), (IPv4Address(0), IPv4Address(0xFFFFFFFF)), (IPv4Address(1), IPv4Address(0xFFFFFFFE))]
    for first, last in some:
        theirs = [line.strip() for line in peer("netmask", "--cidr", f"{first}:{last}")]
        assert ask("range", f"{first}-{last}").stdout.splitlines() == theirs


def test_netaddr_has_the_same_cover() -> None:
    for seed in range(70, 90):
        for version in (4, 6):
            # Not of one network alone: netaddr refuses that, and widens a network that is repeated.
            lines = networks(random.Random(seed).randint(2, 5), seed, version=version, crowded=seed % 2 == 0)
            assert ask("cover", *lines).stdout.strip() == str(netaddr.spanning_cidr(lines))


@pytest.mark.parametrize("text", ["10.0.255.0/23", "192.0.2.0/29", "255.255.255.0/24", "0.0.0.0/20", "172.16.0.1/32"])
def test_prips_lists_the_same_addresses(text: str) -> None:
    require("prips", reason=REASON)
    network = prefix_of(4, int(IPv4Address(text.split("/")[0])), int(text.split("/")[1]))
    theirs = peer("prips", str(network.first), str(network.last))
    assert ask("list", text).stdout.splitlines() == theirs


@pytest.mark.parametrize("step", [2, 7, 256])
def test_prips_takes_the_same_steps(step: int) -> None:
    require("prips", reason=REASON)
    theirs = peer("prips", "-i", str(step), "10.0.0.0", "10.0.15.255")
    assert ask("list", "10.0.0.0/20", "--step", str(step)).stdout.splitlines() == theirs


def log(count: int, inside: Sequence[str], seed: int) -> bytes:
    """Lines as servers write them. No word touches an address but with a port, a bracket or an equals sign."""
    source = random.Random(seed)

    def v4() -> str:
        if source.random() < 0.4:
            network = source.choice(inside)
            first, length = network.split("/")
            return str(IPv4Address(int(IPv4Address(first)) + source.randrange(1 << 32 - int(length))))
        return str(IPv4Address(source.getrandbits(32)))

    shapes = (
        lambda: f'{v4()} - - [01/Jan/2026:12:30:45 +0000] "GET /a/{source.getrandbits(20)} HTTP/1.1" 200 5123',
        lambda: f"Jan  1 12:30:45 fw kernel: DROP SRC={v4()} DST={v4()} LEN=60 PROTO=TCP SPT=443",
        lambda: f"connection from {v4()}:{source.randrange(65536)} to ({v4()})",
        lambda: f"up 1.2.3 days, load 0.15, no address at all {source.getrandbits(40)}",
        lambda: f"<{v4()}> '{v4()}', \"{v4()}\";",
        lambda: "",
    )
    return "".join(f"{source.choice(shapes)()}\n" for _ in range(count)).encode()


@pytest.mark.parametrize("seed", [100, 101, 102])
def test_grepcidr_keeps_the_same_lines_of_a_log(seed: int, tmp_path: Path) -> None:
    require("grepcidr", reason=REASON)
    inside = [one for one in networks(200, seed) if int(one.split("/")[1]) >= 12]
    path, text = file_of(tmp_path / "networks", inside), log(5_000, inside, seed)
    kept = run("subnet", "filter", "--file", path, stdin=text)
    assert kept.status == 0
    assert 500 < kept.raw_stdout.count(b"\n") < 4_500
    assert kept.stdout.splitlines() == peer("grepcidr", "-f", path, stdin=text)
    others = run("subnet", "filter", "--file", path, "--invert", stdin=text)
    # Inverted, grepcidr passes over lines without any address.
    some_address = run("subnet", "filter", "0.0.0.0/0", stdin=others.raw_stdout)
    assert some_address.stdout.splitlines() == peer("grepcidr", "-v", "-f", path, stdin=text)
    assert kept.raw_stdout.count(b"\n") + others.raw_stdout.count(b"\n") == 5_000


def test_grepcidr_keeps_the_same_lines_of_an_ipv6_log() -> None:
    require("grepcidr", reason=REASON)
    source = random.Random(110)
    addresses = [
        IPv6Address(0x20010DB8 << 96 | source.getrandbits(4) << 92 | source.getrandbits(64)) for _ in range(500)
    ]
    text = "".join(f"connection [{one}]:443 at 12:30:45\n" for one in addresses).encode()
    kept = run("subnet", "filter", "2001:db8::/34", stdin=text)
    assert 50 < kept.raw_stdout.count(b"\n") < 450
    assert kept.stdout.splitlines() == peer("grepcidr", "2001:db8::/34", stdin=text)
