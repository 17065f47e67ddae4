"""What is done on one port, step by step: a peer made of a table answers, and the clock is a number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.depth.action import MOST_REPLY_BYTES, Action, Connect, Done, Listen, Say, StartTls, Waits, Wanted
from nettools.core.depth.catalog import Catalog
from nettools.core.depth.session import DepthPlan
from nettools.core.ports import Transport
from nettools.core.scan.finding import MOST_BANNER_BYTES, Finding
from tests.core.depth.sample_files import CATALOG

PROBE = Wanted(probe=True)
WAITS = Waits()
UNKNOWN_PORT = 54321


@dataclass
class Peer:
    """A server: what it says unasked, what it answers, in which order of pieces, and whether it knows TLS."""

    greeting: bytes = b""
    answer: Callable[[bytes], bytes | None] = lambda _said: b""
    """To what was said; None closes the connection."""
    has_tls: bool = False
    only_tls: bool = False
    inside: "Peer | None" = None
    closes_at_once: bool = False
    connections: int = 100
    piece: int = 1 << 20
    did: list[str] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    now_s: float = 0.0

    def talk(self, plan: DepthPlan) -> Finding:
        """Drives the plan to its end."""
        pending, here, is_closed = b"", self, False
        for _ in range(20_000):
            action = plan.next_action(self.now_s)
            self._note(action)
            match action:
                case Done():
                    return action.finding
                case Connect():
                    self.connections -= 1
                    here, pending, is_closed = self, self.greeting, self.closes_at_once
                    (plan.connected if self.connections >= 0 else plan.failed)(self.now_s)
                case StartTls():
                    if self.has_tls or action.starttls:
                        here = self.inside or self
                        pending = here.greeting
                        plan.connected(self.now_s)
                    else:
                        plan.failed(self.now_s)
                case Say():
                    self.said.append(action.data)
                    answer = here.answer(action.data)
                    is_closed = is_closed or answer is None
                    pending += answer or b""
                case Listen():
                    assert action.until_s >= self.now_s
                    assert action.most_bytes > 0
                    if pending:
                        data, pending = pending[: self.piece], pending[self.piece :]
                        self.now_s += 0.001
                        plan.heard(data[: action.most_bytes], self.now_s)
                    elif is_closed:
                        plan.closed(self.now_s)
                    else:
                        self.now_s = action.until_s
                        plan.timed_out(self.now_s)
        raise AssertionError("it never ends")

    def _note(self, action: Action) -> None:
        name = type(action).__name__
        if name != "Listen" or self.did[-1:] != ["Listen"]:
            self.did.append(name)


def look(
    peer: Peer, port: int, wanted: Wanted = PROBE, *, transport: Transport = "tcp", catalog: Catalog = CATALOG
) -> Finding:
    return peer.talk(DepthPlan(port, transport, wanted, catalog, host="192.0.2.1", now_s=0.0))


def answers(table: dict[bytes, bytes], otherwise: bytes | None = b"") -> Callable[[bytes], bytes | None]:
    """Answers by how what was said begins."""
    return lambda said: next((answer for begin, answer in table.items() if said.startswith(begin)), otherwise)


WEB = b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 2\r\n\r\nok"
SSH = b"SSH-2.0-OpenSSH_9.2p1\r\n"


def test_a_greeting_is_enough() -> None:
    peer = Peer(greeting=SSH)
    found = look(peer, 22)
    assert found == Finding(banner=SSH, service="ssh", product="OpenSSH", version="9.2p1")
    assert peer.did == ["Connect", "Listen", "Done"]
    assert peer.now_s < 0.1


def test_on_a_port_of_the_web_nothing_is_waited_for() -> None:
    peer = Peer(answer=answers({b"GET / ": WEB}))
    found = look(peer, 80)
    assert (found.service, found.product, found.version, found.banner) == ("http", "nginx", "1.22.1", None)
    assert peer.did == ["Connect", "Say", "Listen", "Done"]
    assert b"\r\nHost: 192.0.2.1\r\n" in peer.said[0]


def test_a_greeting_on_a_port_of_the_web_is_recognised() -> None:
    assert look(Peer(greeting=SSH, answer=answers({}, None)), 80).product == "OpenSSH"


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("www.example.com", 80, b"www.example.com"),
        ("www.example.com", 8080, b"www.example.com:8080"),
        ("2001:db8::1", 80, b"[2001:db8::1]"),
        ("fe80::1%eth0", 8080, b"[fe80::1]:8080"),
    ],
)
def test_the_host_is_named_as_http_wants_it(host: str, port: int, expected: bytes) -> None:
    peer = Peer(answer=answers({b"GET / ": WEB}))
    peer.talk(DepthPlan(port, "tcp", PROBE, CATALOG, host=host, now_s=0.0))
    assert b"\r\nHost: " + expected + b"\r\n" in peer.said[0]


def test_a_web_page_is_heard_to_its_end_before_it_is_judged() -> None:
    page = b"<html><head><title>Grafana</title></head></html>"
    answer = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: %d\r\n\r\n" % len(page) + page
    peer = Peer(answer=answers({b"GET / ": answer}), piece=20)
    assert look(peer, 8080).service == "grafana"


def test_silence_on_an_unknown_port_costs_a_bounded_time() -> None:
    peer = Peer()
    assert look(peer, UNKNOWN_PORT) == Finding()
    questions = len(peer.said)
    assert peer.now_s <= WAITS.greeting_s + questions * WAITS.reply_s + WAITS.tls_s
    assert questions == 2
    assert peer.did.count("StartTls") == 1


def test_an_unknown_port_is_asked_in_the_clear_then_inside_tls() -> None:
    peer = Peer(only_tls=True, has_tls=True, inside=Peer(answer=answers({b"GET / ": WEB})))
    found = look(peer, UNKNOWN_PORT)
    assert (found.service, found.product) == ("https", "nginx")


def test_tls_comes_first_on_its_ports() -> None:
    peer = Peer(has_tls=True, inside=Peer(answer=answers({b"GET / ": WEB})))
    found = look(peer, 443)
    assert (found.service, found.version) == ("https", "1.22.1")
    assert peer.did == ["Connect", "StartTls", "Say", "Listen", "Done"]


def test_a_port_of_tls_that_speaks_in_the_clear_is_asked_in_the_clear() -> None:
    peer = Peer(answer=answers({b"GET / ": WEB}))
    assert look(peer, 443).service == "http"


def test_a_port_that_is_silent_in_the_clear_is_asked_its_own_questions_inside_tls() -> None:
    table = {b"GET /v1/sys/health": b'HTTP/1.1 200 OK\r\n\r\n{"sealed": false, "version": "1.15.2"}'}
    peer = Peer(answer=answers({}, None), has_tls=True, inside=Peer(answer=answers(table)))
    found = look(peer, 8200)
    assert (found.service, found.product, found.version) == ("vault", "Vault", "1.15.2")


@pytest.mark.parametrize(
    ("port", "wanted", "offered"),
    [
        (443, PROBE, ("http/1.1",)),
        (993, PROBE, ()),
        (8883, PROBE, ()),
        (443, Wanted(tls_info=True), ("h2", "http/1.1")),
    ],
)
def test_only_what_will_be_spoken_is_offered_inside_tls(port: int, wanted: Wanted, offered: tuple[str, ...]) -> None:
    plan = DepthPlan(port, "tcp", wanted, CATALOG, host="192.0.2.1", now_s=0.0)
    plan.next_action(0.0)
    plan.connected(0.0)
    action = plan.next_action(0.0)
    assert isinstance(action, StartTls)
    assert action.alpn == offered


def test_a_server_inside_tls_greets_there() -> None:
    peer = Peer(has_tls=True, inside=Peer(greeting=b"* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.\r\n"))
    assert look(peer, 993).service == "imaps"


def test_what_says_nothing_inside_tls_is_tls() -> None:
    assert look(Peer(has_tls=True, inside=Peer()), UNKNOWN_PORT).service == "tls"


def test_a_server_that_asks_for_tls_gets_it() -> None:
    refusal = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
    peer = Peer(answer=answers({b"GET / ": refusal}), has_tls=True, inside=Peer(answer=answers({b"GET / ": WEB})))
    assert look(peer, 8080).service == "https"


def test_a_soft_answer_leads_to_the_question_that_the_service_understands() -> None:
    info = b"$90\r\n# Server\r\nredis_version:7.0.15\r\nredis_build_id:1\r\nredis_mode:standalone\r\nos:Linux\r\n"
    table = {b"GET / ": b"-ERR wrong number of arguments for 'get' command\r\n", b"INFO": info}
    found = look(Peer(answer=answers(table)), UNKNOWN_PORT)
    assert (found.service, found.product, found.version) == ("redis", "Redis", "7.0.15")


def test_a_follow_up_goes_over_the_connection_of_the_greeting() -> None:
    answer = b'* ID ("name" "Example" "version" "4.2")\r\nn1 OK\r\n'
    peer = Peer(greeting=b"* OK IMAP4rev1 ready\r\n", answer=answers({b"n1 ID": answer}))
    found = look(peer, 143)
    assert (found.service, found.product, found.version) == ("imap", "Example", "4.2")
    assert peer.did.count("Connect") == 1


def test_a_follow_up_that_is_refused_takes_nothing_away() -> None:
    peer = Peer(greeting=b"* OK IMAP4rev1 ready\r\n", answer=answers({}, None))
    found = look(peer, 143)
    assert (found.service, found.product) == ("imap", None)
    assert found.banner == b"* OK IMAP4rev1 ready\r\n"


def test_an_unknown_greeting_is_kept() -> None:
    found = look(Peer(greeting=b"hello, who are you?\r\n"), UNKNOWN_PORT)
    assert found == Finding(banner=b"hello, who are you?\r\n")


def test_an_unknown_answer_is_kept() -> None:
    found = look(Peer(answer=answers({}, b"what?\n")), UNKNOWN_PORT)
    assert found == Finding(banner=b"what?\n")


def test_who_hangs_up_at_once_is_left_alone() -> None:
    peer = Peer(closes_at_once=True)
    assert look(peer, UNKNOWN_PORT) == Finding()
    assert peer.did == ["Connect", "Listen", "Done"]


def test_no_connection_is_the_end() -> None:
    peer = Peer(connections=0)
    assert look(peer, 80) == Finding()
    assert peer.did == ["Connect", "Done"]


@pytest.mark.parametrize("port", range(9100, 9108))
@pytest.mark.parametrize("wanted", [PROBE, Wanted(banner=True, tls_info=True, probe=True), Wanted(tls_info=True)])
def test_nothing_is_ever_said_to_a_printer(port: int, wanted: Wanted) -> None:
    peer = Peer(greeting=SSH if wanted.probe else b"", has_tls=True)
    found = look(peer, port, wanted)
    assert peer.said == []
    assert "StartTls" not in peer.did
    assert found.service == ("ssh" if wanted.probe else None)


def test_a_banner_alone_asks_nothing() -> None:
    peer = Peer(greeting=SSH)
    assert look(peer, 22, Wanted(banner=True)) == Finding(banner=SSH)
    assert peer.said == []
    assert peer.now_s <= WAITS.quiet_s + 0.1
    peer = Peer()
    assert look(peer, 80, Wanted(banner=True), catalog=Catalog({})) == Finding()
    assert peer.now_s == WAITS.greeting_s


def test_tls_alone_makes_one_session() -> None:
    peer = Peer(has_tls=True)
    assert look(peer, UNKNOWN_PORT, Wanted(tls_info=True)) == Finding()
    assert peer.did == ["Connect", "StartTls", "Done"]


def test_tls_alone_begins_inside_the_protocol_where_the_port_has_one() -> None:
    plan = DepthPlan(25, "tcp", Wanted(tls_info=True), CATALOG, host="192.0.2.1", now_s=0.0)
    plan.next_action(0.0)
    plan.connected(0.0)
    action = plan.next_action(0.0)
    assert isinstance(action, StartTls)
    assert action.starttls == "smtp"


def test_tls_of_a_service_that_was_recognised_begins_inside_it() -> None:
    peer = Peer(greeting=b"220 mail.example.com ESMTP Postfix\r\n")
    found = look(peer, UNKNOWN_PORT, Wanted(probe=True, tls_info=True))
    assert (found.service, found.product) == ("smtp", "Postfix")
    assert peer.did[-3:] == ["Connect", "StartTls", "Done"]


@pytest.mark.parametrize("banner", [False, True])
def test_a_banner_is_capped(banner: bool) -> None:
    found = look(Peer(greeting=b"A" * 1_000_000), UNKNOWN_PORT, Wanted(banner=banner, probe=True))
    assert found.banner == b"A" * MOST_BANNER_BYTES


HOSTILE = [
    b"A" * 1_000_000,
    b"\0" * 100_000,
    b"\x1b[2J\x1b]0;x\x07" * 10_000,
    b"\xff\xfd\x18" * 30_000,
    b"220 " + b"a" * 100_000,
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 999999999\r\n\r\n\x1f\x8b" + b"\0" * 100_000,
    b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 50_000,
    b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000,
    b"HTTP/1.1 200 OK\r\n\r\n" + b"<title>" * 20_000,
    b"* OK [" * 20_000,
    b"SSH-2.0-" + b"-_" * 50_000,
]


@pytest.mark.parametrize("flood", HOSTILE, ids=lambda one: repr(one[:12]))
@pytest.mark.parametrize("piece", [1 << 20, 1460, 7])
def test_a_hostile_peer_costs_no_more_than_the_caps(flood: bytes, piece: int) -> None:
    peer = Peer(greeting=flood, answer=lambda _said: flood, piece=piece)
    found = look(peer, UNKNOWN_PORT)
    assert len(found.banner or b"") <= MOST_BANNER_BYTES
    assert peer.did.count("Connect") <= 10
    assert len(peer.said) <= 8
    assert peer.now_s <= WAITS.port_s + WAITS.connect_s


def test_a_peer_that_drips_does_not_hold_a_port_longer_than_its_time() -> None:
    """One octet each 0.3 s, for ever."""
    plan = DepthPlan(UNKNOWN_PORT, "tcp", PROBE, CATALOG, host="192.0.2.1", now_s=0.0)
    now_s = 0.0
    while not isinstance(action := plan.next_action(now_s), Done):
        match action:
            case Connect() | StartTls():
                plan.connected(now_s)
            case Listen() if now_s + 0.3 < action.until_s:
                now_s += 0.3
                plan.heard(b"x", now_s)
            case Listen():
                now_s = action.until_s
                plan.timed_out(now_s)
    assert now_s <= WAITS.port_s


def test_a_udp_port_is_asked_twice_when_nothing_comes() -> None:
    peer = Peer()
    assert look(peer, 123, transport="udp") == Finding()
    assert len(peer.said) == 4
    assert "StartTls" not in peer.did


def test_a_udp_port_answers() -> None:
    answer = bytes.fromhex("6e7484050001000000000000 0776657273696f6e0462696e6400 0010 0003")
    found = look(Peer(answer=lambda _said: answer), 53, transport="udp")
    assert (found.service, found.extra) == ("dns", "version.bind: REFUSED")


def test_a_udp_port_without_a_probe_is_not_asked() -> None:
    peer = Peer()
    assert look(peer, UNKNOWN_PORT, transport="udp") == Finding()
    assert peer.did == ["Done"]


Told = st.one_of(st.sampled_from([b"", SSH, WEB, *HOSTILE[:6], None]), st.binary(max_size=300))


@given(
    port=st.sampled_from([22, 25, 80, 443, 993, 3306, 6379, 9100, 27017, UNKNOWN_PORT]),
    wanted=st.builds(Wanted, banner=st.booleans(), tls_info=st.booleans(), probe=st.booleans()),
    transport=st.sampled_from(["tcp", "udp"]),
    told=st.lists(Told, min_size=1, max_size=6),
    has_tls=st.booleans(),
    connections=st.integers(0, 12),
)
def test_every_conversation_ends_within_its_bounds(
    port: int, wanted: Wanted, transport: Transport, told: Sequence[bytes | None], has_tls: bool, connections: int
) -> None:
    turns = iter([*told] * 20)
    peer = Peer(
        greeting=told[0] or b"",
        answer=lambda _said: next(turns),
        has_tls=has_tls,
        connections=connections,
        closes_at_once=told[0] is None,
    )
    found = look(peer, port, wanted, transport=transport)
    assert peer.now_s <= WAITS.port_s + WAITS.connect_s
    assert len(peer.said) <= 16
    assert found.service is None or wanted.probe


def test_what_is_known_can_be_told_in_the_middle() -> None:
    plan = DepthPlan(143, "tcp", PROBE, CATALOG, host="192.0.2.1", now_s=0.0)
    plan.connected(0.0)
    plan.heard(b"* OK IMAP4rev1 ready\r\n", 0.1)
    plan.timed_out(0.5)
    assert isinstance(plan.next_action(0.5), Say)
    assert plan.finding == Finding(banner=b"* OK IMAP4rev1 ready\r\n", service="imap")


def test_reports_that_do_not_fit_are_passed_over() -> None:
    plan = DepthPlan(80, "tcp", PROBE, CATALOG, host="192.0.2.1", now_s=0.0)
    plan.heard(b"x", 0.0)
    plan.timed_out(0.0)
    plan.closed(0.0)
    assert isinstance(plan.next_action(0.0), Connect)
    plan.connected(0.0)
    assert isinstance(plan.next_action(0.0), Say)
    listen = plan.next_action(0.0)
    assert isinstance(listen, Listen)
    assert listen.most_bytes == MOST_REPLY_BYTES
    assert plan.next_action(0.0) is listen
    plan.connected(0.0)
    assert plan.next_action(0.0) is listen
