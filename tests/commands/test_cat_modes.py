"""``nettools cat`` with what changes the octets, keeps them, goes before them or stands in for them."""

import json
import re
import time
from pathlib import Path

import pytest

from tests.cli import run, run_process
from tests.commands.relay_runs import cat, closed_port, events_of, listening

HERE = "127.0.0.1"


# --- what is sent ---------------------------------------------------------------------------------------------


def test_crlf_is_sent_for_lf_and_stays_where_it_is() -> None:
    with listening("--recv-only") as server:
        assert cat(HERE, server.port, "--crlf", stdin=b"a\nb\r\nc").status == 0
        assert server.wait().raw_stdout == b"a\r\nb\r\nc"


def test_lines_are_sent_with_the_delay_between_them() -> None:
    with listening("--recv-only") as server:
        began_s = time.monotonic()
        assert cat(HERE, server.port, "--delay", "300ms", "--send-only", stdin=b"a\nb\nc\n").status == 0
        assert time.monotonic() - began_s > 0.6
        assert server.wait().raw_stdout == b"a\nb\nc\n"


def test_no_more_than_the_rate_is_sent() -> None:
    with listening("--recv-only") as server:
        began_s = time.monotonic()
        assert cat(HERE, server.port, "--limit-rate", "10k", "--send-only", stdin=bytes(15 << 10)).status == 0
        assert time.monotonic() - began_s > 0.5
        assert len(server.wait().raw_stdout) == 15 << 10


def test_negotiation_of_telnet_is_answered_and_left_out(tmp_path: Path) -> None:
    said = r"printf '\377\375\001\377\373\003hi\n'; head -c 6 >answer"
    with listening("--sh-exec", said, cwd=tmp_path) as server:
        outcome = cat(HERE, server.port, "--telnet", "--no-shutdown")
        server.wait()
    assert outcome.raw_stdout == b"hi\n"
    assert (tmp_path / "answer").read_bytes() == b"\xff\xfc\x01\xff\xfe\x03"  # WONT 1, DONT 3 (RFC 854)


def test_a_program_stands_in_for_the_standard_streams(tmp_path: Path) -> None:
    with listening("--service", "echo", "-k") as server:
        outcome = cat(
            HERE, server.port, "--sh-exec", f"echo hello; read line; echo $line >{tmp_path}/heard", stdin=b"not read"
        )
    assert (outcome.status, outcome.raw_stdout, outcome.stderr) == (0, b"", "")
    assert (tmp_path / "heard").read_bytes() == b"hello\n"


def test_the_session_is_kept_raw_and_as_hex_and_appended_when_asked(tmp_path: Path) -> None:
    logs = ["-o", str(tmp_path / "raw"), "-x", str(tmp_path / "hex")]
    with listening("--service", "echo", "-k") as server:
        for more in ([], [], ["--append-output"]):
            assert cat(HERE, server.port, *logs, *more, stdin=b"hi\n").raw_stdout == b"hi\n"
    assert (tmp_path / "raw").read_bytes() == b"hi\n" * 4
    lines = (tmp_path / "hex").read_text().splitlines()
    assert [line[0] for line in lines] == [">", ">", "<", "<"] * 2
    assert re.fullmatch(r"> 00000000  68 69 0a +\|hi\.\|", lines[1])


# --- from where -----------------------------------------------------------------------------------------------


def test_the_source_is_the_address_and_the_port_that_were_asked_for() -> None:
    port = closed_port()
    with listening("-k", "--sh-exec", 'echo "$NCAT_REMOTE_ADDR $NCAT_REMOTE_PORT"') as server:
        outcome = cat(HERE, server.port, "--source", "127.0.0.5", "--source-port", port)
    assert outcome.stdout == f"127.0.0.5 {port}\n"


