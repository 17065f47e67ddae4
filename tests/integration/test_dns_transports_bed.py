"""Every transport, key and transfer against named, NSD and the misbehaving servers, beside dig where dig can."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli import variables
from tests.dns_bed import tools
from tests.dns_bed.fixture import DnsBed, require_bed

AUTH = "127.53.0.5"
ODD = "127.53.0."


def asking(dns_bed: DnsBed, *words: str) -> Any:
    """What ``bed_transports`` says."""
    done = dns_bed.run(sys.executable, "-m", "tests.integration.bed_transports", *words)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert done.stderr == b""
    return json.loads(done.stdout)


def records_of_dig(printed: bytes) -> list[str]:
    """The records that dig printed with +unknownformat, spelled as ``bed_transports`` does."""
    told: list[str] = []
    for line in printed.decode().splitlines():
        match = re.match(r"(\S+)\s+([0-9]+)\s+CLASS1\s+(TYPE[0-9]+)\s+\\#\s+([0-9]+)\s*(.*)\Z", line)
        if match is not None:
            told.append(f"{match[1]} {match[2]} {match[3]} {match[4]} {match[5].replace(' ', '')}".rstrip())
    return told


def of_dig(dns_bed: DnsBed, *words: str) -> list[str]:
    done = dns_bed.run("dig", "+unknownformat", "+nocomments", "+noquestion", "+nostats", "+nocmd", *words)
    assert done.returncode == 0, done.stdout
    return records_of_dig(done.stdout)


@pytest.mark.parametrize("server", [f"udp://{AUTH}:53", f"tcp://{AUTH}:53", f"tls://{AUTH}:853", f"https://{AUTH}:443"])
@pytest.mark.parametrize("name", ["huge.all.test", "www.nsec.test"])
def test_every_transport_has_the_answer_of_dig(server: str, name: str, dns_bed: DnsBed) -> None:
    kind = "AAAA" if name.startswith("huge") else "A"
    cafile = str(dns_bed.folder / "tls.crt")
    found = asking(dns_bed, "lookup", server, name, kind, "--cafile", cafile, "--name", "bed.test")
    assert found["status"] == "answered"
    assert found["warnings"] == []
    assert found["answer"] == sorted(of_dig(dns_bed, f"@{AUTH}", name, kind, "+noauthority", "+noadditional"))


@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_certificates_of_the_bed_are_verified(scheme: str, dns_bed: DnsBed) -> None:
    server = f"{scheme}://{AUTH}:{853 if scheme == 'tls' else 443}"
    cafile = str(dns_bed.folder / "tls.crt")
    asked = ["lookup", server, "www.nsec.test"]

    found = asking(dns_bed, *asked)
    assert (found["status"], found["results"]) == ("unreachable", ["tls-failed"])
    assert "its certificate is self-signed" in found["warnings"][0]

    found = asking(dns_bed, *asked, "--cafile", cafile, "--name", "other.test")
    assert (found["status"], found["results"]) == ("unreachable", ["tls-failed"])
    assert "its certificate is not for 'other.test' but for 'bed.test', '127.53.0.5'" in found["warnings"][0]

    named = ["--name", "other.test", "--tls-name", "bed.test"]
    assert asking(dns_bed, *asked, "--cafile", cafile, *named)["status"] == "answered"

    found = asking(dns_bed, *asked, "--insecure")
    assert found["status"] == "answered"
    assert "was not verified" in found["warnings"][0]


def test_another_path_of_the_https_server_is_told(dns_bed: DnsBed) -> None:
    found = asking(dns_bed, "lookup", f"https://{AUTH}:853", "www.nsec.test", "--insecure")
    assert found["results"] == ["http-version"]


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_a_signed_query_is_answered_signed(scheme: str, dns_bed: DnsBed) -> None:
    key = str(dns_bed.folder / "tsig.key")
    found = asking(dns_bed, "lookup", f"{scheme}://{AUTH}:53", "www.nsec.test", "--tsig-file", key)
    assert (found["status"], found["warnings"]) == ("answered", [])


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
@pytest.mark.parametrize(
    ("name", "secret", "words"),
    [
        ("bed-key", "b3RoZXI=", "BADSIG: the server has another secret for the key 'bed-key.'"),
        ("no-key", "b3RoZXI=", "BADKEY: the server knows no key 'no-key.' of hmac-sha256"),
    ],
)
def test_a_bad_key_is_told_in_the_servers_words(
    scheme: str, name: str, secret: str, words: str, dns_bed: DnsBed, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.key"
    bad.write_text(f"hmac-sha256:{name}:{secret}\n")
    found = asking(dns_bed, "lookup", f"{scheme}://{AUTH}:53", "www.nsec.test", "--tsig-file", str(bad))
    assert (found["status"], found["results"]) == ("notauth", ["NOTAUTH"])
    assert found["warnings"][0].endswith(words)


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_a_server_whose_clock_is_a_day_behind_is_told(scheme: str, dns_bed: DnsBed) -> None:
    key = str(dns_bed.folder / "tsig.key")
    found = asking(dns_bed, "lookup", f"{scheme}://{ODD}59:53", "www.nsec.test", "--tsig-file", key)
    assert (found["status"], found["results"]) == ("badtime", ["BADTIME"])
    assert re.search(r"86,(400|399|401) s behind the clock here", found["warnings"][0])


@pytest.mark.parametrize("server", [f"tcp://{AUTH}:53", f"tls://{AUTH}:853", "tcp://127.53.0.3:53"])
def test_axfr_has_the_records_of_dig_in_their_order(server: str, dns_bed: DnsBed) -> None:
    key, cafile = str(dns_bed.folder / "tsig.key"), str(dns_bed.folder / "tls.crt")
    address = server.partition("://")[2].partition(":")[0]
    tls = ["--cafile", cafile, "--tls-name", "bed.test"]
    found = asking(dns_bed, "transfer", server, "all.test", "--tsig-file", key, *tls)
    assert (found["status"], found["result"], found["style"]) == ("answered", "complete", "full")
    assert found["warnings"] == []
    assert len(found["records"]) == 950
    assert found["records"] == of_dig(dns_bed, f"@{address}", "all.test", "axfr", "-k", key)


def test_axfr_of_a_signed_zone_needs_no_key(dns_bed: DnsBed) -> None:
    found = asking(dns_bed, "transfer", "tcp://127.53.0.3:53", "nsec.test")
    assert found["records"] == of_dig(dns_bed, "@127.53.0.3", "nsec.test", "axfr")
    assert found["result"] == "complete"


@pytest.mark.parametrize(
    ("server", "zone", "status", "result"),
    [
        (AUTH, "all.test", "refused", "REFUSED"),
        (AUTH, "no.such.zone", "notauth", "NOTAUTH"),
        (f"{ODD}19", "zone.test", "unreachable", "refused-connection"),
        (f"{ODD}21", "zone.test", "malformed", "malformed"),
        (f"{ODD}23", "zone.test", "refused", "REFUSED"),
        (f"{ODD}24", "zone.test", "servfail", "SERVFAIL"),
        (f"{ODD}29", "zone.test", "malformed", "malformed"),
        (f"{ODD}31", "zone.test", "malformed", "malformed"),
        (f"{ODD}37", "zone.test", "unreachable", "closed"),
        (f"{ODD}51", "zone.test", "unreachable", "reset"),
    ],
)
def test_a_transfer_that_fails_says_how(server: str, zone: str, status: str, result: str, dns_bed: DnsBed) -> None:
    found = asking(dns_bed, "transfer", f"tcp://{server}:53", zone)
    assert (found["status"], found["result"], found["records"]) == (status, result, [])


def test_a_cut_transfer_keeps_its_records(dns_bed: DnsBed) -> None:
    found = asking(dns_bed, "transfer", f"tcp://{ODD}56:53", "zone.test")
    assert (found["status"], found["result"], len(found["records"])) == ("malformed", "cut", 20)


def test_a_zone_that_changes_is_told(dns_bed: DnsBed) -> None:
    found = asking(dns_bed, "transfer", f"tcp://{ODD}57:53", "zone.test")
    assert (found["status"], found["result"], len(found["records"])) == ("malformed", "changed", 43)
    assert "began with serial 7 and ends with 8" in found["warnings"][0]


def test_ixfr_may_be_answered_in_full(dns_bed: DnsBed) -> None:
    found = asking(dns_bed, "transfer", f"tcp://{ODD}58:53", "zone.test", "--serial", "3")
    assert (found["result"], found["style"], len(found["records"])) == ("complete", "full", 43)


def test_ixfr_without_news_is_up_to_date(dns_bed: DnsBed) -> None:
    known = asking(dns_bed, "transfer", "tcp://127.53.0.3:53", "nsec.test")["serial"]
    found = asking(dns_bed, "transfer", "tcp://127.53.0.3:53", "nsec.test", "--serial", str(known))
    assert (found["status"], found["result"], len(found["records"])) == ("answered", "up-to-date", 1)


# Run in a bed of its own: an update would leave the shared one's secondaries behind.
_UPDATES = """
set -eu
update() { printf 'server 127.53.0.5\\nzone all.test\\n%s\\nsend\\n' "$1" | nsupdate -k "$BED_DIR/tsig.key"; }
serial() { dig +short @127.53.0.5 all.test SOA | cut -d' ' -f3; }
before=$(serial)
update 'update add added.all.test 60 A 192.0.2.77'
update 'update delete added.all.test A
update add second.all.test 60 TXT "two"'
set -- "$before"
"$PYTHON" -m tests.integration.bed_transports transfer tcp://127.53.0.5:53 all.test \\
  --serial "$before" --tsig-file "$BED_DIR/tsig.key"
dig +unknownformat +nocomments +noquestion +nostats +nocmd \\
  @127.53.0.5 all.test ixfr="$before" -k "$BED_DIR/tsig.key"
"""


def test_ixfr_has_the_steps_and_the_records_of_dig(tmp_path: Path) -> None:
    require_bed()
    done = subprocess.run(
        [*tools.module("bed"), "exec", "sh", "-c", _UPDATES],
        env=tools.importable(variables(TMPDIR=str(tmp_path), PYTHON=sys.executable)),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    ours, _, theirs = done.stdout.partition(b"\n")
    found = json.loads(ours)
    assert (found["status"], found["result"], found["style"]) == ("answered", "complete", "incremental")
    first = found["steps"][0][0]
    assert found["steps"] == [[first, first + 1, 1, 2], [first + 1, first + 2, 2, 2]]
    assert found["serial"] == first + 2
    assert found["parts"] == ["zone", "removed", "added", "added", "removed", "removed", "added", "added", "zone"]
    assert found["records"] == records_of_dig(theirs)
