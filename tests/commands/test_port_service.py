"""``nettools port-service``: what runs on a port, which port a service has."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli import run

KEYS = ["query", "port", "protocol", "name", "aliases", "in_practice", "range", "source"]


@pytest.fixture(autouse=True)
def no_system_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the registry says must not depend on this machine's services(5)."""
    monkeypatch.setattr("nettools.runs.services.read_services", lambda: "")


def found(*argv: str) -> list[tuple[int, str, str | None]]:
    """(port, protocol, name) of each service."""
    services = run("port-service", *argv, "--json").json["services"]
    return [(one["port"], one["protocol"], one["name"]) for one in services]


def test_a_service_has_every_key_in_the_promised_order() -> None:
    outcome = run("port-service", "443/tcp", "--json")
    assert outcome.status == 0
    assert outcome.json == {
        "schema": "nettools.port-service/1",
        "services": [
            {
                "query": "443/tcp",
                "port": 443,
                "protocol": "tcp",
                "name": "https",
                "aliases": [],
                "in_practice": None,
                "range": "well-known",
                "source": "iana",
            }
        ],
        "errors": [],
    }
    assert list(outcome.json["services"][0]) == KEYS


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("53/udp", [(53, "udp", "domain")]),
        ("ssh", [(22, "tcp", "ssh"), (22, "udp", "ssh"), (22, "sctp", "ssh")]),
        ("SSH/TCP", [(22, "tcp", "ssh")]),
        ("www/tcp", [(80, "tcp", "http")]),
        ("22-23/tcp", [(22, "tcp", "ssh"), (23, "tcp", "telnet")]),
    ],
)
def test_a_query_is_a_port_a_range_or_a_name_perhaps_with_a_protocol(
    query: str, expected: list[tuple[int, str, str]]
) -> None:
    assert found(query) == expected


def test_protocol_narrows_every_query() -> None:
    assert found("ssh", "domain", "--protocol", "tcp") == [(22, "tcp", "ssh"), (53, "tcp", "domain")]


def test_search_finds_names_aliases_and_practice() -> None:
    services = run("port-service", "--search", "POSTGRES", "--json").json["services"]
    assert 5432 in [one["port"] for one in services]
    for one in services:
        text = " ".join([one["name"] or "", *one["aliases"], one["in_practice"] or ""])
        assert "postgres" in text.lower()


@pytest.mark.parametrize(
    ("query", "product"), [("9092/tcp", "Kafka"), ("2181/tcp", "ZooKeeper"), ("51820/udp", "WireGuard")]
)
def test_practice_is_told_where_the_registered_name_misleads(query: str, product: str) -> None:
    assert run("port-service", query, "--json").json["services"][0]["in_practice"] == product
    assert product in run("port-service", query).stdout


@pytest.mark.parametrize(("port", "name"), [(22, "well-known"), (1433, "registered"), (51820, "dynamic")])
def test_the_range_says_which_part_of_the_number_space_it_is(port: int, name: str) -> None:
    services = run("port-service", str(port), "--json").json["services"]
    assert {one["range"] for one in services} == {name}


def test_the_systems_file_fills_gaps_and_never_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    services_file = "ours 64000/tcp alias # comment\nfake-ssh 22/tcp\nbroken line\n"
    monkeypatch.setattr("nettools.runs.services.read_services", lambda: services_file)
    ours = run("port-service", "64000/tcp", "--json").json["services"][0]
    assert (ours["name"], ours["aliases"], ours["source"]) == ("ours", ["alias"], "system")
    assert found("22/tcp") == [(22, "tcp", "ssh")]


def test_a_hostile_name_in_the_systems_file_reaches_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nettools.runs.services.read_services", lambda: "e\x1b]0;pwn\x07vil 64000/tcp\n")
    for answer_format in ("table", "plain", "csv", "json"):
        outcome = run("port-service", "64000/tcp", "-f", answer_format)
        assert outcome.status == 0
        assert "\x1b" not in outcome.stdout


