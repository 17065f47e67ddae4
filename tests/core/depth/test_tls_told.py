"""Several handshakes with one port: which of them is told."""

from dataclasses import replace

from nettools.core.depth.tls_told import TlsTold
from nettools.core.scan.finding import Finding
from nettools.core.scan.tls_info import TlsInfo
from tests.core.depth.test_tls_info import info

GREETING = Finding(banner=b"hello")


def session(version: str) -> TlsInfo:
    return replace(info(), version=version)


def test_without_any_the_finding_stays_as_it_is() -> None:
    told = TlsTold()
    told.broken_off(None, None)
    assert told.added_to(GREETING, None) is GREETING


def test_the_first_session_counts() -> None:
    told, first = TlsTold(), session("TLSv1.3")
    told.secured(first)
    told.secured(session("TLSv1"))
    told.broken_off(session("TLSv1.1"), "no TLS session: x")
    assert told.added_to(GREETING, None) == Finding(banner=b"hello", tls=first)


def test_a_session_makes_good_what_was_broken_off() -> None:
    told, late = TlsTold(), session("TLSv1.2")
    told.broken_off(session("TLSv1"), "no TLS session: x")
    told.secured(late)
    assert told.added_to(Finding(), None) == Finding(tls=late)


def test_what_was_shown_is_told_with_the_reason() -> None:
    told, shown = TlsTold(), session("TLSv1.2")
    told.broken_off(shown, "no TLS session: x")
    told.broken_off(None, None)
    assert told.added_to(Finding(), None) == Finding(tls=shown, problem="no TLS session: x")


def test_a_port_that_is_gone_is_told_before_its_tls() -> None:
    told = TlsTold()
    told.broken_off(None, "no TLS session: x")
    assert told.added_to(Finding(), "closed meanwhile") == Finding(problem="closed meanwhile")
