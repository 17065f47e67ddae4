"""``cat -z``: one answer in each format, and the exit status of ncat."""

import csv
import errno
import io
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import jsonschema
import pytest

from nettools.commands._cat_zero import run_zero
from nettools.commands._environment import Environment
from nettools.commands._session import CommonOptions, Session
from nettools.core.connect.fault import Fault
from nettools.core.connect.order import DialOrder
from nettools.core.connect.retry import RetryPolicy
from nettools.core.tls.report import TlsReport
from nettools.net.connect.dial import Dialed
from nettools.net.loop import Loop
from nettools.render.format import Format
from nettools.runs.connect import Agree, OnAgreed, OnRefused
from tests.cli import Outcome
from tests.net.dialing import order

TLS = TlsReport(
    version="TLSv1.3",
    cipher="TLS_AES_256_GCM_SHA384",
    alpn="h2",
    verified=True,
    subject="CN=\x1b[31mhost.test",
    issuer="CN=ca.test",
    not_after=datetime(2030, 1, 2, 3, 4, tzinfo=UTC),
    names=("host.test",),
    spki_sha256="0" * 64,
)


def zero(
    asked: DialOrder,
    answer_format: Format = Format.JSON,
    *,
    policy: RetryPolicy | None = None,
    answer_s: float | None = None,
    agree: Agree | None = None,
    verbose: int = 0,
    quiet: bool = False,
) -> Outcome:
    """Ask in this process."""
    out, err = io.BytesIO(), io.BytesIO()
    environment = Environment(
        stdin=io.BytesIO(),
        stdout=out,
        stderr=err,
        stdin_is_terminal=False,
        stdout_is_terminal=False,
        stderr_is_terminal=False,
        encoding="utf-8",
        variables={},
        columns=None,
    )
    options = CommonOptions(
        format=answer_format, output=None, color="never", progress="never", verbose=verbose, quiet=quiet
    )
    with Session("cat", environment, options) as session:
        status = run_zero(session, asked, policy or RetryPolicy(), answer_s=answer_s, agree=agree)
    return Outcome(status, out.getvalue(), err.getvalue())


def checked(outcome: Outcome) -> dict[str, Any]:
    """The document, which has to fit its schema."""
    schema = json.loads(resources.files("nettools.schemas").joinpath("cat.json").read_text())
    jsonschema.validate(outcome.json, schema)
    document: dict[str, Any] = outcome.json
    return document


@pytest.fixture
def port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return str(held.getsockname()[1])


@pytest.fixture
def udp_server() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        yield server


# --- the answer -----------------------------------------------------------------------------------


def test_an_open_port_is_an_answer_and_0(port: str) -> None:
    outcome = zero(order("127.0.0.1", port))
    document = checked(outcome)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert list(document)[:2] == ["schema", "target"]
    assert document["schema"] == "nettools.cat/1"
    assert document["target"] == f"127.0.0.1:{port}"
    assert (document["transport"], document["address"], document["port"]) == ("tcp", "127.0.0.1", int(port))
    assert (document["outcome"], document["reason"], document["tls"], document["errors"]) == ("open", None, None, [])
    assert document["connect_ms"] > 0
    assert document["lookup_ms"] is None


def test_a_closed_port_is_an_answer_and_1(closed_port: str) -> None:
    outcome = zero(order("127.0.0.1", closed_port))
    document = checked(outcome)
    assert (outcome.status, outcome.stderr) == (1, "")
    assert (document["outcome"], document["connect_ms"], document["errors"]) == ("refused", None, [])
    assert document["address"] == "127.0.0.1"
    assert [(one["address"], one["outcome"]) for one in document["tries"]] == [("127.0.0.1", "refused")]


def test_a_name_is_looked_up_and_the_lookup_is_timed(port: str) -> None:
    document = checked(zero(order("localhost", port, version=4)))
    assert document["lookup_ms"] > 0
    assert document["target"] == f"localhost:{port}"


def test_a_name_that_is_not_found_is_2_and_no_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*question: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    outcome = zero(order("nosuch.test", "80"))
    document = checked(outcome)
    assert outcome.status == 2
    assert document["outcome"] is None
    assert [(one["kind"], one["input"]) for one in document["errors"]] == [("name-lookup-failed", "nosuch.test:80")]
    assert "the name 'nosuch.test' has no address" in outcome.stderr


