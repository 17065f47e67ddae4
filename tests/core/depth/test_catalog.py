"""Which probes a port gets, in which order, and that no answer whatever can hurt or hold up its readers."""

from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nettools.core.depth.catalog import NEVER_SPOKEN_TO, Catalog
from nettools.core.depth.match import MOST_TEXT, Match, told
from nettools.core.depth.readers import read_with
from tests.core.depth.sample_files import CATALOG, samples

SECONDS_TO_READ = 0.05
READERS = sorted({one.reader for one in CATALOG.probes.values() if one.reader})


def asked(port: int, *, in_tls: bool = False) -> list[str]:
    return [one.name for one in CATALOG.asks(port, "tcp", in_tls=in_tls)]


def catalog(**files: str) -> Catalog:
    return Catalog({name: f'source = "a document"\n{text}' for name, text in files.items()})


def test_what_is_special_comes_before_what_is_general() -> None:
    assert asked(3000) == ["grafana", "http"]
    assert asked(8500) == ["consul"]
    assert asked(6443, in_tls=True) == ["kubernetes"]
    assert asked(54321) == []
    assert asked(8200) == asked(8200, in_tls=True) == ["vault"]


def test_services_that_greet_are_known_by_their_ports() -> None:
    assert CATALOG.greets(22)
    assert CATALOG.greets(993, in_tls=True)
    assert not CATALOG.greets(993)
    assert not CATALOG.greets(80)


def test_tls_comes_first_on_some_ports_and_inside_a_protocol_on_others() -> None:
    assert CATALOG.begins_with_tls(443)
    assert not CATALOG.begins_with_tls(80)
    assert CATALOG.starttls_on(587) == "smtp"
    assert CATALOG.starttls_on(443) is None
    assert CATALOG.starttls_of("postgresql") == "postgres"
    assert CATALOG.starttls_of("redis") is None


def test_names_inside_tls() -> None:
    assert CATALOG.name_in_tls("http") == "https"
    assert CATALOG.name_in_tls("imap") == "imaps"
    assert CATALOG.name_in_tls("redis") == "redis"
    assert CATALOG.name_in_tls("nothing known") == "nothing known"


def test_general_probes_are_few() -> None:
    assert [one.name for one in CATALOG.general()] == ["http", "help"]


@pytest.mark.parametrize("port", sorted(NEVER_SPOKEN_TO))
def test_nothing_is_said_to_printers(port: int) -> None:
    loud = catalog(x=f'service = "x"\nsays = "x"\nports = [{port}]\n[[match]]\npattern = "x"')
    assert loud.asks(port, "tcp") == []


def test_what_follows_on_the_same_connection_comes_first() -> None:
    found = CATALOG.refinements("imap")
    assert [one.name for one in found] == ["imap-id"]
    assert [one.name for one in CATALOG.refinements("redis")] == ["redis"]
    assert [one.name for one in CATALOG.refinements("ntp")] == []


def test_the_file_of_the_port_is_believed_first() -> None:
    two = catalog(
        a='service = "a"\nhears = ["greeting"]\nports = [1]\n[[match]]\npattern = "hi"\nproduct = "A"',
        b='service = "b"\nhears = ["greeting"]\nports = [2]\n[[match]]\npattern = "hi"\nproduct = "B"',
    )
    assert two.read(b"hi", 1, None) == Match(service="a", product="A")
    assert two.read(b"hi", 2, None) == Match(service="b", product="B")
    assert two.read(b"hi", 3, None) == Match(service="a", product="A")


def test_a_product_counts_more_than_a_service() -> None:
    two = catalog(
        a='service = "a"\nhears = ["greeting"]\norder = 1\n[[match]]\npattern = "hi"',
        b='service = "b"\nhears = ["greeting"]\norder = 9\n[[match]]\npattern = "hi"\nproduct = "B"',
    )
    assert two.read(b"hi", 1, None) == Match(service="b", product="B")
    assert two.read(b"hi", 1, two.probes["a"], is_first=False) == Match(service="a")


def test_a_later_answer_is_no_greeting() -> None:
    one = catalog(
        a='service = "a"\nsays = "x"\n[[match]]\npattern = "no"',
        b='service = "b"\nhears = ["greeting"]\n[[match]]\npattern = "hi"',
    )
    assert one.read(b"hi", 1, one.probes["a"]) == Match(service="b")
    assert one.read(b"hi", 1, one.probes["a"], is_first=False) is None


