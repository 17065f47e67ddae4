"""Our subnet answers against those of Python's ipaddress, netaddr, ipcalc, sipcalc and subnetcalc.

The programs are compared only in what they get right; each known error of theirs is stepped around where
it would show, with a comment that says which.
"""

import ipaddress
import random
import re
import socket
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface

import netaddr  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import WIDTH, address_from_int, parse_legacy_ipv4
from nettools.core.prefix import prefixes_of_range
from nettools.core.subnet.describe import Description
from nettools.errors import NettoolsError
from tests.core.strategies import any_prefix, attempt, numbers, prefixes, versions
from tests.core.subnet.facts import description
from tests.peers import require

REASON = "to compare subnets with what people trust"


def hosts(version: int) -> st.SearchStrategy[str]:
    """ADDRESS/LENGTH, host bits and all."""
    return st.builds(
        lambda number, length: f"{address_from_int(version, number)}/{length}",
        numbers(version),
        st.integers(0, WIDTH[version]),
    )


def ends_of_the_space(version: int) -> list[str]:
    """The first and the last network of every length."""
    top = (1 << WIDTH[version]) - 1
    return [
        f"{address_from_int(version, number)}/{length}" for length in range(WIDTH[version] + 1) for number in (0, top)
    ]


def generated(version: int, lengths: Sequence[int], seed: int) -> list[str]:
    """One address for each length; the same on every run."""
    source = random.Random(seed)
    return [f"{address_from_int(version, source.getrandbits(WIDTH[version]))}/{length}" for length in lengths]


# -- Python's ipaddress ---------------------------------------------------------------------------------
# is_private, is_global and is_reserved are not compared: their tables differ between patch releases.


def compare_with_ipaddress(text: str) -> None:
    ours = description(text)
    theirs = ipaddress.ip_interface(text)
    network = theirs.network
    assert ours.address == theirs.ip
    assert (ours.network.first, ours.network.last, ours.network.length) == (network[0], network[-1], network.prefixlen)
    assert (ours.netmask, ours.wildcard) == (network.netmask, network.hostmask)
    assert ours.total == network.num_addresses
    assert ours.ptr == theirs.ip.reverse_pointer
    if isinstance(theirs, IPv4Interface):
        # ipaddress calls the last address of a /31 and /32 its broadcast address; RFC 3021 has none.
        assert ours.broadcast == (network.broadcast_address if network.prefixlen < 31 else None)
        assert (ours.multicast_mac is not None) == (network.is_multicast)
    else:
        compare_embedded(ours, theirs)


def compare_embedded(ours: Description, theirs: IPv6Interface) -> None:
    if ours.embedded is None:
        return
    found = {
        "mapped": theirs.ip.ipv4_mapped,
        "6to4": theirs.ip.sixtofour,
        "teredo": theirs.ip.teredo,
    }
    inside = (ours.embedded.server, ours.embedded.client) if ours.embedded.kind == "teredo" else ours.embedded.ipv4
    assert inside == found.get(ours.embedded.kind, inside)


@pytest.mark.parametrize("version", [4, 6])
def test_ipaddress_agrees_at_both_ends_of_the_space(version: int) -> None:
    for text in ends_of_the_space(version):
        compare_with_ipaddress(text)


@given(versions().flatmap(hosts))
def test_ipaddress_agrees_on_any_network(text: str) -> None:
    compare_with_ipaddress(text)


@given(st.sampled_from(["2001::", "2002::", "::ffff:0:0"]).map(lambda text: int(IPv6Address(text))), numbers(6))
def test_ipaddress_agrees_on_the_ipv4_inside(block: int, number: int) -> None:
    text = str(IPv6Address(block | number & (1 << 32) - 1 | number >> 16 & 0xFFFF_FFFF << 64))
    ours, theirs = description(text), IPv6Interface(text)
    compare_embedded(ours, theirs)
    assert (ours.embedded is None) == (not (theirs.ip.ipv4_mapped or theirs.ip.sixtofour or theirs.ip.teredo))


@given(st.integers(20, 32), numbers(4))
def test_ipaddress_lists_the_same_usable_addresses(length: int, number: int) -> None:
    text = f"{IPv4Address(number)}/{length}"
    ours, theirs = description(text), list(IPv4Interface(text).network.hosts())
    assert (ours.first, ours.last, ours.usable) == (theirs[0], theirs[-1], len(theirs))