def test_a_fault_of_this_machine_is_no_state_of_the_target(closed_port: str) -> None:
    outcome = zero(order("127.0.0.1", closed_port, source_port=1, interface="nosuch0"))
    document = checked(outcome)
    assert (outcome.status, document["outcome"]) == (2, None)
    assert [one["kind"] for one in document["errors"]] == ["no-such-interface"]


def test_a_timeout_is_1(tmp_path: object) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0nettools-test-full")
        server.listen(0)
        with socket.socket(socket.AF_UNIX) as first:
            first.connect("\0nettools-test-full")
            outcome = zero(order("@nettools-test-full", transport="unix", timeout_s=0.1))
    document = checked(outcome)
    assert (outcome.status, document["outcome"], document["address"], document["port"]) == (1, "timeout", None, None)


# --- UDP ------------------------------------------------------------------------------------------


def test_a_udp_port_that_answers_is_open(udp_server: socket.socket) -> None:
    got: list[bytes] = []

    def answer() -> None:
        octets, back = udp_server.recvfrom(100)
        got.append(octets)
        udp_server.sendto(b"", back)

    thread = threading.Thread(target=answer)
    thread.start()
    outcome = zero(order("127.0.0.1", str(udp_server.getsockname()[1]), transport="udp"), answer_s=5)
    thread.join()
    assert (outcome.status, checked(outcome)["outcome"]) == (0, "open")
    assert got == [b"\0"]


def test_a_udp_port_that_is_silent_is_open_or_filtered_and_0_as_in_ncat(udp_server: socket.socket) -> None:
    outcome = zero(order("127.0.0.1", str(udp_server.getsockname()[1]), transport="udp"), answer_s=0.1)
    document = checked(outcome)
    assert (outcome.status, document["outcome"], document["connect_ms"]) == (0, "open|filtered", None)
    assert document["reason"] == "nothing came back within 0.1 s"
    assert udp_server.recv(10) == b"\0"


def test_a_closed_udp_port_is_refused_and_1(udp_server: socket.socket) -> None:
    number = str(udp_server.getsockname()[1])
    udp_server.close()
    outcome = zero(order("127.0.0.1", number, transport="udp"), answer_s=5)
    document = checked(outcome)
    assert (outcome.status, document["outcome"], document["connect_ms"]) == (1, "refused", None)
    assert document["address"] == "127.0.0.1"


def test_a_udp_port_that_comes_up_is_waited_for(udp_server: socket.socket) -> None:
    number = str(udp_server.getsockname()[1])
    udp_server.close()
    asked = order("127.0.0.1", number, transport="udp")
    outcome = zero(asked, policy=RetryPolicy(retries=2, backoff_s=0.01), answer_s=5)
    assert outcome.status == 1
    assert outcome.stderr.count("next try in") == 2


def test_a_datagram_that_our_own_firewall_stops_is_no_state_of_the_target(
    udp_server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*question: object) -> int:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(socket.socket, "send", refuse)
    outcome = zero(order("127.0.0.1", str(udp_server.getsockname()[1]), transport="udp"), answer_s=5)
    document = checked(outcome)
    assert (outcome.status, document["outcome"]) == (1, None)
    assert [one["kind"] for one in document["errors"]] == ["firewalled-here"]


# --- formats --------------------------------------------------------------------------------------


def test_a_person_sees_a_record(port: str) -> None:
    outcome = zero(order("127.0.0.1", port), Format.TABLE)
    lines = [line.split(None, 1) for line in outcome.stdout.splitlines()]
    assert lines[0] == [f"127.0.0.1:{port}", "(tcp)"]
    assert ["Outcome", "open"] in lines
    assert ["Address", "127.0.0.1"] in lines


def test_a_person_sees_why_not(closed_port: str) -> None:
    outcome = zero(order("127.0.0.1", closed_port), Format.TABLE)
    assert "refused" in outcome.stdout
    assert "nobody listens there" in outcome.stdout


def test_what_could_not_be_found_out_stands_on_standard_error_alone() -> None:
    outcome = zero(order("127.0.0.1", "9", interface="nosuch0"), Format.TABLE)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "there is no interface 'nosuch0'" in outcome.stderr


