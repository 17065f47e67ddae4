"""Which service a port has: the registry, the system's file in its gaps, and what answers in practice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools import data
from nettools.core.port_service import Service, ServiceTable, parse_transport, port_range
from nettools.core.ports import PortNames, parse_ports
from nettools.errors import NettoolsError, PortError
from tests.core.strategies import attempt, controls_in, hostile_text

REGISTERED = [
    ["22", "tcp,udp,sctp", "ssh", ""],
    ["80", "tcp,udp", "http", "www www-http"],
    ["80", "sctp", "http", ""],
    ["514", "tcp", "shell", "cmd"],
    ["514", "udp", "syslog", ""],
    ["2222", "tcp,udp", "EtherNet-IP-1", "EtherNet/IP-1"],
    ["9092", "tcp,udp", "XmlIpcRegSvc", ""],
]
PRACTICE = [["9092", "tcp", "Kafka"], ["51820", "udp", "WireGuard"]]
SYSTEM = """\
# Network services, Internet style
#old\t\t21/tcp
tcpmux\t\t1/tcp\t\t\t\t# TCP port service multiplexer
echo\t\t7/tcp
echo\t\t7/udp
ftp\t\t21/tcp  fsp ftpd\t# see also 23/tcp
apache\t\t80/tcp\thttpd

