"""Messages as JSON values."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.rfc8427 import message_json
from nettools.core.record import Json
from tests.core.dns.messages import HOST, opt, record, reply, some_reply

MOMENT = datetime(2026, 11, 21, 6, 16, 31, 250_000, tzinfo=UTC)
ADDRESS = record("A", bytes([192, 0, 2, 1]))


def test_a_message_is_told_by_the_names_of_the_rfc() -> None:
    message = reply((ADDRESS,), identifier=22671)
    assert message_json(message, moment=MOMENT) == {
        "dateString": "2026-11-21T06:16:31.250Z",
        "dateSeconds": 1795241791.25,
        "msgLength": 52,
        "ID": 22671,
        "QR": 1,
        "Opcode": 0,
        "AA": 0,
        "TC": 0,
        "RD": 1,
        "RA": 1,
        "AD": 0,
        "CD": 0,
        "RCODE": 0,
        "QDCOUNT": 1,
        "ANCOUNT": 1,
        "NSCOUNT": 0,
        "ARCOUNT": 0,
        "QNAME": "host.test.",
        "QTYPE": 1,
        "QTYPEname": "A",
        "QCLASS": 1,
        "QCLASSname": "IN",
        "answerRRs": [
            {
                "NAME": "host.test.",
                "TYPE": 1,
                "TYPEname": "A",
                "CLASS": 1,
                "CLASSname": "IN",
                "TTL": 300,
                "rdataA": "192.0.2.1",
                "RDLENGTH": 4,
                "RDATAHEX": "C0000201",
            }
        ],
        "messageOctetsHEX": message.wire.hex().upper(),
    }


def test_time_is_told_in_utc() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=2)))
    assert message_json(reply(), moment=elsewhere)["dateString"] == "2026-11-21T06:16:31.250Z"


def test_each_section_has_a_list_of_its_own() -> None:
    value = message_json(reply((), (record("NS", HOST),), (ADDRESS,)), moment=MOMENT)
    assert "answerRRs" not in value
    assert [names(value, section) for section in ("authorityRRs", "additionalRRs")] == [["NS"], ["A"]]


@pytest.mark.parametrize("rdata", [bytes(9), b""])
def test_damaged_rdata_has_no_text(rdata: bytes) -> None:
    value = message_json(reply((record("A", rdata),)), moment=MOMENT)
    (told,) = records(value, "answerRRs")
    assert "rdataA" not in told
    assert (told["RDLENGTH"], told["RDATAHEX"]) == (len(rdata), rdata.hex())


def test_the_opt_record_is_told_raw_and_read() -> None:
    options = opt(
        (3, b"ns1"),
        (10, bytes(8) + b"\xff" * 8),
        (8, b"\0\1\x18\x10\xc0\0\2"),
        (15, b"\0\x06"),
        (15, b"\x13\x87not \x1b[31m"),
        (9, b"\0\0\1\0"),
        (11, b"\0\x64"),
        (12, bytes(3)),
        (13, HOST),
        (14, b"\1\2"),
        (65001, b""),
        ttl=0x01008001,
    )
    value = message_json(reply(opt=options, flags=0x8185), moment=MOMENT)
    (told,) = records(value, "additionalRRs")
    assert (told["TYPEname"], told["CLASS"], told["TTL"], told["RDLENGTH"]) == (
        "OPT",
        1232,
        0x01008001,
        len(options) - 11,
    )
    assert told["RDATAHEX"] == options[11:].hex().upper()
    assert value["RCODE"] == 5  # the four bits of the header, as the RFC has it
    assert value["EDNS"] == {
        "Version": 0,
        "FLAGS": ["DO", "BIT15"],
        "RCODE": "BADALG",
        "UDPSIZE": 1232,
        "NSID": {"HEX": "6E7331", "TEXT": "ns1"},
        "COOKIE": ["0000000000000000", "FFFFFFFFFFFFFFFF"],
        "ECS": "192.0.2.0/24/16",
        "EDE": [{"CODE": 6, "Purpose": "DNSSEC Bogus"}, {"CODE": 4999, "TEXT": "not \\x1b[31m"}],
        "EXPIRE": "256",
        "KEEPALIVE": 100,
        "PADDING": {"LENGTH": 3},
        "CHAIN": "host.test.",
        "OPT14": "0102",
        "OPT65001": "",
    }


@pytest.mark.parametrize(
    ("code", "data", "told"),
    [
        (3, b"\xff", {"NSID": {"HEX": "FF"}}),
        (8, b"\0\1", {"OPT8": "0001"}),
        (9, b"", {"EXPIRE": "NONE"}),
        (9, b"\1", {"OPT9": "01"}),
        (10, b"12345678", {"COOKIE": ["3132333435363738"]}),
        (11, b"", {"OPT11": ""}),
        (12, b"\1", {"PADDING": {"LENGTH": 1, "HEX": "01"}}),
        (13, b"\x05host", {"OPT13": "05686F7374"}),
        (15, b"\1", {"OPT15": "01"}),
    ],
)
def test_options_that_are_empty_or_malformed_are_told_too(code: int, data: bytes, told: dict[str, Json]) -> None:
    edns = message_json(reply(opt=opt((code, data))), moment=MOMENT)["EDNS"]
    assert isinstance(edns, dict)
    assert {key: edns[key] for key in edns if key not in ("Version", "FLAGS", "RCODE", "UDPSIZE")} == told


@given(st.integers(min_value=0, max_value=2**32))
def test_any_message_is_json_that_has_all_its_octets(seed: int) -> None:
    message = some_reply(seed)
    value = json.loads(json.dumps(message_json(message, moment=MOMENT)))
    assert bytes.fromhex(value["messageOctetsHEX"]) == message.wire
    told = sum(len(value.get(section, [])) for section in ("answerRRs", "authorityRRs", "additionalRRs"))
    has_opt = message.edns is not None
    assert told == len(message.answer) + len(message.authority) + len(message.additional) + has_opt


def records(value: dict[str, Json], section: str) -> list[dict[str, Json]]:
    found = value[section]
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, dict)]


def names(value: dict[str, Json], section: str) -> list[Json]:
    return [one["TYPEname"] for one in records(value, section)]
