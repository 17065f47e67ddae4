"""The services of one host of the bed; runs until it is killed.

    services.py SPEC...        SPEC is tcp:PORT:KIND or udp:PORT:KIND, bound for IPv4 and IPv6

TCP kinds
    banner=TEXT     says TEXT, then waits for the peer
    slow=SECONDS    says its banner after that time
    http  tls       answer any request; tls needs the file $SCANBED_CERT (key and certificate)
    silent          accepts, reads and says nothing
    close  rst      accept, then end the connection in order, or with a reset
    zerowin         accepts and never reads, with a tiny buffer: a tarpit
    fullq           never accepts, so that its queue fills: an open port that falls silent

UDP kinds
    dns  ntp  snmp  echo  silent
"""

import asyncio
import contextlib
import os
import socket
import ssl
import struct
import sys
from collections.abc import Awaitable, Callable

Reply = Callable[[bytes], bytes | None]
TcpService = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]

TARPIT_RECEIVE_BUFFER = 256
TARPIT_CONNECTIONS = 4000
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def dns_reply(query: bytes) -> bytes | None:
    """The question, sent back as an answer without records: enough to prove a name server."""
    if len(query) < 12:
        return None
    header = query[:2] + b"\x81\x80" + query[4:6] + bytes(6)
    return header + query[12:]


def ntp_reply(query: bytes) -> bytes | None:
    """A server's packet whose origin is the client's transmit time, as clients check."""
    if len(query) < 48:
        return None
    return b"\x24\x02\x00\xec" + bytes(20) + query[40:48] + bytes(16)


def snmp_reply(query: bytes) -> bytes | None:
    """The request with its PDU tag turned into that of a GetResponse."""
    if len(query) < 10 or query[:1] != b"\x30":
        return None
    reply = bytearray(query)
    long_form = query[1] & 0x80
    position = 2 + (query[1] & 0x7F if long_form else 0)
    try:
        position += 2 + reply[position + 1]  # over the version
        position += 2 + reply[position + 1]  # over the community
        if 0xA0 <= reply[position] <= 0xA5:
            reply[position] = 0xA2
    except IndexError:
        return None
    return bytes(reply)


UDP_REPLIES: dict[str, Reply] = {
    "dns": dns_reply,
    "ntp": ntp_reply,
    "snmp": snmp_reply,
    "echo": lambda query: query,
    "silent": lambda query: None,
}


class UdpService(asyncio.DatagramProtocol):
    """Answers each datagram with what the reply function makes of it, if anything."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.reply(data)
        if answer:
            self.transport.sendto(answer, addr)


async def say_banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(text.encode() + b"\r\n")
    await reader.read(256)


async def say_banner_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: str) -> None:
    await asyncio.sleep(float(seconds))
    writer.write(b"220 slow\r\n")
    await writer.drain()


async def answer_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, argument: str) -> None:
    await reader.read(4096)
    writer.write(b"HTTP/1.0 200 OK\r\nServer: bed/1\r\nContent-Length: 2\r\n\r\nok")
    await writer.drain()


async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, argument: str) -> None:
    await reader.read(65536)


async def end_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, argument: str) -> None:
    """Nothing to do: every service ends by closing its connection."""


async def end_with_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, argument: str) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


TCP_SERVICES: dict[str, TcpService] = {
    "banner": say_banner,
    "slow": say_banner_late,
    "http": answer_http,
    "tls": answer_http,
    "silent": stay_silent,
    "close": end_at_once,
    "rst": end_with_reset,
}


def connection_handler(kind: str) -> Callable[..., Awaitable[None]]:
    name, _, argument = kind.partition("=")
    service = TCP_SERVICES[name]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A scanner leaves at any moment and in any way: that must not end or clutter the bed."""
        with contextlib.suppress(OSError):
            await service(reader, writer, argument)
        with contextlib.suppress(OSError):
            writer.close()

    return handle


async def hold_connections(listener: socket.socket) -> None:
    """Accept and never read: the peer's window closes. The oldest goes when there are too many."""
    held: list[socket.socket] = []
    while True:
        connection, _ = await asyncio.get_running_loop().sock_accept(listener)
        held.append(connection)
        if len(held) > TARPIT_CONNECTIONS:
            held.pop(0).close()


def bound_socket(protocol: str, port: int, receive_buffer: int | None) -> socket.socket:
    """One socket for both families."""
    kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[protocol]
    bound = socket.socket(socket.AF_INET6, kind)
    bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if receive_buffer is not None:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    bound.bind(("::", port))
    bound.setblocking(False)
    return bound


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.environ["SCANBED_CERT"])
    return context


async def start_service(spec: str) -> object:
    """Start what the spec says; the caller keeps the result, which keeps the service alive."""
    protocol, port, kind = spec.split(":", 2)
    bound = bound_socket(protocol, int(port), TARPIT_RECEIVE_BUFFER if kind == "zerowin" else None)
    if protocol == "udp":
        reply = UDP_REPLIES[kind]
        loop = asyncio.get_running_loop()
        return await loop.create_datagram_endpoint(lambda: UdpService(reply), sock=bound)
    if kind == "fullq":
        bound.listen(0)
        return bound
    if kind == "zerowin":
        bound.listen(4096)
        return asyncio.create_task(hold_connections(bound))
    handler = connection_handler(kind)
    context = tls_context() if kind == "tls" else None
    return await asyncio.start_server(handler, sock=bound, backlog=1024, ssl=context)


async def main(specs: list[str]) -> None:
    services = [await start_service(spec) for spec in specs]
    print("ready", flush=True)
    await asyncio.Event().wait()
    del services  # they had to live until here


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