@given(versions().flatmap(lambda version: st.tuples(st.just(version), numbers(version), numbers(version))))
def test_ipaddress_and_netaddr_make_the_same_networks_of_a_range(case: tuple[int, int, int]) -> None:
    version, one, other = case
    first, last = (address_from_int(version, number) for number in sorted((one, other)))
    ours = [(block.network, block.length) for block in prefixes_of_range(version, int(first), int(last))]
    summarized = ipaddress.summarize_address_range(first, last)
    assert ours == [(int(network[0]), network.prefixlen) for network in summarized]
    assert ours == [(network.first, network.prefixlen) for network in netaddr.iprange_to_cidrs(str(first), str(last))]


# -- netaddr ---------------------------------------------------------------------------------------------------
# Its special-purpose predicates are not compared: four IPv6 ranges of 1.3.0 are out of date.


def compare_with_netaddr(text: str) -> None:
    ours = description(text)
    theirs = netaddr.IPNetwork(text)
    assert (ours.network.network, ours.network.last_number, ours.total) == (theirs.first, theirs.last, theirs.size)
    assert (int(ours.netmask), int(ours.wildcard)) == (int(theirs.netmask), int(theirs.hostmask))
    assert ours.binary.address == theirs.ip.bits()
    assert f"{ours.ptr}." == theirs.ip.reverse_dns
    if ours.version == 4:
        broadcast = None if theirs.broadcast is None else int(theirs.broadcast)
        assert (None if ours.broadcast is None else int(ours.broadcast)) == broadcast


@pytest.mark.parametrize("version", [4, 6])
def test_netaddr_agrees_at_both_ends_of_the_space(version: int) -> None:
    for text in ends_of_the_space(version):
        compare_with_netaddr(text)


@given(versions().flatmap(hosts))
def test_netaddr_agrees_on_any_network(text: str) -> None:
    compare_with_netaddr(text)


@given(st.one_of(prefixes(4), prefixes(6)), any_prefix())
def test_netaddr_agrees_on_what_holds_what(one: object, other: object) -> None:
    ours = [description(str(prefix)).network for prefix in (one, other)]
    theirs = [netaddr.IPNetwork(str(prefix)) for prefix in (one, other)]
    assert ours[0].contains(ours[1]) == (theirs[1] in theirs[0])


@given(st.integers(0, (1 << 48) - 1))
def test_the_mac_that_netaddr_puts_into_an_address_is_found(mac: int) -> None:
    theirs = netaddr.EUI(mac, version=48)
    theirs.dialect = netaddr.mac_unix_expanded
    assert description(str(theirs.ipv6_link_local())).mac == str(theirs)


# -- inet_aton --------------------------------------------------------------------------------------------------

LEGACY_PART = st.one_of(
    st.integers(0, 1 << 33).map(str),
    st.integers(0, 300).map(str),
    st.integers(0, 1 << 33).map(hex),
    st.integers(0, 1 << 33).map("0{:o}".format),
    st.text("0189axXo", max_size=6),
)


@given(st.lists(LEGACY_PART, min_size=1, max_size=5).map(".".join))
def test_loose_reads_what_inet_aton_reads(text: str) -> None:
    try:
        theirs: int | None = int.from_bytes(socket.inet_aton(text))
    except OSError:
        theirs = None
    ours = attempt(lambda: parse_legacy_ipv4(text))
    assert (None if isinstance(ours, NettoolsError) else ours) == theirs


# -- programs ---------------------------------------------------------------------------------------------------


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout


def fields(output: str, separator: str) -> dict[str, str]:
    """The "name separator value" lines of a report, by name; of two with one name the first."""
    found: dict[str, str] = {}
    for line in output.splitlines():
        name, apart, value = line.partition(separator)
        if apart:
            found.setdefault(name.strip(), value.strip())
    return found


def each(command: Sequence[str], texts: Sequence[str], *more: str) -> list[str]:
    """The output for each text, a few at a time."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda text: run(*command, text, *more), texts))


def address(text: str) -> int:
    """A peer's spelling of an address, whichever zeros it drops."""
    return int(ipaddress.ip_address(text))