@pytest.mark.parametrize("status", [0, 1])
def test_quiet_leaves_the_status_alone(port: str, closed_port: str, status: int) -> None:
    outcome = zero(order("127.0.0.1", closed_port if status else port), Format.TABLE, quiet=True)
    assert (outcome.status, outcome.stdout, outcome.stderr) == (status, "", "")


def test_quiet_does_not_take_the_document_that_was_asked_for(port: str) -> None:
    assert checked(zero(order("127.0.0.1", port), quiet=True))["outcome"] == "open"


def test_verbose_tells_each_step(port: str) -> None:
    outcome = zero(order("127.0.0.1", port), verbose=1)
    assert f"trying 127.0.0.1:{port}" in outcome.stderr
    assert f"connected to 127.0.0.1:{port}" in outcome.stderr


def test_a_line_and_a_row_have_the_same_values(port: str) -> None:
    asked = order("127.0.0.1", port)
    [line] = zero(asked, Format.JSONL).json_lines
    assert (line["type"], line["index"], line["outcome"], line["port"]) == ("port", 0, "open", int(port))
    [row] = csv.DictReader(io.StringIO(zero(asked, Format.CSV).stdout))
    assert (row["target"], row["outcome"], row["tls.version"]) == (f"127.0.0.1:{port}", "open", "")
    plain = zero(asked, Format.PLAIN).stdout
    assert plain.count("\n") == 1
    assert plain.split("\t")[:5] == [f"127.0.0.1:{port}", "tcp", "127.0.0.1", port, "open"]


def test_an_error_is_a_line_of_its_own() -> None:
    lines = zero(order("127.0.0.1", "9", interface="nosuch0"), Format.JSONL).json_lines
    assert [line["type"] for line in lines] == ["port", "error"]
    assert lines[0]["outcome"] is None


# --- retries, agreement, signals ------------------------------------------------------------------


def test_rounds_that_failed_are_told(closed_port: str) -> None:
    outcome = zero(order("127.0.0.1", closed_port), policy=RetryPolicy(retries=2, backoff_s=0.01))
    assert outcome.status == 1
    assert outcome.stderr.count("next try in") == 2


def agreeing(finish: Callable[[Dialed, OnAgreed, OnRefused], None]) -> Agree:
    def agree(loop: Loop, dialed: Dialed, *, deadline_s: float, on_agreed: OnAgreed, on_refused: OnRefused) -> None:
        assert deadline_s > loop.now_s
        loop.call_soon(lambda: finish(dialed, on_agreed, on_refused))

    return agree


def test_what_tls_agreed_on_is_part_of_the_answer(port: str) -> None:
    agree = agreeing(lambda dialed, on_agreed, _: on_agreed(dialed.end, TLS))
    document = checked(zero(order("127.0.0.1", port), agree=agree))
    assert document["outcome"] == "open"
    assert (document["tls"]["version"], document["tls"]["names"]) == ("TLSv1.3", ["host.test"])
    drawn = zero(order("127.0.0.1", port), Format.TABLE, agree=agree).stdout
    assert "TLS 1.3, TLS_AES_256_GCM_SHA384, verified" in drawn
    assert "\x1b" not in drawn


@pytest.mark.parametrize("failed", ["proxy-failed", "starttls-failed", "tls-failed"])
def test_a_handshake_that_fails_is_1_although_the_port_is_open(port: str, failed: str) -> None:
    def refuse(dialed: Dialed, _: OnAgreed, on_refused: OnRefused) -> None:
        dialed.end.close()
        on_refused(Fault(outcome=failed, message="the certificate has expired"))

    outcome = zero(order("127.0.0.1", port), agree=agreeing(refuse))
    document = checked(outcome)
    assert (outcome.status, document["outcome"], document["tls"]) == (1, failed, None)
    assert document["reason"] == "the certificate has expired"
    assert document["connect_ms"] > 0


def test_a_signal_ends_it_with_a_whole_document(udp_server: socket.socket) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        udp_server.recv(10)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        outcome = zero(order("127.0.0.1", str(udp_server.getsockname()[1]), transport="udp"), answer_s=10)
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert outcome.status == 130
    assert checked(outcome)["outcome"] is None
