"""What is said in binary is well formed: lengths, checksums and names are read back."""

from hashlib import sha256
from struct import unpack_from

import pytest

from nettools.core.dns.message import parse_message
from nettools.core.tls import der
from tests.core.depth.sample_files import CATALOG


def said(name: str) -> bytes:
    says = CATALOG.probes[name].says
    assert says is not None
    return says


@pytest.mark.parametrize(
    ("name", "at", "form", "more"),
    [
        ("dns", 0, ">H", 2),
        ("smb", 0, ">I", 4),
        ("kafka", 0, ">I", 4),
        ("rdp", 2, ">H", 0),
        ("mssql", 2, ">H", 0),
        ("postgresql", 0, ">I", 0),
        ("mysqlx", 0, "<I", 4),
        ("zabbix-agent", 5, "<Q", 13),
        ("ajp13", 2, ">H", 4),
        ("cassandra", 5, ">I", 9),
        ("bitcoin", 16, "<I", 24),
        ("adb", 12, "<I", 24),
        ("stun", 2, ">H", 20),
    ],
)
def test_a_length_in_front_is_the_length_behind(name: str, at: int, form: str, more: int) -> None:
    assert unpack_from(form, said(name), at)[0] + more == len(said(name))


def test_git_counts_in_hexadecimal() -> None:
    assert int(said("git")[:4], 16) == len(said("git"))


@pytest.mark.parametrize("name", ["ldap", "snmp", "snmp-v3"])
def test_asn_1_is_one_value(name: str) -> None:
    assert der.only(said(name), der.SEQUENCE)


@pytest.mark.parametrize(("name", "skip"), [("dns", 2), ("dns-udp", 0)])
def test_dns_asks_for_version_bind(name: str, skip: int) -> None:
    message = parse_message(said(name)[skip:])
    (question,) = message.questions
    assert (question.name, question.type, question.class_) == (b"\7version\4bind\0", 16, 3)
    assert not message.faults


def test_a_record_mark_counts_the_call() -> None:
    call = said("rpcbind")
    assert unpack_from(">I", call)[0] == 0x8000_0000 | len(call) - 4
    assert call[4:] == said("rpcbind-udp")


def test_mongodb_gets_two_whole_messages() -> None:
    data = said("mongodb")
    first = unpack_from("<i", data)[0]
    assert first + unpack_from("<i", data, first)[0] == len(data)
    for start in (0, first):
        assert unpack_from("<i", data, start + 12)[0] == 2013
        document = data[start + 21 :]
        assert unpack_from("<i", document)[0] == unpack_from("<i", data, start)[0] - 21


def test_mqtt_connects_and_subscribes() -> None:
    data = said("mqtt")
    assert data[0] == 0x10
    assert data[1] + 2 == data.index(b"\x82")
    assert data[data[1] + 3] + data[1] + 4 == len(data)


def test_the_contexts_of_smb_lie_where_it_says() -> None:
    message = said("smb")[4:]
    dialects = unpack_from("<H", message, 64 + 2)[0]
    at, count = unpack_from("<IH", message, 64 + 28)
    assert at == 64 + 36 + 2 * dialects + 2
    for _ in range(count):
        at = (at + 7) & ~7
        at += 8 + unpack_from("<HH", message, at)[1]
    assert at == len(message)


def test_checksums() -> None:
    payload = said("bitcoin")[24:]
    assert said("bitcoin")[20:24] == sha256(sha256(payload).digest()).digest()[:4]
    assert unpack_from("<I", said("adb"), 16)[0] == sum(said("adb")[24:])


@pytest.mark.parametrize("name", ["ntp", "ntp-control"])
def test_ntp_is_of_its_size(name: str) -> None:
    assert len(said(name)) == {3: 48, 6: 12}[said(name)[0] & 7]


def test_minecraft_counts_its_packets() -> None:
    data = said("minecraft")
    assert data[0] + 1 + data[data[0] + 1] + 1 == len(data)
    assert data[7] == len(b"localhost")


@pytest.mark.parametrize("probe", sorted(CATALOG.probes), ids=str)
def test_a_web_request_is_whole(probe: str) -> None:
    says = CATALOG.probes[probe].says or b""
    if says.startswith(b"GET "):
        assert says.endswith(b"\r\n\r\n")
        assert b"\r\nHost: {authority}\r\n" in says
        assert b"\r\nConnection: close\r\n" in says
        assert b"Accept-Encoding" not in says
