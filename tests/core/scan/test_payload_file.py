"""Payload files: what each line means, and that a mistake is named with its file and line."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.payload_file import LARGEST_PAYLOAD, parse_payload
from nettools.core.scan.payloads import Blank, Payload
from nettools.core.scan.udp_answer import Copied, Length, Octets
from nettools.errors import InputError

HEAD = "protocol x\nports 7\nsource RFC 1\n"
REPLY = "\nreply\n octets 1-\n"


def request(*lines: str) -> Payload:
    return parse_payload("x", HEAD + "send\n" + "\n".join(lines) + REPLY)


def octets(*lines: str) -> bytes:
    return request(*lines).filled(b"")


# --- what a file says -----------------------------------------------------------------------------


def test_the_head_says_what_it_is_for() -> None:
    head = "# nice\nprotocol  a-b\nports  53 100-102\nsource  RFC 1 §2; RFC 3\nturn 2\nanswered-from any-port\n"
    payload = parse_payload("name", head + "send\nreply\noctets 4\n")
    assert (payload.name, payload.protocol, payload.ports) == ("name", "a-b", (53, 100, 101, 102))
    assert (payload.source, payload.turn, payload.is_answered_from_any_port) == ("RFC 1 §2; RFC 3", 2, True)
    assert payload.filled(b"") == b""
    assert payload.replies == ((Length(4, 4),),)


def test_a_silent_protocol_has_a_reason_and_nothing_to_send() -> None:
    payload = parse_payload("x", HEAD + "silent  it tells nobody\n")
    assert payload.silence == "it tells nobody"
    assert payload.filled(b"seed") == b""
    assert payload.replies == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hex 01 02ff", b"\x01\x02\xff"),
        ("hex 01   # comment", b"\x01"),
        (r'text "a\r\n\t\0\\\"\x41#"', b'a\r\n\t\0\\"A#'),
        ('text "one " "two"', b"one two"),
        ('line "Max: 1"', b"Max: 1\r\n"),
        ('line ""', b"\r\n"),
        ('label "bind"', b"\x04bind"),
        ("fill 3", bytes(3)),
    ],
)
def test_a_line_gives_octets(line: str, expected: bytes) -> None:
    assert octets(line) == expected


def test_a_length_counts_what_stands_in_its_braces() -> None:
    assert octets("length 2 {", "hex aabb", "length 1 +4 {", "hex cc", "}", "}", "hex dd") == bytes.fromhex(
        "0004aabb05ccdd"
    )
    assert octets("length 3 -1 {", "hex aabb", "}") == bytes.fromhex("000001aabb")


def test_a_der_length_takes_one_to_three_octets() -> None:
    assert octets("der 30 {", 'text "' + "a" * 127 + '"', "}") == b"\x30\x7f" + b"a" * 127
    assert octets("der 30 {", 'text "' + "a" * 128 + '"', "}") == b"\x30\x81\x80" + b"a" * 128
    assert octets("der 30 {", 'text "' + "a" * 300 + '"', "}") == b"\x30\x82\x01\x2c" + b"a" * 300


def test_fill_reaches_its_size_and_cuts_nothing() -> None:
    assert octets("hex 01", "fill 4") == b"\x01\0\0\0"
    assert octets("hex 0102", "fill 1") == b"\x01\x02"


def test_a_name_is_found_where_it_lies_behind_lengths_that_come_later() -> None:
    lines = ("random 1 first", "der 30 {", "length 2 {", "random 3 second", "}", "}")
    text = "\n".join((HEAD + "send", *lines, "reply", "at 5 same second", "holds same first"))
    payload = parse_payload("x", text)
    sent = payload.filled(b"seed")
    assert sent[1:4] == bytes.fromhex("300500")
    assert payload.replies == ((Octets(5, Copied(5, 3)), Octets(None, Copied(0, 1))),)


def test_conditions_and_alternatives() -> None:
    text = 'send\nreply\nat 2 hex 80 mask 80\nat 0 text "SIP"\nreply\nholds hex 0102\noctets 48-\noctets 3-9\n'
    assert parse_payload("x", HEAD + text).replies == (
        (Octets(2, b"\x80", b"\x80"), Octets(0, b"SIP")),
        (Octets(None, b"\x01\x02"), Length(48, None), Length(3, 9)),
    )


# --- what is wrong with a file --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("protocol x\nports 65536\n", 2, "65536"),
        ("protocol x\nports 9-3\n", 2, "'3' is not a number from 9"),
        ("protocol x\nports 53 53\n", 2, "twice"),
        ("protocol X\n", 1, "no name"),
        ("protocol x\nprotocol y\n", 2, "twice"),
        ("protocol\n", 1, "says nothing"),
        ("ports １\n", 1, "not a number"),
        ("nonsense 1\n", 1, "neither send nor one of"),
        (HEAD, 3, "either send or silent"),
        ("protocol x\nsource y\nsilent z\n", 3, "without ports"),
        (HEAD + "silent no\nsend\n", 5, "either send or silent"),
        (HEAD + "turn 0\n", 4, "from 1 to 99"),
        (HEAD + "answered-from elsewhere\n", 4, "any-port"),
        (HEAD + "send\nhex 1\n", 5, "pairs of hexadecimal digits"),
        (HEAD + "send\nhex\n", 5, "no line of a request"),
        (HEAD + 'send\ntext "open\n', 5, "not closed"),
        (HEAD + "send\ntext bare\n", 5, "quotation marks"),
        (HEAD + 'send\ntext "é"\n', 5, "ASCII"),
        (HEAD + 'send\ntext "\\q"\n', 5, "no escape"),
        (HEAD + 'send\nlabel "' + "a" * 64 + '"\n', 5, "from 1 to 63"),
        (HEAD + "send\nrandom 2 id\nrandom 2 id\n", 6, "twice"),
        (HEAD + "send\nlength 5 {\n", 5, "from 1 to 4"),
        (HEAD + "send\nlength 2 4 {\n}\n", 6, "sign"),
        (HEAD + "send\nlength 1 {\nfill 9\n", 6, "no line of a request"),
        (HEAD + "send\nlength 1 {\nrandom 300 a\n}\n", 7, "does not fit"),
        (HEAD + "send\nlength 1 -2 {\nhex 01\n}\n", 7, "does not fit"),
        (HEAD + "send\n}\n", 5, "no line of a request"),
        (HEAD + "send\nder 3 {\n", 5, "pairs"),
        (HEAD + "send\nhex 01\nlength 1 {\nreply\n", 7, "lacks its }"),
        (HEAD + "send\nlength 1 {\n", 5, "lacks its }"),
        (HEAD + f"send\nfill {LARGEST_PAYLOAD}\nhex 01\n", 6, "at most"),
        (HEAD + "send\nhex 01\n", 5, "reply has to say"),
        (HEAD + "send\nreply\n", 5, "reply has to say"),
        (HEAD + "send\nreply\nreply\noctets 1\n", 7, "reply has to say"),
        (HEAD + "send\nreply\nat 0 same id\n", 6, "no random or token"),
        (HEAD + "send\nreply\nat 0 hex 01 mask 0102\n", 6, "not as long"),
        (HEAD + "send\nreply\nholds hex 01 mask 01\n", 6, "no condition"),
        (HEAD + "send\nreply\nat x hex 01\n", 6, "not a number"),
        (HEAD + "send\nreply\noctets\n", 6, "no condition"),
        (HEAD + "send\nreply\nsend\n", 6, "no condition"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(text: str, line: int, fault: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_payload("some", text)
    assert f"payload 'some', line {line}: " in raised.value.message
    assert fault in raised.value.message


@given(st.text(alphabet=st.sampled_from(' \n"\\#{}+-09afxzéprotclsunhdk\x1b\0'), max_size=200))
def test_whatever_stands_in_a_file_it_is_read_or_refused(text: str) -> None:
    for whole in (text, HEAD + text, HEAD + "send\n" + text, HEAD + "send\nrandom 1 a\nreply\n" + text):
        try:
            payload = parse_payload("x", whole)
        except InputError:
            continue
        assert len(payload.filled(b"")) <= LARGEST_PAYLOAD


# --- requests of any shape ------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """Lines of a request, and the octets that they stand for."""

    lines: tuple[str, ...]
    value: bytes


def _group(kind: str, inner: list[Written]) -> Written:
    value = b"".join(part.value for part in inner)
    lines = tuple(line for part in inner for line in part.lines)
    if kind == "der":
        size = len(value)
        prefix = bytes([size]) if size < 128 else b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2)
        return Written(("der a0 {", *lines, "}"), b"\xa0" + prefix + value)
    return Written((f"length {kind} {{", *lines, "}"), len(value).to_bytes(int(kind)) + value)


LEAVES = st.binary(min_size=1, max_size=9).map(lambda octets: Written((f"hex {octets.hex(' ')}",), octets))
REQUESTS = st.recursive(
    LEAVES,
    lambda parts: st.builds(_group, st.sampled_from(["der", "2", "3"]), st.lists(parts, max_size=4)),
    max_leaves=20,
)


@given(st.lists(REQUESTS, max_size=5))
def test_nested_lengths_are_those_of_what_they_enclose(parts: list[Written]) -> None:
    lines = [line for part in parts for line in part.lines]
    assert octets(*lines) == b"".join(part.value for part in parts)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=6),
    st.binary(max_size=8),
    st.binary(max_size=8),
)
def test_blanks_are_filled_by_the_seed_alone(blanks: list[tuple[int, bool]], seed: bytes, other: bytes) -> None:
    lines = [f"{'token' if is_text else 'random'} {size} n{n}" for n, (size, is_text) in enumerate(blanks)]
    payload = request(*lines)
    assert payload.parts == tuple(Blank(size, is_text) for size, is_text in blanks)
    sent = payload.filled(seed)
    assert len(sent) == sum(size for size, _ in blanks)
    assert payload.filled(seed) == sent
    if other != seed and len(sent) >= 16 and not any(is_text for _, is_text in blanks):
        assert payload.filled(other) != sent
    place = 0
    for size, is_text in blanks:
        if is_text:
            assert set(sent[place : place + size]) <= set(b"0123456789abcdef")
        place += size
