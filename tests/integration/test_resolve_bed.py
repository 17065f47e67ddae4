"""``nettools resolve`` in the bed as scripts use it: exit codes, what servers say beside the answer, the hosts file."""

import json

import pytest

from tests.dns_bed.fixture import DnsBed

NSD, AUTH, RECURSIVE = "127.53.0.3", "127.53.0.5", "127.0.0.1"
REFUSES, FAILS, CLOSED = "127.53.0.23", "127.53.0.24", "127.53.0.19"
A_OF_A = "192.0.2.3"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (f"a.all.test A @{NSD}", 0),
        (f"a.all.test A AAAA @{NSD}", 0),  # one of them is a yes
        (f"a.all.test MX @{NSD}", 1),
        (f"nothere.all.test A @{NSD}", 1),
        (f"a.all.test A @{REFUSES}", 3),
        (f"a.all.test A @{FAILS}", 3),
        ("a.all.test A @127.53.0.25", 3),
        ("a.all.test A @127.53.0.26", 3),
        (f"a.all.test A @{CLOSED}", 3),
        ("a.all.test A @127.53.0.20 --timeout 300ms", 3),
        (f"a.lame.all.test A @{NSD}", 3),
        (f"elsewhere.example A @{NSD}", 3),
        (f"a.all.test A @{NSD} @{REFUSES}", 4),
        (f"nothere.all.test A @{NSD} @{CLOSED}", 4),
        (f"a..b A @{NSD}", 2),
        (f"a..b a.all.test A @{NSD}", 4),
        (f"a..b nothere.all.test A @{NSD}", 4),
        (f"a.all.test A @{NSD} --no-such-option", 2),
        ("a.all.test A @192.0.2.1:99999", 2),
        (f"a.all.test A @{NSD} --expect {A_OF_A}", 0),
        (f"a.all.test A @{NSD} --expect 192.0.2.99", 1),
        (f"nothere.all.test A @{NSD} --expect NXDOMAIN", 0),
        (f"a.all.test A @{NSD} --expect NXDOMAIN", 1),
        (f"a.all.test A @{CLOSED} --expect {A_OF_A}", 3),
        (f"a.all.test A @{NSD} @127.53.0.4 --compare", 0),
        (f"soadiff.test SOA @{NSD} @127.53.0.4 --compare", 1),
        ("all.test --all-ns", 0),
        ("soadiff.test --all-ns", 1),
        ("all.test --axfr @127.53.0.4", 3),
        (f"nsec.test --axfr @{NSD}", 0),
        ("-x 192.0.2.2", 0),
        ("192.0.2.1", 1),
    ],
)
def test_exit_codes(dns_bed: DnsBed, words: str, status: int) -> None:
    outcome = dns_bed.nettools("resolve", *words.split(), "--json")
    assert outcome.status == status, outcome.stderr
    document = outcome.json  # whatever happened, standard output is one document
    assert document["schema"] == "nettools.resolve/1" or status == 2
    assert bool(document["errors"]) == (status >= 2)
    assert outcome.stderr or status < 2


@pytest.mark.parametrize(
    ("lines", "words", "status"),
    [
        ("a.all.test A\nb.nothere.all.test A", f"@{NSD}", 0),
        ("nothere.all.test A\na.all.test MX", f"@{NSD}", 1),
        ("a..b", f"@{NSD}", 2),
        ("a.all.test A", f"@{REFUSES}", 3),
        ("a.all.test A\na..b", f"@{NSD}", 4),
        ("a.all.test A\nelsewhere.example A", f"@{NSD}", 4),
    ],
)
def test_exit_codes_of_a_file(dns_bed: DnsBed, lines: str, words: str, status: int) -> None:
    outcome = dns_bed.nettools("resolve", "--file", "-", *words.split(), "--json", stdin=lines.encode())
    assert outcome.status == status, outcome.stderr
    asked = [one["query"]["name"] for one in outcome.json["responses"]]
    assert asked == [f"{line.split()[0]}." for line in lines.splitlines() if ".." not in line]


def test_a_file_and_the_command_line_say_the_same(dns_bed: DnsBed) -> None:
    names = ["a.all.test.", "huge.all.test.", "cnamechain.all.test.", "esc\\027[31mansi.all.test.", "x.lame.all.test."]
    words = ["-t", "A", "-t", "AAAA", f"@{NSD}", "--json", "--nsid", "--dnssec"]
    one_by_one = dns_bed.nettools("resolve", *(word for name in names for word in ("-n", name)), *words)
    in_bulk = dns_bed.nettools("resolve", "--file", "-", *words, stdin="\n".join(names).encode())
    assert list(map(without_times, one_by_one.json["responses"])) == list(map(without_times, in_bulk.json["responses"]))
    assert one_by_one.status == in_bulk.status == 4


