"""resolv.conf: settings, limits and notes. tests/differential/test_glibc_peers.py holds that they are glibc's."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import name_from_text
from nettools.core.resolve.resolv_conf import ResolvConf, parse_resolv_conf
from tests.core.strategies import controls_in


def addresses(text: str) -> list[str]:
    return [str(one) for one in parse_resolv_conf(text).name_servers]


def test_an_empty_file_asks_this_machine_and_searches_the_domain_of_the_host_name() -> None:
    conf = parse_resolv_conf("", host_name="host.sub.test")
    assert conf == ResolvConf(name_servers=(IPv4Address("127.0.0.1"),), search=("sub.test",))
    assert (conf.ndots, conf.timeout_s, conf.attempts) == (1, 5, 2)


def test_a_host_name_without_a_domain_gives_no_search_list() -> None:
    assert parse_resolv_conf("", host_name="host").search == ()


def test_three_name_servers_are_asked_and_more_are_noted() -> None:
    conf = parse_resolv_conf("\n".join(f"nameserver 192.0.2.{number}" for number in range(1, 21)))
    assert [str(one) for one in conf.name_servers] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert conf.notes[0] == "line 4: 192.0.2.4 is ignored: only the first 3 name servers are asked"
    assert len(conf.notes) == 17


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("192.0.2.53", "192.0.2.53"),
        ("2001:db8::53", "2001:db8::53"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("fe80::1%2", "fe80::1%2"),
        ("ff02::fb%eth0", "ff02::fb%eth0"),
        ("2001:db8::53%3", "2001:db8::53%3"),
        ("2001:db8::53%eth0", "2001:db8::53"),  # a name of a zone counts for link-local addresses alone
        ("010.0.0.1", "8.0.0.1"),
        ("10.1", "10.0.0.1"),
        ("192.0.2.53 # the first", "192.0.2.53"),
    ],
)
def test_a_name_server_is_read_as_inet_aton_and_inet_pton_read_it(word: str, expected: str) -> None:
    assert addresses(f"nameserver {word}\n") == [expected]


@pytest.mark.parametrize("word", ["localhost", "192.0.2.53#5353", "[::1]", "192.0.2.256", "", "::1%"])
def test_what_is_no_address_is_noted_and_left_out(word: str) -> None:
    conf = parse_resolv_conf(f"nameserver {word}\nnameserver 192.0.2.1")
    assert conf.notes
    assert conf.notes[0].startswith("line 1: ")
    assert IPv4Address("192.0.2.1") in conf.name_servers


def test_a_crlf_file_is_explained() -> None:
    conf = parse_resolv_conf("nameserver 192.0.2.1\r\n")
    assert conf.name_servers == (IPv4Address("127.0.0.1"),)
    assert "CR LF" in conf.notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("search a.test b.test", ("a.test", "b.test")),
        ("domain a.test", ("a.test",)),
        ("domain a.test b.test", ("a.test",)),
        ("search a.test\ndomain b.test", ("b.test",)),
        ("domain b.test\nsearch a.test c.test", ("a.test", "c.test")),
        ("search a.test\nsearch\nsearch  ", ("a.test",)),
        ("search " + " ".join(f"d{number}.test" for number in range(40)), tuple(f"d{n}.test" for n in range(40))),
        (" search a.test", ()),
        ("searcher a.test", ()),
        ("search ü.test", ("\\195\\188.test",)),
    ],
)
def test_the_last_search_list_counts(text: str, expected: tuple[str, ...]) -> None:
    assert parse_resolv_conf(text).search == expected


@pytest.mark.parametrize(
    ("option", "name", "expected"),
    [
        ("ndots:3", "ndots", 3),
        ("ndots:99", "ndots", 15),
        ("timeout:7", "timeout_s", 7),
        ("timeout:99", "timeout_s", 30),
        ("timeout:0", "timeout_s", 1),
        ("attempts:4", "attempts", 4),
        ("attempts:99", "attempts", 5),
        ("attempts:0", "attempts", 1),
        ("ndots: 2", "ndots", 2),
        ("rotate", "rotate", True),
        ("use-vc", "use_vc", True),
        ("trust-ad", "trust_ad", True),
        ("edns0", "edns0", True),
        ("no-aaaa", "no_aaaa", True),
        ("single-request", "single_request", True),
        ("single-request-reopen", "single_request_reopen", True),
        ("no-tld-query", "no_tld_query", True),
    ],
)
def test_an_option_is_set_by_the_file_and_by_the_environment(option: str, name: str, expected: object) -> None:
    assert getattr(parse_resolv_conf(f"options {option}"), name) == expected
    assert getattr(parse_resolv_conf("", res_options=option), name) == expected
    assert getattr(ResolvConf(), name) != expected or expected == 1


def test_an_option_beyond_its_limit_or_unknown_is_noted() -> None:
    conf = parse_resolv_conf("options ndots:99 frobnicate debug ndots: 2")
    assert conf.notes == (
        "line 1: the option 'ndots:99' counts as 15",
        "line 1: the option 'frobnicate' has no effect",
        "line 1: the option 'debug' has no effect any more",
    )


def test_the_environment_overrules_the_file() -> None:
    conf = parse_resolv_conf(
        "search a.test\noptions ndots:2 timeout:9", local_domain="b.test c.test", res_options="ndots:4"
    )
    assert (conf.search, conf.ndots, conf.timeout_s) == (("b.test", "c.test"), 4, 9)
    assert conf.notes == ("line 1: search is overruled by LOCALDOMAIN",)


def test_comments_and_blank_lines_are_no_settings_and_not_noted() -> None:
    conf = parse_resolv_conf("# nameserver 192.0.2.9\n; x\n\n   \n\t\n#\nnameserver 192.0.2.1 \n")
    assert conf == ResolvConf(name_servers=(IPv4Address("192.0.2.1"),))


def test_a_line_that_does_not_begin_with_its_keyword_is_noted() -> None:
    assert parse_resolv_conf(" nameserver 192.0.2.1").notes == (
        "line 1: is ignored: a keyword must stand at the start of the line",
    )


def test_a_megabyte_of_bad_lines_gives_few_notes() -> None:
    conf = parse_resolv_conf("x" * 40 + "\n" + "nameserver x\n" * 80_000)
    assert len(conf.notes) == 21
    assert conf.notes[-1] == "79,981 more lines or words were ignored"


def test_use_vc_asks_over_tcp() -> None:
    [server] = parse_resolv_conf("nameserver ::1\noptions use-vc").servers(port=5300)
    assert (server.address, server.port, server.transport) == (IPv6Address("::1"), 5300, "tcp")


def test_rotate_begins_each_lookup_with_the_next_server() -> None:
    text = "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
    last_octets = [
        [int(one.address) & 0xFF for one in parse_resolv_conf(text + "options rotate").servers(turn=turn)]
        for turn in range(4)
    ]
    assert last_octets == [[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 2, 3]]
    assert parse_resolv_conf(text).servers(turn=1) == parse_resolv_conf(text).servers()


files = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.builds("{} {}".format, st.sampled_from(["nameserver", "search", "domain", "options"]), st.text(max_size=30)),
        st.builds("options {}:{}".format, st.sampled_from(["ndots", "timeout", "attempts"]), st.integers()),
    ),
    max_size=8,
).map("\n".join)


@given(text=files, local=st.none() | st.text(max_size=20), options=st.none() | st.text(max_size=20))
def test_any_text_is_read_within_the_limits(text: str, local: str | None, options: str | None) -> None:
    conf = parse_resolv_conf(text, host_name="h.test", local_domain=local, res_options=options)
    assert 1 <= len(conf.name_servers) <= 3
    assert 0 <= conf.ndots <= 15
    assert 1 <= conf.timeout_s <= 30
    assert 1 <= conf.attempts <= 5
    assert all(domain.isascii() for domain in conf.search)
    assert not controls_in("".join(conf.notes))


@given(domains=st.lists(st.from_regex(r"[a-z]{1,9}\.test", fullmatch=True), min_size=1, max_size=30))
def test_every_domain_of_a_search_line_is_kept_in_its_order(domains: list[str]) -> None:
    conf = parse_resolv_conf("search " + " \t".join(domains))
    assert conf.search == tuple(domains)
    assert all(name_from_text(domain) for domain in conf.search)