def network(text: str) -> tuple[int, int]:
    """A peer's spelling of ADDRESS/LENGTH, as number and length."""
    first, _, length = text.replace(" ", "").partition("/")
    return address(first), int(length)


def test_ipcalc_agrees_on_ipv4() -> None:
    require("ipcalc", reason=REASON)
    texts = [*generated(4, range(33), 1), "0.0.0.0/0", "255.255.255.255/32", "0.0.0.0/32"]
    for text, output in zip(texts, each(["ipcalc", "-n", "-b"], texts), strict=True):
        ours, theirs = description(text), fields(output, ":")
        expected = {
            "Address": str(ours.address),
            "Netmask": f"{ours.netmask} = {ours.prefixlen}",
            "Wildcard": str(ours.wildcard),
        }
        if ours.prefixlen == 32:
            expected["Hostroute"] = str(ours.network.first)
        else:
            expected |= {"Network": str(ours.network), "HostMin": str(ours.first), "HostMax": str(ours.last)}
        if ours.broadcast:
            expected["Broadcast"] = str(ours.broadcast)
        said = theirs.pop("Hosts/Net")
        assert theirs == expected
        assert said.split()[0] == str(ours.usable)
        # Its class goes by the first address alone, and is "invalid" from 248.0.0.0 on.
        if ours.prefixlen >= 5 and ours.network.network < 248 << 24:
            assert f"Class {ours.address_class}" in said


def test_ipcalc_agrees_on_ipv6() -> None:
    require("ipcalc", reason=REASON)
    texts = [*generated(6, range(0, 129, 16), 2), "::/0", "::1/128", "2001:db8::1/127"]
    for text, output in zip(texts, each(["ipcalc", "-n", "-b"], texts), strict=True):
        ours = description(text)
        # A long value runs into the column of bits.
        theirs = dict(re.findall(r"(?m)^(\w+): +(\S+?) *(?:[01]{16}:){7}[01]{16}$", output))
        assert address(theirs["Address"]) == int(ours.address)
        assert theirs["Netmask"] == str(ours.prefixlen)
        assert network(theirs["Prefix"]) == (ours.network.network, ours.prefixlen)


def sipcalc(texts: Sequence[str], *options: str) -> list[dict[str, str]]:
    """One call for all; a report begins with its title and ends with a hyphen alone."""
    output = run("sipcalc", *options, *texts)  # on standard input it cuts long lines in two
    reports = [part for part in re.split(r"(?m)^-\[.*\] - \d+$", output) if part.strip()]
    assert len(reports) == len(texts)
    return [fields(re.sub(r"-\n\s+", "- ", report), "- ") for report in reports]


def test_sipcalc_agrees_on_ipv4() -> None:
    require("sipcalc", reason=REASON)
    texts = [*generated(4, [*range(33), *range(33)], 3), "0.0.0.0/0", "0.0.0.0/32", "255.255.255.255/24"]
    for text, theirs in zip(texts, sipcalc(texts), strict=True):
        ours = description(text)
        assert theirs["Host address"] == str(ours.address)
        assert theirs["Host address (decimal)"] == str(ours.integer)
        assert int(theirs["Host address (hex)"], 16) == int(ours.hexadecimal, 16)
        assert theirs["Network address"] == str(ours.network.first)
        assert theirs["Network mask"] == str(ours.netmask)
        assert theirs["Network mask (bits)"] == str(ours.prefixlen)
        assert theirs["Cisco wildcard"] == str(ours.wildcard)
        assert theirs["Network range"] == f"{ours.network.first} - {ours.network.last}"
        if ours.prefixlen > 0:  # its /0 is one address short
            assert theirs["Addresses in network"] == str(ours.total)
        if ours.broadcast:  # it knows no usable range of a /31 or /32, and a broadcast address even there
            assert theirs["Broadcast address"] == str(ours.broadcast)
            assert theirs["Usable range"] == f"{ours.first} - {ours.last}"


def test_sipcalc_agrees_on_bits() -> None:
    require("sipcalc", reason=REASON)
    texts = generated(4, range(31), 4)
    for text, theirs in zip(texts, sipcalc(texts, "-b"), strict=True):
        ours = description(text).binary
        assert (theirs["Host address"], theirs["Network mask"]) == (ours.address, ours.netmask)
        assert (theirs["Network address"], theirs["Broadcast address"]) == (ours.network, ours.broadcast)


