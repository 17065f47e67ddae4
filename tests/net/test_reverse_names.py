"""Names of addresses: asked of name servers, within a time, whatever these do."""

import os
import signal
import threading
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic

from nettools.core.resolve.lookup import Server
from nettools.net.interrupts import Interrupts
from nettools.net.reverse_names import reverse_names
from tests.dns_servers.answering import address_reply, name_server
from tests.dns_servers.zone import name_server as zone_server

RECORDS = """
1.2.0.192.in-addr.arpa. 60 PTR www.test.
2.2.0.192.in-addr.arpa. 60 PTR b.test.
2.2.0.192.in-addr.arpa. 60 PTR a.test.
3.2.0.192.in-addr.arpa. 60 PTR odd\\007name.test.
5.2.0.192.in-addr.arpa. 60 CNAME 5.0.2.0.192.in-addr.arpa.
5.0.2.0.192.in-addr.arpa. 60 PTR delegated.test.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 PTR six.test.
"""


def here(port: int) -> list[Server]:
    return [Server(address=IPv4Address("127.0.0.1"), port=port)]


def test_each_address_has_its_name() -> None:
    asked = [ip_address(f"192.0.2.{number}") for number in (1, 2, 3, 4, 5)] + [ip_address("2001:db8::1")]
    with zone_server(RECORDS, origin=".") as port, Interrupts() as interrupts:
        names = reverse_names(asked, interrupts=interrupts, servers=here(port))
    assert list(names.values()) == [
        "www.test",
        "a.test",
        "odd\\007name.test",
        None,
        "delegated.test",
        "six.test",
    ]
    assert list(names) == asked


def test_thousands_are_asked_at_once() -> None:
    asked = [IPv4Address((198 << 24) + (18 << 16) + number) for number in range(3000)]
    with name_server(lambda query: [address_reply(query, rcode=3)]) as server, Interrupts() as interrupts:
        began_s = monotonic()
        names = reverse_names(asked, interrupts=interrupts, servers=[server])
        assert monotonic() - began_s < 5
    assert names == dict.fromkeys(asked)


def test_no_address_is_no_question() -> None:
    with Interrupts() as interrupts:
        assert reverse_names([], interrupts=interrupts, servers=here(9)) == {}


def test_a_silent_server_costs_no_more_than_the_time() -> None:
    address = IPv6Address("2001:db8::7")
    with name_server(lambda _query: []) as server, Interrupts() as interrupts:
        began_s = monotonic()
        assert reverse_names([address], interrupts=interrupts, servers=[server], timeout_s=0.3) == {address: None}
        assert monotonic() - began_s < 2


def test_a_signal_ends_it() -> None:
    address = IPv4Address("192.0.2.1")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with name_server(lambda _query: []) as server, Interrupts() as interrupts:
            timer = threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT))
            timer.start()
            began_s = monotonic()
            assert reverse_names([address], interrupts=interrupts, servers=[server], timeout_s=20) == {address: None}
            assert monotonic() - began_s < 5
            assert interrupts.has_fired
            timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