def without_times(response: dict[str, object]) -> object:
    assert isinstance(response["tries"], list)
    return {**response, "query_time_ms": 0, "tries": [{**one, "ms": 0} for one in response["tries"]]}


@pytest.mark.parametrize(
    ("server", "version", "identifier"), [(AUTH, '"bed-bind"', '"bed-auth"'), (NSD, '"bed-nsd-4"', '"bed-nsd3"')]
)
def test_servers_tell_of_themselves_in_the_chaos_class(
    dns_bed: DnsBed, server: str, version: str, identifier: str
) -> None:
    outcome = dns_bed.nettools("resolve", "--class", "CH", "version.bind", "id.server", "TXT", f"@{server}", "--json")
    records = [one["answer"][0] for one in outcome.json["responses"]]
    assert [(one["class"], one["type"], one["data"]) for one in records] == [
        ("CH", "TXT", version),
        ("CH", "TXT", identifier),
    ]


def test_options_of_edns_are_seen_in_the_answer(dns_bed: DnsBed) -> None:
    words = ["--nsid", "--cookie", "--subnet", "192.0.2.77/24", "--dnssec"]
    [response] = dns_bed.nettools("resolve", "www.nsec.test", "A", f"@{AUTH}", *words, "--json").json["responses"]
    edns = response["edns"]
    assert (edns["nsid"], edns["ecs"], edns["flags"], edns["options"]) == ("bed-auth", "192.0.2.0/24/0", ["do"], [])
    assert len(bytes.fromhex(edns["cookie"])) == 24  # the client's 8 octets and the server's 16, RFC 9018 §4
    assert {one["type"] for one in response["answer"]} == {"A", "RRSIG"}
    [plain] = dns_bed.nettools("resolve", "www.nsec.test", "A", f"@{AUTH}", "--json").json["responses"]
    assert [plain["edns"][key] for key in ("nsid", "cookie", "ecs", "flags")] == [None, None, None, []]
    [bare] = dns_bed.nettools("resolve", "www.nsec.test", "A", f"@{AUTH}", "--no-edns", "--json").json["responses"]
    assert bare["edns"] is None


@pytest.mark.parametrize(
    ("words", "transports", "flags"),
    [
        (["--tcp"], ["tcp"], ["qr", "aa", "rd"]),
        (["--bufsize", "512"], ["udp", "tcp"], ["qr", "aa", "rd"]),
        (["--bufsize", "4096"], ["udp"], ["qr", "aa", "rd"]),
        (["--no-edns"], ["udp", "tcp"], ["qr", "aa", "rd"]),
        (["--no-rd", "--cd", "--tcp"], ["tcp"], ["qr", "aa", "cd"]),
    ],
)
def test_options_of_the_query_have_their_effect(
    dns_bed: DnsBed, words: list[str], transports: list[str], flags: list[str]
) -> None:
    [response] = dns_bed.nettools("resolve", "big.all.test", "A", f"@{AUTH}", *words, "--json").json["responses"]
    assert [one["transport"] for one in response["tries"]] == transports
    assert len(response["answer"]) == 60
    assert [one for one in response["flags"] if one != "ra"] == flags


def test_the_hosts_file_is_told_beside_the_dns(dns_bed: DnsBed) -> None:
    outcome = dns_bed.nettools("resolve", "hostsonly.all.test", "A", "--system", "--json")
    [response] = outcome.json["responses"]
    system = response["system"]
    assert (response["status"], system["addresses"], system["source"]) == ("nxdomain", ["192.0.2.250"], "files")
    assert (system["hosts_line"], system["only_system"], system["only_dns"]) == (3, ["192.0.2.250"], [])
    assert outcome.status == 1
    table = dns_bed.nettools("resolve", "hostsonly.all.test", "A", "--system").stdout
    assert "the system's resolver says 192.0.2.250 (from files)" in table


def test_a_watch_ends_with_the_value_it_waits_for(dns_bed: DnsBed) -> None:
    words = ["a.all.test", "A", f"@{NSD}", "--watch", "--interval", "1s", "--expect", A_OF_A, "--format", "jsonl"]
    outcome = dns_bed.nettools("resolve", *words)
    [event] = outcome.json_lines
    assert (outcome.status, event["type"], event["status"]) == (0, "event", "answered")
    assert json.dumps(event).isascii()