def test_nothing_found_is_status_1_and_said_on_standard_error_alone() -> None:
    outcome = run("port-service", "65432/tcp")
    assert outcome.status == 1
    assert outcome.stdout == ""
    assert "'65432/tcp'" in outcome.stderr


def test_nothing_found_in_json_is_an_empty_list_and_no_error() -> None:
    outcome = run("port-service", "no-such-service", "--json")
    assert outcome.status == 1
    assert outcome.json == {"schema": "nettools.port-service/1", "services": [], "errors": []}


def test_a_misspelt_name_is_answered_with_the_near_ones() -> None:
    assert "did you mean http" in run("port-service", "htpp").stderr


@pytest.mark.parametrize(
    ("query", "why"),
    [("65536", "out of range 0–65535"), ("80-", "lacks an end"), ("90-80", "reversed"), ("80/xyz", "none of")],
)
def test_an_unreadable_query_is_refused_in_one_line_that_says_why(query: str, why: str) -> None:
    outcome = run("port-service", query)
    assert outcome.status == 2
    assert why in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_one_unreadable_query_does_not_hide_the_others() -> None:
    outcome = run("port-service", "99999", "22/tcp", "--json")
    assert outcome.status == 4
    assert [one["port"] for one in outcome.json["services"]] == [22]
    assert [(one["input"], one["kind"]) for one in outcome.json["errors"]] == [("99999", "bad-port")]


def test_without_a_query_it_says_what_to_type() -> None:
    outcome = run("port-service")
    assert outcome.status == 2
    assert "nettools port-service 443" in outcome.stderr


@pytest.mark.parametrize(
    ("protocol", "why"),
    [("icmp", "protocol 'icmp' is none of tcp, udp"), ("", "--protocol has an empty value; is a variable unset?")],
)
def test_an_unknown_protocol_is_refused(protocol: str, why: str) -> None:
    outcome = run("port-service", "80", "--protocol", protocol)
    assert outcome.status == 2
    assert why in outcome.stderr


def test_json_lines_carry_type_and_the_index_of_their_query() -> None:
    lines = run("port-service", "22/tcp", "70000", "80/tcp", "-f", "jsonl").json_lines
    assert [(line["type"], line["index"]) for line in lines] == [("service", 0), ("error", 1), ("service", 2)]


def test_csv_and_plain_have_one_row_for_each_service() -> None:
    rows = list(csv.reader(io.StringIO(run("port-service", "80/tcp", "9092/tcp", "-f", "csv").stdout, newline="")))
    assert rows[0] == KEYS
    assert rows[1] == ["80/tcp", "80", "tcp", "http", "www; www-http", "", "well-known", "iana"]
    plain = run("port-service", "80/tcp", "-f", "plain").stdout
    assert plain == "80/tcp\t80\ttcp\thttp\twww; www-http\t-\twell-known\tiana\n"


def test_queries_come_from_standard_input_as_well() -> None:
    outcome = run("port-service", "-", "--protocol", "tcp", "-f", "plain", stdin=b"# the web\n80\n\nssh # and this\n")
    assert [line.split("\t")[3] for line in outcome.stdout.splitlines()] == ["http", "ssh"]


@settings(max_examples=25)
@given(st.integers(0, 65535), st.integers(0, 200))
def test_a_range_is_the_same_as_its_ports_one_by_one(first: int, extent: int) -> None:
    last = min(first + extent, 65535)
    together = found(f"{first}-{last}")
    assert together == sorted(together, key=lambda one: one[0])
    assert {port for port, _, _ in together} <= set(range(first, last + 1))
    assert [one for one in together if one[0] == first] == found(str(first))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_whatever_is_asked_ends_with_an_answer_or_one_line(query: str) -> None:
    outcome = run("port-service", "--", query)
    assert outcome.status in (0, 1, 2)
    assert outcome.stderr.count("\n") == (outcome.status != 0)
    assert "\x1b" not in outcome.stdout + outcome.stderr
