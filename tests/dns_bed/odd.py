"""The misbehaving servers: one behaviour for each address 127.53.0.N, over UDP and TCP.

    python -m tests.dns_bed.odd --list     prints the address and the behaviour of each
    python -m tests.dns_bed.odd PORT       serves

Each behaviour is one short coroutine that gets an Exchange: the query, and the ways to answer it.
"""

import asyncio
import functools
import random
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, cast

from tests.dns_bed import dnswire as wire
from tests.dns_bed.layout import KEY_SECRET, ODD_NETWORK

FIRST_ADDRESS = b"\xc0\x00\x02\x01"  # 192.0.2.1: the right answer to every A query
FORGED_ADDRESS = b"\xc0\x00\x02\x42"  # 192.0.2.66: what only a deceived client believes


Address = tuple[str, int]

# --- the way back to the client ---


class UdpExchange:
    """A query that came in a datagram."""

    udp: Literal[True] = True

    def __init__(self, query: wire.Query, transport: asyncio.DatagramTransport, client: Address) -> None:
        self.query, self.transport, self.client = query, transport, client

    async def send(self, message: bytes) -> None:
        self.transport.sendto(message, self.client)

    def send_from(self, address: str, message: bytes) -> None:
        """Sends from a fresh port of another, or the same, address."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((address, 0))
            other.sendto(message, self.client)

    @property
    def address(self) -> str:
        return cast(Address, self.transport.get_extra_info("sockname"))[0]


class TcpExchange:
    """A query that came over a connection."""

    udp: Literal[False] = False

    def __init__(self, query: wire.Query, writer: asyncio.StreamWriter) -> None:
        self.query, self.writer = query, writer

    async def send(self, message: bytes) -> None:
        await self.send_raw(framed(message))

    async def send_raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        """Ends the connection with RST: that is what a linger time of zero does."""
        peer = self.writer.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def framed(message: bytes) -> bytes:
    return struct.pack("!H", len(message)) + message


Exchange = UdpExchange | TcpExchange
Behaviour = Callable[[Exchange], Awaitable[None]]

BEHAVIOURS: dict[int, Behaviour] = {}

# --- building blocks ---


def odd(number: int) -> Callable[[Behaviour], Behaviour]:
    """Registers a behaviour at 127.53.0.NUMBER."""

    def register(behaviour: Behaviour) -> Behaviour:
        BEHAVIOURS[number] = behaviour
        return behaviour

    return register


def truncated_first(behaviour: Callable[[TcpExchange], Awaitable[None]]) -> Behaviour:
    """Limits a behaviour to TCP; over UDP the client is told to come back that way."""

    @functools.wraps(behaviour)
    async def wrapper(exchange: Exchange) -> None:
        if exchange.udp:
            await exchange.send(truncated(exchange.query))
        else:
            await behaviour(exchange)

    return wrapper


def good(
    query: wire.Query,
    *,
    edns: bool = True,
    flags: int = wire.AA,
    options: Sequence[tuple[int, bytes]] = (),
    question: bytes | None = None,
) -> bytes:
    """The right answer: an address for A and AAAA, otherwise no data."""
    answers = []
    if query.rtype in (wire.A, wire.ANY):
        answers.append(answer(wire.A, FIRST_ADDRESS))
    elif query.rtype == wire.AAAA:
        answers.append(answer(wire.AAAA, socket.inet_pton(socket.AF_INET6, "2001:db8::1")))
    return wire.reply(query, answers=answers, edns=edns, flags=flags, options=options, question=question)


def answer(rtype: int, data: bytes, owner: bytes = wire.QUESTION_NAME) -> bytes:
    return wire.record(owner, rtype, wire.IN, 60, data)


def truncated(query: wire.Query) -> bytes:
    return wire.reply(query, flags=wire.TC)


def with_wrong_id(message: bytes) -> bytes:
    return bytes([message[0] ^ 0xFF]) + message[1:]


def failing(number: int, rcode: int, name: str) -> None:
    """Registers a server that has the same rcode for everything."""

    async def behaviour(exchange: Exchange) -> None:
        await exchange.send(wire.reply(exchange.query, rcode, flags=0))

    behaviour.__doc__ = f"{name} to everything."
    odd(number)(behaviour)


# --- no answer, late answers, plain refusals ---


@odd(20)
async def silent(exchange: Exchange) -> None:
    """Never answers; over TCP it accepts and stays silent."""


@odd(21)
async def lame(exchange: Exchange) -> None:
    """Lame: an upward referral to the root."""
    root_server = wire.record(wire.ROOT, wire.NS, wire.IN, 60, wire.encode_name("ns.root"))
    await exchange.send(wire.reply(exchange.query, authority=[root_server], flags=0))


@odd(22)
async def slow(exchange: Exchange) -> None:
    """The right answer, 1.5 s late."""
    await asyncio.sleep(1.5)
    await exchange.send(good(exchange.query))


failing(23, wire.REFUSED, "REFUSED")
failing(24, wire.SERVFAIL, "SERVFAIL")
failing(25, wire.NOTIMP, "NOTIMP")
failing(26, wire.FORMERR, "FORMERR")


# --- EDNS ---


@odd(27)
async def no_edns(exchange: Exchange) -> None:
    """FORMERR to a query with EDNS, the right answer without."""
    if exchange.query.payload is None:
        await exchange.send(good(exchange.query))
    else:
        await exchange.send(wire.reply(exchange.query, wire.FORMERR, flags=0, edns=False))


@odd(28)
async def forgets_edns(exchange: Exchange) -> None:
    """The right answer, but never an OPT record."""
    await exchange.send(good(exchange.query, edns=False))


# --- messages that are no answer to the query ---


@odd(29)
async def garbage(exchange: Exchange) -> None:
    """60 random bytes."""
    await exchange.send(random.randbytes(60))


@odd(30)
async def short(exchange: Exchange) -> None:
    """The first 7 bytes of the answer."""
    await exchange.send(good(exchange.query)[:7])


@odd(31)
async def wrong_id(exchange: Exchange) -> None:
    """The right answer with a wrong ID."""
    await exchange.send(with_wrong_id(good(exchange.query)))


@odd(32)
async def wrong_id_first(exchange: Exchange) -> None:
    """A wrong ID, then the right answer."""
    await exchange.send(with_wrong_id(good(exchange.query)))
    await exchange.send(good(exchange.query))


@odd(33)
async def wrong_question(exchange: Exchange) -> None:
    """An answer to another question (other.test A)."""
    question = wire.encode_name("other.test") + struct.pack("!HH", wire.A, wire.IN)
    await exchange.send(good(exchange.query, question=question))


@odd(34)
async def not_a_response(exchange: Exchange) -> None:
    """The QR bit is not set."""
    message = bytearray(good(exchange.query))
    message[2] &= 0x7F
    await exchange.send(bytes(message))


@odd(35)
async def wrong_opcode(exchange: Exchange) -> None:
    """The opcode is UPDATE."""
    await exchange.send(good(exchange.query, flags=wire.AA | 5 << 11))


# --- truncation ---


@odd(36)
@truncated_first
async def tc(exchange: TcpExchange) -> None:
    """TC over UDP, the right answer over TCP."""
    await exchange.send(good(exchange.query))


@odd(37)
@truncated_first
async def tc_then_close(exchange: TcpExchange) -> None:
    """TC over UDP; TCP closes without an answer."""
    exchange.close()


@odd(38)
@truncated_first
async def tc_then_cut(exchange: TcpExchange) -> None:
    """TC over UDP; TCP closes in the middle of the answer."""
    await exchange.send_raw(framed(good(exchange.query))[:12])
    exchange.close()


@odd(39)
async def tc_always(exchange: Exchange) -> None:
    """TC over UDP and over TCP."""
    await exchange.send(truncated(exchange.query))


# --- malformed messages ---


@odd(40)
async def trailing_bytes(exchange: Exchange) -> None:
    """Four more bytes behind the message."""
    await exchange.send(good(exchange.query) + b"JUNK")


@odd(41)
async def pointer_loop(exchange: Exchange) -> None:
    """The answer's owner is a compression pointer to itself."""
    query = exchange.query
    here = 0xC000 | (12 + len(query.question))
    await exchange.send(wire.reply(query, answers=[answer(wire.A, FIRST_ADDRESS, struct.pack("!H", here))], edns=False))


