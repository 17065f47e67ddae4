"""Records: one description of a field, from which JSON values and flat cells follow."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.outcome import Failure
from nettools.core.port_service import Service
from nettools.core.prefix import Prefix
from nettools.core.record import column, columns, flat_cells, flat_header, to_json
from nettools.core.special_purpose import Block
from nettools.core.subnet.binary import bits
from nettools.core.subnet.describe import Description
from tests.core.strategies import any_prefix, numbers
from tests.core.subnet.facts import description


class Mood(Enum):
    CALM = "calm"
    GRIM = "grim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    name: str = field(metadata=column("Name"))
    port: int | None = field(metadata=column("Port", align="right"))
    secret: str = field(metadata=column("", internal=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    inner: Inner | None = field(metadata=column("Inner"))
    rtt_ms: float = field(metadata=column("RTT", align="right"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    kind: str = field(metadata=column("Class", key="class"))
    count: int | None = field(metadata=column("Count", align="right", decimal=True))
    middle: Middle | None = field(metadata=column("Middle", when_present=True))
    inners: tuple[Inner, ...] = field(metadata=column("Inners"))
    words: tuple[str, ...] = field(metadata=column("Words"))
    mood: Mood = field(metadata=column("Mood"))
    seen: datetime | None = field(metadata=column("Seen"))
    block: Prefix | None = field(metadata=column("Block"))
    flag: bool = field(metadata=column("Flag"))
    extra: dict[str, int] = field(metadata=column("Extra"))
    note: str = field(metadata=column("", internal=True))


def inners() -> st.SearchStrategy[Inner]:
    return st.builds(Inner, name=st.text(), port=st.none() | st.integers(0, 65_535), secret=st.text())


def middles() -> st.SearchStrategy[Middle]:
    finite = st.floats(allow_nan=False, allow_infinity=False)
    return st.builds(Middle, inner=st.none() | inners(), rtt_ms=finite)


def outers() -> st.SearchStrategy[Outer]:
    return st.builds(
        Outer,
        kind=st.text(),
        count=st.none() | st.integers(0, 1 << 128),
        middle=st.none() | middles(),
        inners=st.lists(inners(), max_size=3).map(tuple),
        words=st.lists(st.text(), max_size=3).map(tuple),
        mood=st.sampled_from(Mood),
        seen=st.none() | st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001
        block=st.none() | any_prefix(),
        flag=st.booleans(),
        extra=st.dictionaries(st.text(), st.integers(), max_size=2),
        note=st.text(),
    )


def outer(
    *,
    count: int | None = None,
    middle: Middle | None = None,
    inners: tuple[Inner, ...] = (),
    words: tuple[str, ...] = (),
    extra: dict[str, int] | None = None,
) -> Outer:
    return Outer(
        kind="k",
        count=count,
        middle=middle,
        inners=inners,
        words=words,
        mood=Mood.CALM,
        seen=None,
        block=None,
        flag=True,
        extra=extra or {},
        note="n",
    )


HEADER = [
    "class", "count", "middle.inner.name", "middle.inner.port", "middle.rtt_ms",
    "inners", "words", "mood", "seen", "block", "flag", "extra",
]  # fmt: skip


def services() -> st.SearchStrategy[Service]:
    return st.builds(
        Service,
        query=st.text(),
        port=st.integers(0, 65_535),
        protocol=st.sampled_from(["tcp", "udp"]),
        name=st.none() | st.text(),
        aliases=st.lists(st.text()).map(tuple),
        in_practice=st.none() | st.text(),
        range=st.sampled_from(["well-known", "registered", "dynamic"]),
        source=st.sampled_from(["iana", "system", "curated"]),
    )


def failures() -> st.SearchStrategy[Failure]:
    words = st.none() | st.text()
    return st.builds(
        Failure,
        input=words,
        line=st.none() | st.integers(1),
        kind=st.text(),
        message=st.text(),
        hint=words,
        unreadable=st.booleans(),
    )


def descriptions() -> st.SearchStrategy[Description]:
    return any_prefix().map(lambda prefix: description(str(prefix)))


def records() -> st.SearchStrategy[object]:
    return st.one_of(outers(), inners(), middles(), services(), failures(), descriptions())


# -- flat cells ---------------------------------------------------------------------------------------


@given(records())
def test_a_record_has_one_cell_for_each_name_of_the_header(record: object) -> None:
    assert len(flat_cells(record)) == len(flat_header(type(record)))


@given(records())
def test_every_cell_is_a_scalar(record: object) -> None:
    assert all(cell is None or isinstance(cell, (bool, int, float, str)) for cell in flat_cells(record))


@pytest.mark.parametrize("record_class", [Outer, Inner, Middle, Service, Failure, Description, Block])
def test_the_names_of_a_header_are_distinct(record_class: type) -> None:
    names = flat_header(record_class)
    assert len(set(names)) == len(names)


def test_a_record_inside_becomes_dotted_names() -> None:
    assert flat_header(Outer) == HEADER


def test_an_absent_record_inside_becomes_empty_cells() -> None:
    cells = dict(zip(HEADER, flat_cells(outer()), strict=True))
    assert (cells["middle.inner.name"], cells["middle.inner.port"], cells["middle.rtt_ms"]) == (None, None, None)


def test_a_present_record_inside_becomes_its_cells() -> None:
    middle = Middle(inner=Inner(name="ssh", port=22, secret="s"), rtt_ms=1.5)
    cells = dict(zip(HEADER, flat_cells(outer(middle=middle)), strict=True))
    assert (cells["middle.inner.name"], cells["middle.inner.port"], cells["middle.rtt_ms"]) == ("ssh", 22, 1.5)


def test_a_list_becomes_one_cell_and_an_empty_one_is_absent() -> None:
    filled = dict(zip(HEADER, flat_cells(outer(words=("a", "b"))), strict=True))
    empty = dict(zip(HEADER, flat_cells(outer()), strict=True))
    assert filled["words"] == "a; b"
    assert empty["words"] is None


def test_a_list_of_records_becomes_their_first_fields() -> None:
    listed = (Inner(name="a", port=1, secret=""), Inner(name="b", port=2, secret=""))
    assert dict(zip(HEADER, flat_cells(outer(inners=listed)), strict=True))["inners"] == "a; b"


def test_a_count_stays_a_number_in_a_cell() -> None:
    assert dict(zip(HEADER, flat_cells(outer(count=1 << 128)), strict=True))["count"] == 1 << 128


# -- JSON ----------------------------------------------------------------------------------------------


@given(records())
def test_a_record_survives_a_json_parser_unchanged(record: object) -> None:
    value = to_json(record)
    assert json.loads(json.dumps(value, allow_nan=False)) == value


@given(records())
def test_a_document_has_every_described_key_in_order(record: object) -> None:
    value = to_json(record)
    assert isinstance(value, dict)
    record_class: type = type(record)
    assert list(value) == [one.key for one in columns(record_class)]


def test_an_internal_field_appears_nowhere() -> None:
    value = to_json(Inner(name="ssh", port=22, secret="s"))
    assert value == {"name": "ssh", "port": 22}
    assert [one.name for one in columns(Inner)] == ["name", "port"]


def test_the_json_key_may_differ_from_the_field() -> None:
    value = to_json(outer())
    assert isinstance(value, dict)
    assert value["class"] == "k"
    assert "kind" not in value


@given(st.integers(0, 1 << 128))
def test_a_large_count_is_a_decimal_string_in_json(count: int) -> None:
    value = to_json(outer(count=count))
    assert isinstance(value, dict)
    assert value["count"] == str(count)


def test_an_absent_count_is_null() -> None:
    value = to_json(outer())
    assert isinstance(value, dict)
    assert value["count"] is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        ("x", "x"),
        (IPv4Address("192.0.2.1"), "192.0.2.1"),
        (IPv6Address("::ffff:192.0.2.1"), "::ffff:192.0.2.1"),
        (IPv6Address("fe80::1%eth0"), "fe80::1%eth0"),
        (Prefix(4, 0xC0000200, 24), "192.0.2.0/24"),
        (Mood.GRIM, "grim"),
        ((1, "a", None), [1, "a", None]),
        ([Mood.CALM], ["calm"]),
        ({"a": IPv4Address("192.0.2.1")}, {"a": "192.0.2.1"}),
        ((), []),
        (datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC), "2026-01-02T03:04:05.678Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:04:05.000Z"),
    ],
)
def test_how_a_value_stands_in_json(value: object, expected: object) -> None:
    assert to_json(value) == expected


@pytest.mark.parametrize("value", [b"raw", {1, 2}, object(), 1j, Inner])
def test_a_type_that_json_lacks_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot stand in a result record"):
        to_json(value)


@given(numbers(6))
def test_an_address_is_text_in_json(number: int) -> None:
    text = to_json(IPv6Address(number))
    assert isinstance(text, str)
    assert int(IPv6Address(text)) == number


# -- columns -------------------------------------------------------------------------------------------


def test_a_column_carries_what_its_field_says() -> None:
    described = {one.key: one for one in columns(Outer)}
    assert (described["class"].name, described["class"].title, described["class"].align) == ("kind", "Class", "left")
    assert (described["count"].align, described["count"].decimal) == ("right", True)
    assert described["middle"].when_present
    assert not described["words"].when_present


def test_the_keys_of_a_subnet_are_those_that_scripts_know() -> None:
    assert [one.key for one in columns(Description)] == [
        "input", "version", "address", "prefixlen", "network", "netmask", "wildcard", "broadcast", "first", "last",
        "total", "usable", "class", "category", "registry", "overlaps", "global", "multicast_scope", "embedded",
        "sixtofour", "mapped", "asn", "solicited_node", "multicast_mac", "mac", "subnet_router_anycast",
        "reverse_zones", "ptr", "hex", "oct", "int", "binary",
    ]  # fmt: skip


def test_the_keys_of_a_service_are_those_that_scripts_know() -> None:
    assert [one.key for one in columns(Service)] == [
        "query", "port", "protocol", "name", "aliases", "in_practice", "range", "source",
    ]  # fmt: skip


def test_the_keys_of_a_registry_block_are_those_that_scripts_know() -> None:
    assert [one.key for one in columns(Block)] == ["name", "block", "rfc", "global"]


def test_counts_that_pass_what_a_double_holds_are_strings() -> None:
    value = to_json(description("2001:db8::/32"))
    assert isinstance(value, dict)
    assert (value["total"], value["usable"], value["int"]) == (str(1 << 96), str(1 << 96), str(0x20010DB8 << 96))
    assert isinstance(value["binary"], dict)
    assert value["binary"]["broadcast"] is None
    assert value["binary"]["address"] == bits(6, 0x20010DB8 << 96)
