"""Orders that contradict themselves are refused before anything is sent, and addresses that do not fit are left out."""

from ipaddress import ip_address
from typing import Any

import pytest

from nettools.core.connect.order import DialOrder, candidates, check_order, needs_zone, parse_source
from nettools.core.connect.socket_options import SocketOptions
from nettools.core.connect.target import Target, Transport
from nettools.errors import AddressError, NameLookupError, OptionError, RequestError


def order(host: str = "192.0.2.1", *, transport: Transport = "tcp", **more: Any) -> DialOrder:
    if transport in ("unix", "unix-datagram"):
        target = Target(transport=transport, path="/run/it")
    elif transport == "vsock":
        target = Target(transport=transport, host="2", port=1024)
    else:
        is_address = ":" in host or host[:1].isdigit()
        target = Target(transport=transport, host=ip_address(host) if is_address else host, port=80)
    return DialOrder(target=target, timeout_s=1, **more)


@pytest.mark.parametrize(
    "good",
    [
        order(),
        order("fe80::1%eth0"),
        order("fe80::1", interface="eth0"),
        order("host.test", version=6, source=ip_address("::1"), source_port=5000, interface="eth0"),
        order(transport="udp", source_port=1),
        order(transport="unix"),
        order(transport="unix-datagram", source="/tmp/mine"),
        order(transport="unix-datagram", source="@mine"),
        order(transport="vsock"),
        order(socket_options=SocketOptions(tos=1, nodelay=True)),
    ],
)
def test_what_can_be_done_is_let_by(good: DialOrder) -> None:
    check_order(good)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (order("host.test", numeric=True), "is a name"),
        (order("192.0.2.1", version=6), "is IPv4, and only IPv6 is wanted"),
        (order("2001:db8::1", source=ip_address("192.0.2.9")), "is IPv6, and only IPv4 is wanted"),
        (order("host.test", version=4, source=ip_address("::1")), "is IPv6, and only IPv4 is wanted"),
        (order("fe80::1"), "on every link"),
        (order("192.0.2.1", source="/tmp/mine"), "is a path"),
        (order(interface="a-name-of-16-byt"), "no name of an interface"),
        (order(interface=""), "no name of an interface"),
        (order(transport="unix", source="/tmp/mine"), "--source means nothing"),
        (order(transport="unix-datagram", source_port=1), "--source-port means nothing"),
        (order(transport="unix", interface="eth0"), "--interface means nothing"),
        (order(transport="vsock", source=ip_address("::1")), "--source means nothing"),
        (order(transport="vsock", source_port=1), "--source-port means nothing"),
        (order(transport="udp", socket_options=SocketOptions(nodelay=True)), "--nodelay means nothing"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(bad: DialOrder, why: str) -> None:
    with pytest.raises(RequestError, match=why):
        check_order(bad)


def test_a_source_says_which_version_is_wanted() -> None:
    assert order("host.test", source=ip_address("::1")).wanted_version == 6
    assert order("host.test", version=4).wanted_version == 4
    assert order("host.test").wanted_version is None
    assert order(transport="unix-datagram", source="/tmp/mine").wanted_version is None


def test_only_addresses_of_the_wanted_version_are_tried() -> None:
    found = [ip_address(text) for text in ("2001:db8::1", "192.0.2.1", "2001:db8::2")]
    assert candidates(order("host.test"), found) == [found[0], found[1], found[2]]
    assert candidates(order("host.test", version=4), found) == [found[1]]
    assert candidates(order("host.test", source=ip_address("::1")), found) == [found[0], found[2]]


def test_an_address_without_its_zone_is_left_out_unless_the_interface_is_given() -> None:
    found = [ip_address("fe80::1"), ip_address("192.0.2.1")]
    assert candidates(order("host.test"), found) == [found[1]]
    assert candidates(order("host.test", interface="eth0"), found) == found


@pytest.mark.parametrize(
    ("version", "found", "why"),
    [
        (6, ["192.0.2.1"], "has no IPv6 address"),
        (None, ["fe80::1"], "no address without a zone"),
        (4, [], "no address"),
    ],
)
def test_a_name_without_any_that_fits_is_a_name_that_was_not_found(
    version: int | None, found: list[str], why: str
) -> None:
    with pytest.raises(NameLookupError, match=why):
        candidates(order("host.test", version=version), [ip_address(text) for text in found])


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("fe80::1", True),
        ("febf::1", True),
        ("fec0::1", False),
        ("fe80::1%1", False),
        ("169.254.0.1", False),
        ("::1", False),
    ],
)
def test_which_addresses_need_a_zone(text: str, needs: bool) -> None:
    assert needs_zone(ip_address(text)) == needs


def test_a_source_is_an_address_or_a_path() -> None:
    assert parse_source("::1", "tcp") == ip_address("::1")
    assert parse_source("@mine", "unix-datagram") == "@mine"
    with pytest.raises(AddressError):
        parse_source("host.test", "udp")
    with pytest.raises(OptionError):
        parse_source("", "unix-datagram")