@odd(42)
async def extended_errors(exchange: Exchange) -> None:
    """SERVFAIL with the extended errors 6, 22 and 4999."""
    errors = [(6, b"bed says bogus"), (22, b""), (4999, b"priv")]
    options = [(wire.OPTION_EDE, struct.pack("!H", code) + text) for code, text in errors]
    await exchange.send(wire.reply(exchange.query, wire.SERVFAIL, flags=0, options=options))


@odd(43)
async def wrong_length(exchange: Exchange) -> None:
    """RDLENGTH 9 for the 4 bytes of an A record."""
    record = answer(wire.A, FIRST_ADDRESS)
    await exchange.send(wire.reply(exchange.query, answers=[record[:-5] + b"\x09" + record[-4:]]))


@odd(44)
async def twice(exchange: Exchange) -> None:
    """The right answer, twice."""
    await exchange.send(good(exchange.query))
    await exchange.send(good(exchange.query))


# --- more EDNS ---


@odd(45)
async def bad_cookie(exchange: Exchange) -> None:
    """BADCOOKIE until the client sends back the server cookie."""
    cookie = exchange.query.options.get(wire.OPTION_COOKIE)
    if cookie is None:
        await exchange.send(good(exchange.query))
    elif len(cookie) == 8:
        options = [(wire.OPTION_COOKIE, cookie + b"SRVCOOKI")]
        await exchange.send(wire.reply(exchange.query, wire.BADCOOKIE, flags=0, options=options))
    else:
        await exchange.send(good(exchange.query, options=[(wire.OPTION_COOKIE, cookie)]))


