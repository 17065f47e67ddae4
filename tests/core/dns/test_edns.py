"""The OPT record: what we write is what dnspython reads, and no octets of others' are too strange to be read."""

from ipaddress import IPv4Address

import dns.edns
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.edns import (
    CLIENT_SUBNET,
    COOKIE,
    DO,
    EXTENDED_ERROR,
    EXTENDED_ERRORS,
    NSID,
    OPTION_NAMES,
    Edns,
    ExtendedError,
    client_subnet_option,
    opt_record,
    parse_opt,
)
from nettools.core.prefix import Prefix, prefix_of
from tests.core.strategies import any_prefix

OPTIONS = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=30)), max_size=5).map(tuple)
HEADER = bytes.fromhex("0000 0000 0000 0000 0000 0001")


def edns(*options: tuple[int, bytes]) -> Edns:
    return Edns(version=0, udp=1232, flags=0, extended_rcode=0, options=options)


def body(*options: tuple[int, bytes]) -> bytes:
    return b"".join(code.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data for code, data in options)


@given(st.integers(0, 0xFFFF), st.booleans(), OPTIONS)
def test_the_record_that_we_write_is_read_back(
    udp: int, dnssec_ok: bool, options: tuple[tuple[int, bytes], ...]
) -> None:
    wire = opt_record(udp=udp, dnssec_ok=dnssec_ok, options=options)
    assert int.from_bytes(wire[9:11], "big") == len(wire) - 11
    read, faults = parse_opt(int.from_bytes(wire[3:5], "big"), int.from_bytes(wire[5:9], "big"), wire[11:])
    assert faults == []
    assert (read.udp, read.is_dnssec_ok, read.options) == (udp, dnssec_ok, options)
    assert (read.version, read.extended_rcode) == (0, 0)


def test_dnspython_reads_the_record_that_we_write() -> None:
    options = (
        (NSID, b""),
        (CLIENT_SUBNET, client_subnet_option(prefix_of(4, int(IPv4Address("192.0.2.0")), 24))),
        (COOKIE, b"12345678"),
    )
    theirs = dns.message.from_wire(HEADER + opt_record(udp=1400, dnssec_ok=True, options=options))
    assert (theirs.edns, theirs.payload, theirs.ednsflags) == (0, 1400, DO)
    assert [option.otype for option in theirs.options] == [NSID, CLIENT_SUBNET, COOKIE]
    assert theirs.options[1] == dns.edns.ECSOption("192.0.2.0", 24, 0)


def test_class_and_ttl_of_the_record_are_size_rcode_version_and_flags() -> None:
    read, faults = parse_opt(4096, 0x01_02_80_01, b"")
    assert (read.udp, read.extended_rcode, read.version, read.flags) == (4096, 1, 2, 0x8001)
    assert faults == []


@given(st.binary(max_size=60))
def test_whatever_the_options_are_the_whole_ones_are_read(rdata: bytes) -> None:
    read, faults = parse_opt(0, 0, rdata)
    whole = body(*read.options)
    assert rdata.startswith(whole)
    assert bool(faults) is (whole != rdata)
    # No property may fail on what a stranger sends.
    assert all(isinstance(error.name, str | None) for error in read.extended_errors)
    assert isinstance(read.client_subnet, str | None)


@pytest.mark.parametrize("tail", [b"\x00", b"\x00\x0a", b"\x00\x0a\x00", b"\x00\x0a\x00\x05abcd"])
def test_an_option_that_is_cut_is_a_fault_and_those_before_it_are_kept(tail: bytes) -> None:
    read, faults = parse_opt(1232, 0, body((NSID, b"ns1")) + tail)
    assert read.nsid == b"ns1"
    assert faults == ["an option of the OPT record runs over its end"]


def test_extended_errors_are_told_with_their_names() -> None:
    found = edns((EXTENDED_ERROR, b"\x00\x06why\0"), (EXTENDED_ERROR, b"\x13\x87"), (EXTENDED_ERROR, b"\x00"))
    assert found.extended_errors == (ExtendedError(code=6, text=b"why"), ExtendedError(code=4999, text=b""))
    assert [error.name for error in found.extended_errors] == ["DNSSEC Bogus", None]


def test_the_first_option_of_a_code_counts() -> None:
    found = edns((COOKIE, b"first..."), (COOKIE, b"second.."))
    assert found.cookie == b"first..."
    assert found.nsid is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("0001 1810 c00002", "192.0.2.0/24/16"),
        ("0001 2000 c0000201", "192.0.2.1/32/0"),
        ("0001 0000", "0.0.0.0/0/0"),
        ("0002 3830 20010db8000000", "2001:db8::/56/48"),
        ("0000 0000", "0/0/0"),
        ("0001 2000 c000020101", None),  # five octets of an IPv4 address
        ("0003 0800 01", None),  # a family that is none
        ("0001 18", None),
        ("", None),
    ],
)
def test_client_subnets_are_written_as_dig_writes_them(data: str, text: str | None) -> None:
    assert edns((CLIENT_SUBNET, bytes.fromhex(data))).client_subnet == text


@given(any_prefix())
def test_a_client_subnet_that_we_send_is_dnspythons(prefix: Prefix) -> None:
    assert client_subnet_option(prefix) == dns.edns.ECSOption(str(prefix.first), prefix.length, 0).to_wire()


def test_the_registries_are_dnspythons_where_it_has_them() -> None:
    theirs = {int(code): code.name for code in dns.edns.EDECode}
    assert {code: words(name) for code, name in EXTENDED_ERRORS.items() if code in theirs} == {
        code: words(name) for code, name in theirs.items()
    }
    given_by_rfcs = {int(code) for code in dns.edns.OptionType if code < 22}  # the last are those of a draft
    assert given_by_rfcs - OPTION_NAMES.keys() == set()


def words(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")