def test_templates_tell_what_their_groups_took_part_in() -> None:
    one = catalog(
        a='service = "a"\nsays = "x"\n[[match]]\npattern = "(?P<product>[a-z]{1,9})(?: (?P<mode>[a-z]{1,9}))?"\n'
        'extra = "mode {mode}"',
    )
    assert one.read(b"ab cd", 1, one.probes["a"]) == Match(service="a", product="ab", extra="mode cd")
    assert one.read(b"ab", 1, one.probes["a"]) == Match(service="a", product="ab")


def test_all_parts_have_to_match() -> None:
    text = (
        'service = "a"\nsays = "x"\n[[match]]\n'
        'where = { status = "20[01]", "header X-A" = "b", "json k.n" = "(?P<version>[0-9]{1,3})", body = "[{]" }'
    )
    one = catalog(a=text)
    body = b'{"k": {"n": 17}}'
    reply = b"HTTP/1.1 200 OK\r\nx-a: bc\r\n\r\n"
    assert one.read(reply + body, 1, one.probes["a"]) == Match(service="a", version="17")
    for other in (
        reply.replace(b"200", b"404") + body,
        reply.replace(b"x-a", b"x-b") + body,
        reply + b'{"k": 17}',
        reply + b'{"k": {"n": [17]}}',
        reply + b"{",
        body,
    ):
        assert one.read(other, 1, one.probes["a"]) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b" a\r\n b\0", "a b"),
        (b"\0\0", None),
        ("", None),
        (None, None),
        (b"x" * 1000, "x" * MOST_TEXT),
        (b"\xff", "\ufffd"),
    ],
)
def test_what_is_told_is_one_short_line(value: bytes | str | None, expected: str | None) -> None:
    assert told(value) == expected


ANSWERS = [one.answer for one in samples()]
HEADS = [b"HTTP/1.1 200 OK\r\n\r\n", b"", b"\xff\xfb", b"220 ", b"SSH-2.0-", b"* OK [", b"+OK ", b"$9\r\n# Server\r\n"]
Damaged = st.builds(
    lambda answer, at, change, length: (answer[:at] + change + answer[at + len(change) :])[:length],
    st.sampled_from(ANSWERS),
    st.integers(0, 400),
    st.binary(max_size=8),
    st.integers(0, 2000),
)
Anything = st.one_of(
    st.binary(max_size=600),
    Damaged,
    st.builds(
        lambda head, unit, count: (head + unit * count)[:16384],
        st.sampled_from(HEADS),
        st.binary(min_size=1, max_size=9),
        st.integers(1, 16384),
    ),
)


@given(data=Anything, name=st.sampled_from([None, *sorted(CATALOG.probes)]), port=st.sampled_from([22, 80, 54321]))
@example(data=b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 16000, name="http", port=80)
@example(data=b"HTTP/1.1 200 OK\r\n\r\n" + b'{"a":' * 3000, name="docker", port=80)
@example(data=b"HTTP/1.1 200 OK\r\n\r\n" + b"x_build_info{" * 1200, name="metrics", port=9113)
@example(data=b"HTTP/1.1 200 OK\r\n\r\n" + b"<title>a exporter" * 900, name="http", port=80)
@example(data=b"INFO {" + b'"version":' * 1600, name=None, port=4222)
@example(data=b"\x30\x80" * 8000, name="ldap", port=389)
@example(data=b"SSH-2.0-" + b"a-" * 8000, name=None, port=22)
def test_no_answer_breaks_or_holds_up_a_reader(data: bytes, name: str | None, port: int) -> None:
    probe = None if name is None else CATALOG.probes[name]
    CATALOG.read(data[:10], port, probe)  # patterns are compiled at their first use
    start = perf_counter()
    match = CATALOG.read(data, port, probe)
    taken_s = perf_counter() - start
    if taken_s >= SECONDS_TO_READ:  # the machine may have been busy: what is slow is so again
        start = perf_counter()
        CATALOG.read(data, port, probe)
        taken_s = min(taken_s, perf_counter() - start)
    assert taken_s < SECONDS_TO_READ
    if match is not None:
        assert all(text is None or 0 < len(text) <= MOST_TEXT for text in (match.product, match.version, match.extra))


@given(data=Anything, port=st.sampled_from([53, 123, 161, 3478, 5060, 111, 1900, 5683]))
def test_no_datagram_breaks_a_reader(data: bytes, port: int) -> None:
    match = CATALOG.read_datagram(data, port)
    assert match is None or match.service


@given(data=Anything, name=st.sampled_from(READERS))
def test_a_reader_answers_or_says_nothing(data: bytes, name: str) -> None:
    match = read_with(name, data)
    assert match is None or match.service


def test_a_reader_that_does_not_exist_is_a_mistake_of_its_author() -> None:
    with pytest.raises(ImportError):
        read_with("nowhere", b"")