@odd(46)
async def bad_version(exchange: Exchange) -> None:
    """BADVERS to any query with EDNS, the right answer without."""
    if exchange.query.payload is None:
        await exchange.send(good(exchange.query))
    else:
        await exchange.send(wire.reply(exchange.query, wire.BADVERS, flags=0))


@odd(47)
async def lower_case(exchange: Exchange) -> None:
    """Echoes the question in lower case."""
    # lower() is safe on the wire form: a length byte is at most 63, and the capitals begin at 65.
    question = exchange.query.name.lower() + exchange.query.question[-4:]
    await exchange.send(good(exchange.query, question=question))


# --- the wrong source ---


@odd(48)
async def other_port(exchange: Exchange) -> None:
    """UDP answers come from another port of the same address."""
    if exchange.udp:
        exchange.send_from(exchange.address, good(exchange.query))
    else:
        await exchange.send(good(exchange.query))


@odd(49)
async def other_address(exchange: Exchange) -> None:
    """UDP answers come from another address (127.53.0.149)."""
    if exchange.udp:
        exchange.send_from(ODD_NETWORK + "149", good(exchange.query))
    else:
        await exchange.send(good(exchange.query))


@odd(53)
async def forged_first(exchange: Exchange) -> None:
    """A forged answer (192.0.2.66, right ID) from another address, 50 ms later the right one."""
    if exchange.udp:
        forged = wire.reply(exchange.query, answers=[answer(wire.A, FORGED_ADDRESS)])
        exchange.send_from(ODD_NETWORK + "153", forged)
        await asyncio.sleep(0.05)
    await exchange.send(good(exchange.query))


# --- size, TCP, retries ---


@odd(50)
async def oversize(exchange: Exchange) -> None:
    """UDP answers are longer than the size the client advertised, without TC."""
    query = exchange.query
    count = query.size_limit // len(answer(wire.A, FIRST_ADDRESS)) + 10 if exchange.udp else 100
    count = min(count, 4000)  # 64 kB: no datagram is longer
    first = struct.unpack("!I", FIRST_ADDRESS)[0]
    await exchange.send(wire.reply(query, answers=[answer(wire.A, struct.pack("!I", first + i)) for i in range(count)]))


@odd(51)
@truncated_first
async def tc_then_reset(exchange: TcpExchange) -> None:
    """TC over UDP; TCP is reset (RST) after the query."""
    exchange.reset()


@odd(52)
@truncated_first
async def tc_then_silence(exchange: TcpExchange) -> None:
    """TC over UDP; TCP accepts and never answers."""


_asked: set[tuple[bytes, int]] = set()


@odd(54)
async def fails_first(exchange: Exchange) -> None:
    """SERVFAIL to the first query for a name and type, the right answer to the second, and so on in turn."""
    key = (exchange.query.name.lower(), exchange.query.rtype)
    if key in _asked:
        _asked.remove(key)
        await exchange.send(good(exchange.query))
    else:
        _asked.add(key)
        await exchange.send(wire.reply(exchange.query, wire.SERVFAIL, flags=0))