rtmp\t\t1/ddp
not a service
# commented\t99/tcp
toolarge\t70000/tcp
git\t\t9418/tcp\n"""


@pytest.fixture(scope="module")
def shipped() -> ServiceTable:
    return ServiceTable(data.rows("services.tsv"), data.rows("in-practice.tsv"))


def table(system: str = "") -> ServiceTable:
    return ServiceTable(REGISTERED, PRACTICE, system)


def found(query: str, **options: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(one.port, one.protocol) for one in table().lookup(query, **options)]


def only(services: ServiceTable, query: str) -> Service:
    (one,) = services.lookup(query)
    return one


# -- queries ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("80", [(80, "tcp"), (80, "udp"), (80, "sctp")]),
        ("80/tcp", [(80, "tcp")]),
        ("80/TCP", [(80, "tcp")]),
        ("514/udp", [(514, "udp")]),
        ("http", [(80, "tcp"), (80, "udp"), (80, "sctp")]),
        ("HTTP/udp", [(80, "udp")]),
        ("www", [(80, "tcp"), (80, "udp")]),
        ("ethernet/ip-1", [(2222, "tcp"), (2222, "udp")]),
        ("EtherNet/IP-1/tcp", [(2222, "tcp")]),
        ("22-80/tcp", [(22, "tcp"), (80, "tcp")]),
        ("500-600", [(514, "tcp"), (514, "udp")]),
        ("51820", [(51820, "udp")]),
        (":80", [(80, "tcp"), (80, "udp"), (80, "sctp")]),
        (":80/tcp", [(80, "tcp")]),
        (":22-80/sctp", [(22, "sctp"), (80, "sctp")]),
        ("tcp/80", [(80, "tcp")]),
        ("UDP/514", [(514, "udp")]),
        ("tcp:514", [(514, "tcp")]),
        ("udp/500-600", [(514, "udp")]),
        ("81", []),
        ("81-90/udp", []),
        ("htt", []),
        ("", []),
        ("ssh/dccp", []),
        ("80/tcp/udp", []),
        ("Kafka", []),  # practice is for --search, no name
    ],
)
def test_the_services_that_a_query_names(query: str, pairs: list[tuple[int, str]]) -> None:
    assert found(query) == pairs


def test_a_query_keeps_to_the_transports_asked_for() -> None:
    assert found("80", transports=("udp",)) == [(80, "udp")]
    assert found("80/tcp", transports=("udp",)) == []


@pytest.mark.parametrize("query", ["80/xyz", "80/", "80-90/icmp", ":80/xyz"])
def test_a_port_of_no_known_transport_is_refused(query: str) -> None:
    with pytest.raises(PortError, match="none of tcp, udp, sctp, dccp"):
        found(query)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("65536", "port 65536 is out of range"),
        ("65536/tcp", "port 65536 is out of range"),
        (":65536", "port 65536 is out of range"),
        ("tcp/65536", "port 65536 is out of range"),
        ("90-80", "reversed"),
        ("80-", "lacks an end"),
        ("-80", "lacks an end"),
    ],
)
def test_a_bad_port_is_refused_with_the_reason(query: str, named: str) -> None:
    with pytest.raises(PortError, match=named):
        found(query)


@given(st.one_of(hostile_text(), hostile_text().map("80/{}".format), hostile_text().map("{}/tcp".format)))
def test_any_query_is_answered_or_refused_cleanly(query: str) -> None:
    answer = attempt(lambda: list(table().lookup(query)))
    if isinstance(answer, NettoolsError):
        assert controls_in(answer.message) == []
        assert controls_in(answer.hint) == []
    else:
        assert all(one.query == query for one in answer)


@given(st.integers(0, 65_535), st.integers(0, 65_535))
def test_a_range_finds_what_its_ports_find(one: int, other: int) -> None:
    first, last = sorted((one, other))
    expected = [
        (int(row[0]), transport)
        for row in [*REGISTERED, PRACTICE[1]]
        for transport in row[1].split(",")
        if first <= int(row[0]) <= last
    ]
    assert sorted(found(f"{first}-{last}")) == sorted(expected)


# -- what is said of a service -----------------------------------------------------------------------------


def test_a_registered_service_says_what_answers_in_practice() -> None:
    assert only(table(), "9092/tcp") == Service(
        query="9092/tcp",
        port=9092,
        protocol="tcp",
        name="XmlIpcRegSvc",
        aliases=(),
        in_practice="Kafka",
        range="registered",
        source="iana",
    )


def test_a_port_known_only_in_practice_has_no_name() -> None:
    wireguard = only(table(), "51820")
    assert (wireguard.name, wireguard.in_practice) == (None, "WireGuard")
    assert (wireguard.source, wireguard.range) == ("curated", "dynamic")


def test_aliases_are_listed() -> None:
    assert only(table(), "80/tcp").aliases == ("www", "www-http")


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (0, "well-known"),
        (1023, "well-known"),
        (1024, "registered"),
        (49_151, "registered"),
        (49_152, "dynamic"),
        (65_535, "dynamic"),
    ],
)
def test_a_port_is_in_a_range_of_the_number_space(port: int, name: str) -> None:
    assert port_range(port) == name


def test_name_and_practice_of_one_port() -> None:
    services = table()
    assert (services.name(514, "tcp"), services.name(514, "udp"), services.name(514, "sctp")) == (
        "shell",
        "syslog",
        None,
    )
    assert (services.in_practice(9092, "tcp"), services.in_practice(9092, "udp")) == ("Kafka", None)


# -- search ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        ("kafka", [(9092, "tcp")]),
        ("guard", [(51820, "udp")]),
        ("WWW", [(80, "tcp"), (80, "udp")]),
        ("s", [(22, "tcp"), (22, "udp"), (22, "sctp"), (514, "tcp"), (514, "udp"), (9092, "tcp"), (9092, "udp")]),
        ("nothing of the sort", []),
    ],
)
def test_a_search_looks_in_names_aliases_and_practice(words: str, pairs: list[tuple[int, str]]) -> None:
    assert [(one.port, one.protocol) for one in table().search(words)] == pairs


def test_a_search_does_not_match_across_two_names() -> None:
    assert list(table().search("httpwww")) == []


def test_a_search_keeps_to_the_transports_asked_for() -> None:
    assert [one.protocol for one in table().search("ssh", transports=("sctp",))] == ["sctp"]


# -- the system's file -----------------------------------------------------------------------------------------


def test_the_systems_file_fills_gaps_line_by_line() -> None:
    services = table(SYSTEM)
    named = {
        (port, transport): services.name(port, transport) for port in (1, 7, 21, 9418) for transport in ("tcp", "udp")
    }
    assert named == {
        (1, "tcp"): "tcpmux",
        (1, "udp"): None,
        (7, "tcp"): "echo",
        (7, "udp"): "echo",
        (21, "tcp"): "ftp",
        (21, "udp"): None,
        (9418, "tcp"): "git",
        (9418, "udp"): None,
    }
    assert only(services, "9418").source == "system"


def test_the_aliases_of_the_systems_file_end_with_their_line() -> None:
    services = table(SYSTEM)
    assert only(services, "7/tcp").aliases == ()
    assert only(services, "21/tcp").aliases == ("fsp", "ftpd")


def test_the_systems_file_never_overrides_the_registry() -> None:
    http = only(table(SYSTEM), "80/tcp")
    assert (http.name, http.aliases, http.source) == ("http", ("www", "www-http"), "iana")


@pytest.mark.parametrize(
    "line", ["#old 99/tcp", "# old 99/tcp", "  # old 99/tcp", "known 98/tcp # formerly old 99/tcp"]
)
def test_a_comment_of_the_systems_file_is_no_service(line: str) -> None:
    services = table(f"{line}\n")
    assert services.name(99, "tcp") is None
    assert list(services.lookup("99")) == []


@pytest.mark.parametrize(
    "line", ["a service", "name", "name 99", "name/tcp", "name 99/", "name 99/tcp9", "99/tcp name", "\x00"]
)
def test_a_line_of_the_systems_file_that_is_no_service_is_passed_over(line: str) -> None:
    services = table(f"before 97/tcp\n{line}\nafter 98/tcp\n")
    assert services.name(99, "tcp") is None
    assert (services.name(97, "tcp"), services.name(98, "tcp")) == ("before", "after")


@pytest.mark.parametrize("port", ["65536", "70000", "99999", "100000", "１"])
def test_a_port_of_the_systems_file_that_does_not_exist_is_passed_over(port: str) -> None:
    services = table(f"toolarge {port}/tcp\n")
    assert list(services.lookup("toolarge")) == []


def test_the_first_line_of_the_systems_file_wins() -> None:
    assert table("one 99/tcp\ntwo 99/tcp\n").name(99, "tcp") == "one"


SYSTEM_NAMES = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=8)


@given(
    st.dictionaries(
        st.tuples(st.integers(10_000, 65_535), st.sampled_from(["tcp", "udp"])),
        st.tuples(SYSTEM_NAMES, st.lists(SYSTEM_NAMES, max_size=3), st.sampled_from(["", " # note", "\t#x 9/tcp"])),
        max_size=8,
    )
)
def test_every_line_of_the_systems_file_is_one_service(
    lines: dict[tuple[int, str], tuple[str, list[str], str]],
) -> None:
    text = "".join(
        f"{name}\t{port}/{transport}\t{' '.join(aliases)}{note}\n"
        for (port, transport), (name, aliases, note) in lines.items()
    )
    services = ServiceTable([], [], text)
    every = {(one.port, one.protocol): (one.name, list(one.aliases)) for one in services.lookup("0-65535")}
    assert every == {key: (name, aliases) for key, (name, aliases, _) in lines.items()}


# -- names for port lists ------------------------------------------------------------------------------------------


def test_names_and_aliases_lead_to_their_ports() -> None:
    by_name = table().ports_by_name()
    assert by_name["http", "tcp"] == [80]
    assert by_name["www", "udp"] == [80]
    assert by_name["ethernet/ip-1", "tcp"] == [2222]
    assert ("www", "sctp") not in by_name
    assert ("HTTP", "tcp") not in by_name


def test_a_name_wins_over_the_same_alias_elsewhere() -> None:
    services = ServiceTable([["80", "tcp", "http", ""], ["8008", "tcp", "http-alt", "http"]], [])
    assert services.ports_by_name()["http", "tcp"] == [80]


def test_a_name_of_several_ports_leads_to_all_of_them() -> None:
    services = ServiceTable([["6000", "tcp", "x11", ""], ["6001", "tcp", "x11", ""]], [])
    assert services.ports_by_name()["x11", "tcp"] == [6000, 6001]
    assert services.names()["x11"] == 6000


def test_a_suggestion_has_its_lowest_port_wherever_that_comes_from() -> None:
    services = ServiceTable([["100", "tcp", "foo", ""]], [], "foo 50/tcp\n")
    assert services.names() == {"foo": 50}


# -- transports ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["tcp", "TCP", "udp", "sctp", "dccp"])
def test_a_transport_is_read_in_any_case(text: str) -> None:
    assert parse_transport(text) == text.lower()


@pytest.mark.parametrize("text", ["", "icmp", "tcp ", "t", "ｔｃｐ", "tcp\x1b"])
def test_another_transport_is_refused_with_those_that_exist(text: str) -> None:
    with pytest.raises(PortError, match="none of tcp, udp, sctp, dccp") as caught:
        parse_transport(text)
    assert controls_in(caught.value.message) == []


# -- the tables that ship ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("port", "transport", "name", "in_practice"),
    [
        (22, "tcp", "ssh", None),
        (53, "udp", "domain", None),
        (80, "tcp", "http", None),
        (443, "tcp", "https", None),
        (2181, "tcp", "eforward", "ZooKeeper"),
        (9092, "tcp", "XmlIpcRegSvc", "Kafka"),
        (51820, "udp", None, "WireGuard"),
    ],
)
def test_what_the_shipped_tables_say(
    shipped: ServiceTable, port: int, transport: str, name: str | None, in_practice: str | None
) -> None:
    assert (shipped.name(port, transport), shipped.in_practice(port, transport)) == (name, in_practice)


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("ssh", 22),
        ("SMTP", 25),
        ("domain", 53),
        ("http", 80),
        ("www", 80),
        ("https", 443),
        ("postgresql", 5432),
        ("ntp", 123),
    ],
)
def test_a_familiar_name_leads_to_its_port(shipped: ServiceTable, name: str, port: int) -> None:
    assert {one.port for one in shipped.lookup(name)} == {port}


def test_every_unusual_name_can_be_looked_up(shipped: ServiceTable) -> None:
    """Names with a slash, or that begin like a number, are no ports and no transports."""
    lost = []
    for port, _, name, aliases in data.rows("services.tsv"):
        for word in [name, *aliases.split()]:
            is_unusual = "/" in word or word[0].isdigit() or word.startswith("-") or word.endswith("-")
            if is_unusual and int(port) not in {one.port for one in shipped.lookup(word)}:
                lost.append(word)
    assert lost == []


def test_every_shipped_name_leads_to_its_port(shipped: ServiceTable) -> None:
    by_name = shipped.ports_by_name()
    lost = [
        (name, port)
        for port, transports, name, _ in data.rows("services.tsv")
        for transport in transports.split(",")
        if int(port) not in by_name[name.lower(), transport]
    ]
    assert lost == []


def test_the_shipped_groups_and_top_lists_are_usable_port_lists(shipped: ServiceTable) -> None:
    top: dict[str, list[int]] = {"tcp": [], "udp": []}
    for transport, port in data.rows("top-ports.tsv"):
        top[transport].append(int(port))
    groups = {name: [int(port) for port in ports.split(",")] for name, ports in data.rows("port-groups.tsv")}
    names = PortNames(services=shipped.ports_by_name(), groups=groups, top=top)
    for name, ports in groups.items():
        assert parse_ports(name, names).tcp == tuple(ports)
    assert len(parse_ports("top:100", names).tcp) == 100
    assert len(parse_ports("top:100", names, transport="udp").udp) == 100
    assert len(parse_ports(f"top:{len(top['tcp'])}", names).tcp) == len(top["tcp"]), "a port stands twice"
