"""Name servers as people write them."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.resolve.lookup import DEFAULT_PORTS, Server, Transport
from nettools.core.resolve.server_spec import ServerSpec, parse_server, servers_of
from nettools.errors import NettoolsError, RequestError
from tests.core.strategies import attempt, controls_in, hostile_text, numbers

V4, V6 = IPv4Address("192.0.2.53"), IPv6Address("2001:db8::53")


def told(word: str) -> tuple[object, ...]:
    spec = parse_server(word)
    return spec.transport, spec.host, spec.port, spec.path


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("192.0.2.53", ("udp", V4, 53, None)),
        ("192.0.2.53:5353", ("udp", V4, 5353, None)),
        ("2001:db8::53", ("udp", V6, 53, None)),
        ("[2001:db8::53]", ("udp", V6, 53, None)),
        ("[2001:db8::53]:5353", ("udp", V6, 5353, None)),
        ("fe80::1%eth0", ("udp", IPv6Address("fe80::1%eth0"), 53, None)),
        ("[fe80::1%eth0]:54", ("udp", IPv6Address("fe80::1%eth0"), 54, None)),
        ("udp://192.0.2.53", ("udp", V4, 53, None)),
        ("tcp://192.0.2.53:54", ("tcp", V4, 54, None)),
        ("tls://192.0.2.53", ("tls", V4, 853, None)),
        ("tls://2001:db8::53", ("tls", V6, 853, None)),
        ("tls://[2001:db8::53]:8853", ("tls", V6, 8853, None)),
        ("TLS://dns.example", ("tls", "dns.example", 853, None)),
        ("quic://dns.example", ("quic", "dns.example", 853, None)),
        ("https://dns.example", ("https", "dns.example", 443, "/dns-query")),
        ("https://dns.example/", ("https", "dns.example", 443, "/dns-query")),
        ("https://dns.example:8443/a/b", ("https", "dns.example", 8443, "/a/b")),
        ("https://dns.example/dns-query{?dns}", ("https", "dns.example", 443, "/dns-query")),
        ("https://[2001:db8::53]/x", ("https", V6, 443, "/x")),
        ("dns.example", ("udp", "dns.example", 53, None)),
        ("dns.example:5353", ("udp", "dns.example", 5353, None)),
        ("dns.example.", ("udp", "dns.example.", 53, None)),
        ("tls://bücher.example", ("tls", "xn--bcher-kva.example", 853, None)),
        ("::1", ("udp", IPv6Address("::1"), 53, None)),
    ],
)
def test_every_form_is_read(word: str, expected: tuple[object, ...]) -> None:
    assert told(word) == expected


@pytest.mark.parametrize(
    ("word", "part", "hint"),
    [
        ("", "it is empty", "after the @"),
        ("192.0.2.53:65536", "port 65536 is out of range", ""),
        ("192.0.2.53:x", "port 'x' is not a number", ""),
        ("192.0.2.53:", "port '' is not a number", ""),
        ("192.0.2.53:0", "port 0", ""),
        ("192.0.2.256", "octet 256 is above 255", ""),
        ("2001:db8::53:53g", "group '53g'", ""),
        ("1:2:3:4:5:6:7:8:53", "IPv6 has eight groups", "[1:2:3:4:5:6:7:8]:53"),
        ("[2001:db8::53", "bracket '[' is not closed", ""),
        ("[2001:db8::53]53", "'53' behind the bracket", "[2001:db8::53]:53"),
        ("[dns.example]:53", "not an IP address", ""),
        ("tls://", "host is missing", ""),
        ("tls://dns.example/path", "only https has one", ""),
        ("dns.example/path", "only https has one", ""),
        ("https://dns.example/?dns=x", "'/?dns=x' is no path", "/dns-query"),
        ("https://user@dns.example/", "a user name", ""),
        ("dot://dns.example", "scheme 'dot' is unknown", "tls://"),
        ("doq://dns.example", "scheme 'doq' is unknown", "quic://"),
        ("http://dns.example", "scheme 'http' is unknown", "https://"),
        ("tsl://dns.example", "scheme 'tsl' is unknown", "tls"),
        ("dns_.exa mple", "label 'exa mple'", ""),
        ("-dns.example", "label '-dns'", ""),
        (":53", "host is missing", ""),
    ],
)
def test_an_error_names_the_part_that_is_wrong(word: str, part: str, hint: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_server(word)
    assert caught.value.message.startswith(f"server '{word}': ")
    assert part in caught.value.message
    assert hint in (caught.value.hint or "")


def test_the_port_option_counts_where_the_word_has_none() -> None:
    assert parse_server("192.0.2.53", default_port=5300).port == 5300
    assert parse_server("tls://192.0.2.53", default_port=5300).port == 5300
    assert parse_server("192.0.2.53:54", default_port=5300).port == 54


def test_the_name_of_the_certificate_is_that_of_the_option_or_of_the_host() -> None:
    [server] = servers_of(parse_server("tls://192.0.2.53", tls_name="dns.example"))
    assert server.name == "dns.example"
    [server] = servers_of(parse_server("tls://other.example", tls_name="bücher.example"), [V4])
    assert server.name == "xn--bcher-kva.example"
    [server] = servers_of(parse_server("tls://other.example"), [V4])
    assert server.name == "other.example"


@pytest.mark.parametrize("word", ["192.0.2.53", "tcp://192.0.2.53"])
def test_a_certificate_name_without_a_certificate_is_refused(word: str) -> None:
    with pytest.raises(RequestError, match="--tls-name is for servers with a certificate"):
        parse_server(word, tls_name="dns.example")


def test_a_host_name_stands_for_all_its_addresses() -> None:
    spec = parse_server("https://dns.example/q")
    assert spec.host_name == "dns.example"
    assert servers_of(spec) == ()
    assert servers_of(spec, [V4, V6]) == tuple(
        Server(address=one, port=443, transport="https", name="dns.example", path="/q") for one in (V4, V6)
    )


def test_an_address_needs_no_lookup() -> None:
    spec = parse_server("192.0.2.53")
    assert spec.host_name is None
    assert servers_of(spec) == (Server(address=V4),)


def test_a_mixed_script_host_name_is_marked() -> None:
    assert "Cyrillic" in parse_server("tls://раypal.example").warnings[0]


transports: st.SearchStrategy[Transport] = st.sampled_from(sorted(DEFAULT_PORTS))
zones = st.sampled_from(["", "%eth0", "%2", "%br-lan.1"])
addresses = st.one_of(
    numbers(4).map(IPv4Address),
    st.builds(lambda number, zone: IPv6Address(f"{IPv6Address(number)}{zone}"), numbers(6), zones),
)


@given(
    address=addresses,
    transport=transports,
    port=st.one_of(st.integers(1, 65_535), st.sampled_from(sorted(DEFAULT_PORTS.values()))),
    path=st.from_regex(r"/[a-z0-9/~.:_-]{1,20}", fullmatch=True),
)
def test_what_a_server_is_called_is_that_server(
    address: IPv4Address | IPv6Address, transport: Transport, port: int, path: str
) -> None:
    server = Server(address=address, port=port, transport=transport, path=path if transport == "https" else None)
    assert servers_of(parse_server(str(server))) == (server,)


near_servers = st.one_of(
    hostile_text(),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", "tls://", "https://", "x://", "@", "["]),
        st.one_of(hostile_text(), st.sampled_from(["192.0.2.1", "2001:db8::1", "a.test", "ü.test"])),
        st.sampled_from(["", "]", ":", ":53", ":x", "]:53"]),
        st.one_of(st.just(""), hostile_text(), st.just("/x")),
    ),
)


@given(word=near_servers)
def test_any_text_is_a_server_or_a_clean_error(word: str) -> None:
    outcome = attempt(lambda: parse_server(word))
    if isinstance(outcome, ServerSpec):
        assert 1 <= outcome.port <= 65_535
        assert isinstance(outcome.host, IPv4Address | IPv6Address) or outcome.host.isascii()
    else:
        assert isinstance(outcome, NettoolsError)
        assert outcome.exit_code == 2
        assert not controls_in(outcome.message)
        assert not controls_in(outcome.hint)
