"""``nettools scan``: an option that would have no effect is refused, and targets that are not there are told."""

import socket
from ipaddress import ip_address
from pathlib import Path

import pytest

from nettools.core.address import Address
from nettools.errors import InputError
from nettools.runs import scan_space as _scan_space
from tests.cli import run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("22", "--shard", "1/2"), "--shard needs --seed"),
        (("22", "--order", "ascending", "--seed", "1"), "--seed does not go with --order ascending"),
        (("22", "--syn", "--discover"), "--discover does not go with --syn"),
        (("22", "--ack", "--discover"), "--discover does not go with --ack"),
        (("22", "--ack", "--banner"), "--banner does not go with --ack"),
        (("22", "--ack", "--tls-info"), "--tls-info does not go with --ack"),
        (("22", "--ack", "--probe"), "--probe does not go with --ack"),
        (("T:22", "--udp"), "--udp is for UDP ports"),
        (("U:53", "--connect"), "--connect is for TCP ports"),
        (("U:53", "--syn"), "--syn is for TCP ports"),
        (("U:53", "--ack"), "--ack is for TCP ports"),
        (("U:53", "--banner"), "--banner is for TCP ports"),
        (("53", "--udp", "--tls-info"), "--tls-info is for TCP ports"),
    ],
)
def test_an_option_without_effect_is_refused_before_a_packet_is_sent(words: tuple[str, ...], said: str) -> None:
    outcome = run("scan", "127.0.0.1", *words)
    assert outcome.status == 2
    assert said in outcome.stderr
    assert outcome.stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-oX", "-", "127.0.0.1", "-p", "22"), "'-oX' is an option of nmap; write --format nmap-xml, and -o FILE"),
        (("127.0.0.1", "22", "-sV"), "'-sV' is an option of nmap; write --probe"),
        (("127.0.0.1", "-Pn", "22"), "'-Pn' is an option of nmap; leave it out"),
    ],
)
def test_an_option_of_nmap_is_refused_with_ours_and_writes_no_file(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("scan", *words)
    assert outcome.status == 2
    assert said in outcome.stderr
    assert outcome.stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_value_that_looks_like_an_option_of_nmap_is_a_value() -> None:
    outcome = run("scan", "127.0.0.1", "22", "--interface", "-sV")
    assert "nmap" not in outcome.stderr
    assert "no interface" in outcome.stderr


@pytest.mark.parametrize("words", [("-", "-"), ("-", "--targets", "-")])
def test_standard_input_is_read_once(words: tuple[str, ...]) -> None:
    outcome = run("scan", *words, "-p", "22", stdin=b"127.0.0.1\n")
    assert outcome.status == 2
    assert "only once" in outcome.stderr


@pytest.mark.parametrize("words", [("--seed", "1"), ("--order", "ascending")])
def test_a_part_of_an_order_that_others_can_have_too_is_scanned(words: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        opened = 0
        for shard in ("1/2", "2/2"):
            outcome = run("scan", "127.0.0.1", str(port), "--shard", shard, *words, "--json")
            opened += outcome.json["summary"]["ports_open"]
    assert opened == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-4", "::1"), "::1 is IPv6, and only IPv4 is wanted"),
        (("-4", "::1/128"), "::1/128 is IPv6, and only IPv4 is wanted"),
        (("-6", "127.0.0.1"), "127.0.0.1 is IPv4, and only IPv6 is wanted"),
        (("-6", "127.0.0,3.1"), "127.0.0,3.1 is IPv4, and only IPv6 is wanted"),
    ],
)
def test_an_address_of_the_ip_version_that_is_not_wanted_is_not_scanned(words: tuple[str, str], said: str) -> None:
    outcome = run("scan", *words, "-p", "22", "--json")
    assert outcome.status == 2
    assert outcome.json["errors"][0]["message"] == said
    assert outcome.json["summary"]["probes_sent"] == 0


def test_a_name_is_left_out_with_its_addresses_of_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []

    def resolve(_name: str, *, version: int | None, **_: object) -> list[Address]:
        asked.append(version)
        return [ip_address("127.0.0.1")]

    monkeypatch.setattr(_scan_space, "resolve_host", resolve)
    run("scan", "127.0.0.1", "22", "-4", "--exclude", "localhost")
    assert asked == [None]


@pytest.mark.parametrize(
    ("words", "lines"), [(("127.0.0.1", "--exclude", "127.0.0.0/8"), ""), (("-",), "# nothing but this\n")]
)
def test_that_no_address_is_left_is_said(words: tuple[str, ...], lines: str) -> None:
    outcome = run("scan", *words, "-p", "22", stdin=lines.encode())
    assert outcome.status == 1
    assert "no address is left to scan" in outcome.stderr


def test_a_word_of_ports_that_was_taken_for_a_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_scan_space, "resolve_host", lambda *_, **__: [])
    outcome = run("scan", "127.0.0.1", "all", "--exclude", "127.0.0.1")
    assert "'all' is taken for a host; -p all scans" in outcome.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ssh",), "'ssh' is taken for a host; -p ssh scans the port"),
        (("127.0.0.1", "web"), "'web' is taken for a host; -p web scans the port"),
        (("127.0.0.1", "ssh", "http"), "'ssh' and 'http' are taken for hosts; -p ssh,http scans the ports"),
        (("ssh", "http"), "'http' is taken for a host; -p http scans the port"),
        (("127.0.0.1", "ssh", "80"), "'ssh' is taken for a host; -p ssh,80 scans the ports"),
    ],
)
def test_a_name_of_a_service_is_told_to_be_a_host_before_it_is_looked_up(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, **_: object) -> list[Address]:
        raise InputError(f"looked up {name}")

    monkeypatch.setattr(_scan_space, "resolve_host", refuse)
    told = run("scan", *words).stderr
    assert said in told
    assert told.index(said) < told.index("looked up")


@pytest.mark.parametrize("word", ["http://h/", "h:22", "1.2.3"])
@pytest.mark.parametrize("format", ["table", "plain", "csv", "nmap-xml", "grepable"])
def test_a_request_that_is_refused_has_no_answer(word: str, format: str) -> None:
    outcome = run("scan", word, "--format", format)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert "no ports given" not in outcome.stderr


def test_a_request_that_is_refused_is_told_as_a_document() -> None:
    outcome = run("scan", "http://h/", "--json")
    assert outcome.status == 2
    assert outcome.json["errors"][0]["input"] == "http://h/"
    assert "no ports given" not in outcome.stderr


def test_a_line_of_exclusions_that_is_too_long_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "left-out"
    path.write_text("127.0.0.2\n" + "a" * 70_000)
    monkeypatch.chdir(tmp_path)
    outcome = run("scan", "127.0.0.1", "22", "--exclude-file", path.name)
    assert outcome.status == 2
    assert "cannot exclude line 2 of 'left-out': the line is longer" in outcome.stderr


def test_targets_from_standard_input_are_not_taken_from_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(run("scan", "-", "-p", "22", "--json", stdin=b"127.0.0.1\n").stdout)
    outcome = run("scan", "--resume", str(path))
    assert outcome.status == 2
    assert "came from standard input" in outcome.stderr


def test_fewer_targets_than_the_earlier_scan_had_are_another_scan(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(run("scan", "-", "-p", "22", "--json", stdin=b"127.0.0.1\n").stdout)
    outcome = run("scan", "-", "-p", "22", "--resume", str(path), stdin=b"")
    assert outcome.status == 2
    assert "is of another scan: addresses '127.0.0.1' then" in outcome.stderr
