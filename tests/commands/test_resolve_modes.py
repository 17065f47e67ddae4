"""No option of ``nettools resolve`` is accepted and then ignored: where it has no effect, it is refused."""

import re

import pytest

from tests.cli import run

KEY = "hmac-sha256:key:c2VjcmV0"
SERVER = "@127.0.0.1:9"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--trace", "--all-ns"], "--trace and --all-ns exclude each other"),
        (["--watch", "--compare", SERVER, SERVER], "--compare and --watch exclude each other"),
        (["--axfr", "--ixfr", "7", SERVER], "--axfr and --ixfr exclude each other"),
        (["--trace", SERVER], "--trace asks the servers of the zones"),
        (["--all-ns", SERVER, "-s", "127.0.0.2"], "--all-ns finds the servers of the zone through one resolver"),
        (["--all-ns", "--class", "CH", SERVER], "--all-ns asks the servers of the Internet's zones"),
        (["--compare", "--validate", SERVER, "-s", "127.0.0.2"], "--validate does not go with --compare"),
        (["--compare", SERVER], "--compare needs two servers or more"),
        (["--interval", "1s", SERVER], "--interval is for --watch"),
        (["--rate", "5", SERVER], "--rate is for --file"),
        (["--trust-anchor", "f", SERVER], "--trust-anchor is for --validate and --trace"),
        (["--root-hints", "f", SERVER], "--root-hints is for --trace"),
        (["--search", SERVER], "--search is for the servers of resolv.conf"),
        (["--cafile", "f", "--insecure", SERVER], "--insecure takes any certificate"),
        (["MX", "--axfr", SERVER], "a transfer has records of all types"),
        (["--short", "--format", "csv", SERVER], "--short and --format csv exclude each other"),
        (["--short", "--system", SERVER], "--short has no place for what --system finds"),
        (["--system", "--format", "csv", SERVER], "--format csv has no place for what --system finds"),
        *((["--watch", "--format", one, SERVER], "--watch has no end") for one in ("plain", "csv", "dig", "rfc8427")),
        *(
            ([one, *value, SERVER], f"{one} is for servers with a certificate")
            for one, *value in (["--insecure"], ["--cafile", "f"], ["--tls-name", "n"])
        ),
        *(
            ([one, *value, "--no-edns", SERVER], f"{one} needs EDNS")
            for one, *value in (
                *(["--dnssec"], ["--validate"], ["--nsid"], ["--cookie"]),
                *(["--bufsize", "512"], ["--subnet", "192.0.2.0/24"]),
            )
        ),
        *(
            (["--trace", one, *value], f"{one} does not go with --trace")
            for one, *value in (["--system"], ["--search"], ["--ad"], ["--tsig", KEY], ["--insecure"])
        ),
        *(
            (["--all-ns", one, *value, SERVER], f"{one} does not go with --all-ns")
            for one, *value in (["--system"], ["--search"], ["--ad"], ["--tsig", KEY], ["--validate"])
        ),
        *(([one, "--watch", SERVER], f"{one} does not go with --watch") for one in ("--short", "--validate")),
        *(
            (["--axfr", one, *value, SERVER], f"{one} does not go with --axfr")
            for one, *value in (
                *(["--dnssec"], ["--validate"], ["--system"], ["--search"], ["--ad"], ["--cd"], ["--no-rd"]),
                *(["--nsid"], ["--cookie"], ["--expect", "1"], ["--bufsize", "512"], ["--subnet", "192.0.2.0/24"]),
                *(["--tries", "1"], ["--concurrency", "1"]),
            )
        ),
    ],
)
def test_what_would_have_no_effect_is_refused(words: list[str], told: str) -> None:
    outcome = run("resolve", "www.test", *words)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert told in outcome.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        *(
            ([one, *value], f"{one} does not go with --file")
            for one, *value in (["--validate"], ["--system"], ["--expect", "1"], ["--search"])
        ),
        (["--short", "--format", "jsonl"], "--short and --format jsonl exclude each other"),
        (["--format", "dig"], "--format dig does not go with --file"),
        (["--format", "rfc8427"], "--format rfc8427 does not go with --file"),
        (["--trace"], "--trace and --file exclude each other"),
        (["--watch"], "--file and --watch exclude each other"),
    ],
)
def test_bulk_refuses_what_it_cannot_honour(words: list[str], told: str) -> None:
    servers = [] if "--trace" in words else [SERVER]
    outcome = run("resolve", "--file", "-", *servers, *words, stdin=b"www.test\n")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert told in outcome.stderr


def test_the_options_stand_in_groups() -> None:
    heads = re.findall(r"^\S.*:$", run("resolve", "--help").stdout, re.MULTILINE)
    assert heads == [
        "Arguments:",
        "What to ask:",
        "What to find out:",
        "Whom to ask, and how to reach them:",
        "What the query says:",
        "Many questions:",
        "Options of every command:",
        "Examples:",
    ]
