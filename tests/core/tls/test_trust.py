"""Whom a client or a server takes the other side for."""

import pytest

from nettools.core.connect.handshake import HandshakeFailed
from nettools.core.tls.certificate import read_certificate
from nettools.core.tls.names import names_of_ours
from nettools.core.tls.report import tls_report
from nettools.core.tls.settings import ClientTls, ServerTls
from nettools.core.tls.trust import judge
from tests.core.tls.test_certificate import raw_names

OCTETS = raw_names([(0x82, b"a.test"), (0x82, b"\x1b[2J.test"), (0x87, b"\xc0\x00\x02\x01")])
PIN = read_certificate(OCTETS).spki_sha256
OTHER = "00" * 32


@pytest.mark.parametrize(
    ("settings", "is_known"),
    [
        (ClientTls(host="a.test"), True),
        (ClientTls(host="A.TEST."), True),
        (ClientTls(host="192.0.2.1"), True),
        (ClientTls(host="b.test", servername="a.test"), True),
        (ClientTls(host="a.test", pins=(OTHER, PIN)), True),
        (ClientTls(host="b.test", is_verified=False), False),
        (ClientTls(host="b.test", is_verified=False, pins=(PIN,)), True),
        (ServerTls(), True),
    ],
)
def test_whoever_is_right_is_taken(settings: ClientTls | ServerTls, is_known: bool) -> None:
    certificate, is_verified = judge(OCTETS, settings)
    assert certificate is not None
    assert is_verified is is_known


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ClientTls(host="b.test"), "not for 'b.test' but for 'a.test', '\\\\x1b[2J.test', '192.0.2.1'"),
        (ClientTls(host="192.0.2.2"), "not for '192.0.2.2'"),
        (ClientTls(host="b.test", pins=(PIN,)), "not for 'b.test'"),
        (ClientTls(host="a.test", pins=(OTHER,)), f"not the pinned one: its SHA-256 is {PIN}"),
        (ClientTls(host="a.test", is_verified=False, pins=(OTHER,)), "not the pinned one"),
    ],
)
def test_whoever_is_wrong_is_refused_with_the_reason_and_what_helps(settings: ClientTls, words: str) -> None:
    with pytest.raises(HandshakeFailed) as failure:
        judge(OCTETS, settings)
    assert words.replace("\\\\", "\\") in failure.value.message
    assert failure.value.hint


def test_what_cannot_be_read_is_taken_by_those_alone_who_take_anybody() -> None:
    for settings in (ClientTls(host="a.test"), ClientTls(host="a", is_verified=False, pins=(PIN,)), ServerTls()):
        with pytest.raises(HandshakeFailed, match="cannot be read"):
            judge(OCTETS[:-1], settings)
    assert judge(OCTETS[:-1], ClientTls(host="a.test", is_verified=False)) == (None, False)


def test_a_client_without_certificate_is_nobody() -> None:
    assert judge(None, ServerTls()) == (None, False)
    report = tls_report(version="TLSv1.3", cipher="c", alpn=None, certificate=None, is_verified=False)
    assert (report.subject, report.names, report.verified) == (None, (), False)


@pytest.mark.parametrize(
    "settings",
    [
        ClientTls(host="a.test"),
        ClientTls(host="a.test", pins=(PIN,)),
        ClientTls(host="a.test", is_verified=False, pins=(PIN,)),
        ServerTls(cafile="those-we-trust.pem"),
    ],
)
def test_where_somebody_is_expected_nobody_is_refused(settings: ClientTls | ServerTls) -> None:
    for nobody in (None, b""):
        with pytest.raises(HandshakeFailed, match="showed no certificate"):
            judge(nobody, settings)
    assert judge(None, ClientTls(host="a.test", is_verified=False)) == (None, False)


def test_a_certificate_of_ours_is_for_this_machine_and_where_it_listens() -> None:
    assert names_of_ours("box.test", ["127.0.0.1", "0.0.0.0", "::", "fe80::1%eth0", "192.0.2.1"]) == (
        "localhost",
        "box.test",
        "127.0.0.1",
        "::1",
        "fe80::1%eth0",
        "192.0.2.1",
    )
    assert names_of_ours("", []) == ("localhost", "127.0.0.1", "::1")