@odd(55)
@truncated_first
async def drip(exchange: TcpExchange) -> None:
    """TC over UDP; over TCP one byte of the answer every 50 ms."""
    for byte in framed(good(exchange.query)):
        await exchange.send_raw(bytes([byte]))
        await asyncio.sleep(0.05)


# --- zone transfers ---


def soa(serial: int) -> bytes:
    numbers = struct.pack("!5I", serial, 7200, 3600, 1209600, 60)
    return answer(wire.SOA, wire.QUESTION_NAME + wire.QUESTION_NAME + numbers)


def transfer(query: wire.Query, last_serial: int) -> list[bytes]:
    """The messages of a transfer of 40 addresses, serial 7, that ends with the given serial."""
    hosts = [answer(wire.A, bytes([192, 0, 2, i]), encode_label(f"h{i}") + wire.QUESTION_NAME) for i in range(40)]
    name_server = answer(wire.NS, encode_label("h0") + wire.QUESTION_NAME)
    records = [soa(7), name_server, *hosts, soa(last_serial)]
    return [wire.reply(query, answers=records[i : i + 10]) for i in range(0, len(records), 10)]


def encode_label(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


async def send_zone(exchange: Exchange, messages: list[bytes]) -> None:
    """Answers a transfer with these messages, and a SOA query (or an IXFR over UDP) with the serial."""
    query = exchange.query
    if query.rtype in (wire.AXFR, wire.IXFR) and not exchange.udp:
        for message in messages:
            await exchange.send(message)
    elif query.rtype in (wire.SOA, wire.IXFR):
        await exchange.send(wire.reply(query, answers=[soa(7)]))
    else:
        await exchange.send(good(query))


@odd(56)
async def transfer_cut(exchange: Exchange) -> None:
    """AXFR ends after two of five messages: the connection closes."""
    await send_zone(exchange, transfer(exchange.query, 7)[:2])
    if not exchange.udp and exchange.query.rtype in (wire.AXFR, wire.IXFR):
        exchange.close()


@odd(57)
async def transfer_changes(exchange: Exchange) -> None:
    """AXFR begins with SOA serial 7 and ends with SOA serial 8."""
    await send_zone(exchange, transfer(exchange.query, 8))


@odd(58)
async def transfer_in_full(exchange: Exchange) -> None:
    """IXFR is answered with the whole zone, as RFC 1995 allows."""
    await send_zone(exchange, transfer(exchange.query, 7))


@odd(59)
async def wrong_clock(exchange: Exchange) -> None:
    """A correct TSIG made by a clock one day behind (key bed-key); REFUSED without TSIG."""
    if exchange.query.tsig is None:
        await exchange.send(wire.reply(exchange.query, wire.REFUSED, flags=0))
    else:
        await exchange.send(wire.sign(good(exchange.query), exchange.query, KEY_SECRET, clock_offset=-86400))


# --- serving ---


class Datagrams(asyncio.DatagramProtocol):
    """The UDP side of one server."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.tasks: set[asyncio.Future[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, client: Address) -> None:
        try:
            query = wire.parse_query(data)
        except ValueError:
            return
        # The set keeps the task alive: the event loop itself holds only a weak reference.
        task = asyncio.ensure_future(self.behaviour(UdpExchange(query, self.transport, client)))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def serve_connection(behaviour: Behaviour, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The TCP side of one server: answers queries until the client, or the behaviour, ends the connection."""
    try:
        while not writer.is_closing():
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            query = wire.parse_query(await reader.readexactly(length))
            await behaviour(TcpExchange(query, writer))
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        pass
    finally:
        writer.close()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    listeners = []
    for number, behaviour in BEHAVIOURS.items():
        address = f"{ODD_NETWORK}{number}"
        await loop.create_datagram_endpoint(functools.partial(Datagrams, behaviour), local_addr=(address, port))
        listeners.append(await asyncio.start_server(functools.partial(serve_connection, behaviour), address, port))
    print("ready", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    if sys.argv[1:] == ["--list"]:
        for number, behaviour in sorted(BEHAVIOURS.items()):
            print(f"{ODD_NETWORK}{number}  {behaviour.__doc__}")
    elif len(sys.argv) == 2:
        asyncio.run(serve(int(sys.argv[1])))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