# --- what goes before -------------------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for_is_refused_and_its_pin_is_taken() -> None:
    with listening("--tls", "--service", "echo", "-k") as server:
        found = re.search(r"--pin is ([0-9a-f]{64})", server.await_stderr("--pin is "))
        assert found
        refused = cat(HERE, server.port, "--tls", stdin=b"x")
        pinned = cat(HERE, server.port, "--ssl", "--insecure", "--pin", found[1], "--timeline", stdin=b"x")
        wrong = cat(HERE, server.port, "--tls", "--insecure", "--pin", "0" * 64, stdin=b"x")
    assert (refused.status, refused.raw_stdout) == (1, b"")
    assert "its certificate is self-signed" in refused.stderr
    assert (pinned.status, pinned.raw_stdout) == (0, b"x")
    assert re.search(r"ms  TLS 1\.3, \S+, CN=localhost, until \d{4}-\d\d-\d\d", pinned.stderr)
    assert (wrong.status, wrong.raw_stdout) == (1, b"")
    assert "its public key is not the pinned one" in wrong.stderr


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_is_gone_through_and_told_who_we_are(kind: str) -> None:
    with (
        listening("--service", "echo", "-k") as target,
        listening("--proxy-server", kind, "--proxy-auth", "user:word") as proxy,
    ):
        through = ["--proxy", f"{HERE}:{proxy.port}", "--proxy-type", kind]
        good = cat(HERE, target.port, *through, "--proxy-auth", "user:word", "--events", "/dev/stderr", stdin=b"x")
        bad = cat(HERE, target.port, *through, "--proxy-auth", "user:other", stdin=b"x")
        zero = cat(HERE, closed_port(), "-z", *through, "--proxy-auth", "user:word", "-f", "plain")
    assert (good.status, good.raw_stdout) == (0, b"x")
    assert [one["peer"] for one in events_of(good.raw_stderr)][:2] == [
        f"{HERE}:{proxy.port}",
        f"{HERE}:{target.port}",
    ]
    assert (bad.status, bad.raw_stdout) == (1, b"")
    assert zero.status == 1
    assert "proxy-failed" in zero.stdout


def test_retrying_is_told_and_ends_when_somebody_listens() -> None:
    outcome = run("cat", HERE, closed_port(), "--retry", "2", "--backoff", "10ms")
    assert outcome.status == 1
    assert outcome.stderr.count("next try in") == 2
    assert outcome.stderr.endswith("; 2 times\n") or outcome.stderr.endswith("; 3 times\n")


# --- -z -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server_words", "words"),
    [
        ([], []),
        (["--tls"], ["--tls", "--insecure"]),
        (["-u"], ["-u"]),
        (["--mptcp"], ["--mptcp"]),
    ],
    ids=lambda words: words[0] if words else "tcp",
)
def test_zero_answers_in_every_format(server_words: list[str], words: list[str]) -> None:
    keep = [] if "-u" in server_words else ["-k"]
    with listening("--service", "echo", *keep, *server_words) as server:
        answers = {name: run("cat", "-z", HERE, server.port, *words, "-f", name) for name in _FORMATS}
    assert {one.status for one in answers.values()} == {0}
    assert answers["json"].json["outcome"] == answers["jsonl"].json_lines[0]["outcome"] == "open"
    assert (answers["json"].json["tls"] is None) is ("--tls" not in words)
    assert answers["plain"].stdout.split("\t")[4] == "open"
    assert answers["csv"].stdout.splitlines()[1].split(",")[4] == "open"
    assert "open" in answers["table"].stdout


_FORMATS = ("table", "json", "jsonl", "csv", "plain")


def test_zero_of_a_unix_socket_answers_too(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with listening("--service", "echo", "-k", place=("-U", path)):
        assert run("cat", "-z", "-U", path, "--json").json["outcome"] == "open"
    outcome = run("cat", "-z", "-U", f"{path}2", "--json")
    assert (outcome.status, outcome.json["outcome"]) == (1, "not-there")


# --- checked transfer ----------------------------------------------------------------------------------------------


def test_a_file_is_sent_checked_and_told_on_both_sides(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(bytes(range(256)) * 1000)
    (tmp_path / "there").mkdir()
    with listening("--receive", str(tmp_path / "there"), "--events", "-") as server:
        outcome = run_process("cat", HERE, server.port, "--send", str(tmp_path / "data"), "--events", "-")
        received = server.wait()
    assert outcome.status == received.status == 0
    assert "sent data: 256 kB" in outcome.stderr
    assert "every block verified" in received.stderr
    assert (tmp_path / "there" / "data").read_bytes() == (tmp_path / "data").read_bytes()
    assert [one["event"] for one in map(json.loads, outcome.stdout.splitlines())] == ["connected", "close"]
    assert [one["event"] for one in map(json.loads, received.stdout.splitlines())][2:] == ["accept", "request", "close"]
