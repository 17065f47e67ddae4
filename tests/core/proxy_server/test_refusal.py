"""Why there is no connection, in HTTP and in SOCKS, and what would lead back to the proxy."""

from ipaddress import ip_address

import pytest

from nettools.core.proxy_server.refusal import is_ourselves, refusal_of


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        ("refused", 502, 5),
        ("timeout", 504, 4),
        ("no-route", 502, 3),
        ("unreachable", 502, 4),
        ("name-lookup-failed", 502, 4),
        ("prohibited", 403, 2),
        ("local-resources", 503, 1),
        ("something-new", 502, 1),
    ],
)
def test_each_outcome_has_a_status_and_a_code(outcome: str, status: int, code: int) -> None:
    refusal = refusal_of(outcome, "why")
    assert (refusal.http_status, refusal.socks_code, refusal.message) == (status, code, "why")


@pytest.mark.parametrize(
    ("peer", "port", "source", "is_it"),
    [
        ("192.0.2.1", 8080, None, True),
        ("192.0.2.1", 8081, None, False),
        ("192.0.2.2", 8080, None, False),
        ("192.0.2.2", 8080, "192.0.2.1", False),
        ("192.0.2.2", 8080, "192.0.2.2", True),
        ("::ffff:192.0.2.1", 8080, None, True),
        ("127.0.0.5", 8080, None, True),
        ("::1", 8080, None, True),
        ("0.0.0.0", 8080, None, True),
        ("::", 8080, None, True),
        ("::ffff:127.0.0.1", 8080, None, True),
        ("fe80::1%eth0", 8080, "fe80::1", True),
        ("fe80::2%eth0", 8080, "fe80::1", False),
    ],
)
def test_the_address_of_the_proxy_is_known_in_all_its_forms(
    peer: str, port: int, source: str | None, is_it: bool
) -> None:
    found = is_ourselves(
        ip_address(peer),
        port,
        source=None if source is None else ip_address(source),
        own_address=ip_address("192.0.2.1"),
        own_port=8080,
    )
    assert found is is_it


def test_a_proxy_on_a_unix_socket_has_no_port_to_come_back_to() -> None:
    assert not is_ourselves(ip_address("127.0.0.1"), 80, source=None, own_address=None, own_port=None)