def test_sipcalc_agrees_on_ipv6() -> None:
    require("sipcalc", reason=REASON)
    # Its address types are not compared: unique-local is "Unassigned" there.
    texts = [*generated(6, range(129), 5), "::/0", "::1/128", "2001:db8::1/127", "::192.0.2.1/96"]
    for text, theirs in zip(texts, sipcalc(texts), strict=True):
        ours = description(text)
        assert theirs["Expanded Address"] == IPv6Address(int(ours.address)).exploded
        assert address(theirs["Compressed address"]) == int(ours.address)
        assert network(theirs["Subnet prefix (masked)"]) == (ours.network.network, ours.prefixlen)
        assert address(theirs["Prefix address"]) == int(ours.netmask)
        first, last = theirs["Network range"].split(" - ")
        assert (address(first), address(last)) == (int(ours.first), int(ours.last))


def test_sipcalc_agrees_on_ptr_names() -> None:
    require("sipcalc", reason=REASON)
    texts = generated(6, [128] * 20, 6)
    output = run("sipcalc", "-r", *texts)
    assert re.findall(r"(?m)^(\S+\.ip6\.arpa)\.$", output) == [description(text).ptr for text in texts]


def subnetcalc(texts: Sequence[str]) -> list[dict[str, str]]:
    """Its reports; -n keeps it from asking the DNS."""
    return [fields(output, "= ") for output in each(["subnetcalc"], texts, "-n", "-nocolour")]


def test_subnetcalc_agrees_on_ipv4() -> None:
    require("subnetcalc", reason=REASON)
    texts = [*generated(4, range(33), 7), "0.0.0.0/0", "255.255.255.255/32"]
    for text, theirs in zip(texts, subnetcalc(texts), strict=True):
        ours = description(text)
        assert theirs["Address"] == str(ours.address)
        assert network(theirs["Network"]) == (ours.network.network, ours.prefixlen)
        assert (theirs["Netmask"], theirs["Wildcard Mask"]) == (str(ours.netmask), str(ours.wildcard))
        if ours.broadcast:
            assert theirs["Broadcast"] == str(ours.broadcast)
        else:
            assert theirs["Broadcast"].startswith("not needed")
        if int(ours.address) >> 28 != 0xE:  # it counts no hosts among groups
            assert theirs["Max. Hosts"].split()[0] == str(ours.usable)
            assert theirs["Host Range"] == f"{{ {ours.first} - {ours.last} }}"


def test_subnetcalc_agrees_on_ipv6() -> None:
    require("subnetcalc", reason=REASON)
    # Its hosts are not compared: it leaves one address out, even of a /127 (RFC 6164).
    texts = [*generated(6, range(1, 129, 2), 8), "::/0", "2001:db8::1/127", "2001:db8::1/128"]
    for text, theirs in zip(texts, subnetcalc(texts), strict=True):
        ours = description(text)
        assert address(theirs["Address"]) == int(ours.address)
        assert network(theirs["Network"]) == (ours.network.network, ours.prefixlen)
        assert (address(theirs["Netmask"]), address(theirs["Wildcard Mask"])) == (int(ours.netmask), int(ours.wildcard))


def test_subnetcalc_agrees_on_link_layer_facts() -> None:
    require("subnetcalc", reason=REASON)
    source = random.Random(9)
    eui64 = [source.getrandbits(24) << 40 | 0xFFFE << 24 | source.getrandbits(24) for _ in range(8)]
    unicast = [f"{IPv6Address(0xFE80 << 112 | identifier)}/64" for identifier in eui64]
    groups = [f"{IPv4Address(0xE0 << 24 | source.getrandbits(28))}/32" for _ in range(8)]
    groups += [f"{IPv6Address(0xFF0E << 112 | source.getrandbits(112))}/128" for _ in range(8)]
    for text, theirs in zip(unicast, subnetcalc(unicast), strict=True):
        ours = description(text)
        assert ours.mac == theirs["+ MAC address"]
        assert int(ours.solicited_node or 0) == address(theirs["+ Sol. Node MC"])
    outputs = each(["subnetcalc"], groups, "-n", "-nocolour")
    for text, output in zip(groups, outputs, strict=True):
        assert fields(output, ": ")["+ Corresponding multicast MAC address"] == description(text).multicast_mac
