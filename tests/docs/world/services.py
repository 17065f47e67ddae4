"""What answers on the ports of the world: services.py FOLDER ADDRESS..., until it is killed.

HOSTS says who offers what. A kind is ``banner TEXT``, ``http SERVER``, ``smtp NAME``, ``imap NAME`` or ``silent``, with
``tls NAME`` before it where the certificate FOLDER/NAME.pem is spoken for. Each connection has a thread, since asyncio
cannot end one direction of TLS alone, as servers in life do.
"""

import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

Service = Callable[[socket.socket, str, Path], None]

SSH = "banner SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"
HOSTS = {
    "192.0.2.1": {22: SSH},
    "192.0.2.20": {22: SSH},
    "192.0.2.30": {80: "http lighttpd/1.4.69", 445: "silent"},
    "192.0.2.40": {631: "http CUPS/2.4", 9100: "silent"},
    "198.51.100.25": {25: "smtp mail", 993: "tls mail imap mail"},
    "198.51.100.32": {3306: "silent", 5432: "silent", 6379: SSH},
    "198.51.100.80": {22: SSH, 80: "http nginx/1.22.1", 443: "tls www http nginx/1.22.1"},
    "2001:db8:0:2::80": {22: SSH, 80: "http nginx/1.22.1", 443: "tls www http nginx/1.22.1"},
    "198.51.100.81": {443: "tls shop http nginx/1.22.1"},
}
ECHO = ("198.51.100.80", 7)
PAGE = b"<!doctype html><title>Example</title>\n"
IDLE_S = 30.0


def secured(client: socket.socket, name: str, folder: Path) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem")
    return context.wrap_socket(client, server_side=True)


def tls(client: socket.socket, argument: str, folder: Path) -> None:
    name, kind, inner = argument.split(" ", 2)
    with secured(client, name, folder) as end:
        KINDS[kind](end, inner, folder)
        end.unwrap()


def banner(client: socket.socket, text: str, _: Path) -> None:
    client.sendall(text.encode() + b"\r\n")
    client.recv(4096)


def silent(client: socket.socket, _: str, __: Path) -> None:
    client.recv(4096)


def http(client: socket.socket, server: str, _: Path) -> None:
    request = b""
    while b"\r\n\r\n" not in request:
        more = client.recv(4096)
        if not more:
            return
        request += more
    head = f"HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\n"
    client.sendall(f"{head}Connection: close\r\n\r\n".encode() + (b"" if request.startswith(b"HEAD") else PAGE))


def smtp(client: socket.socket, name: str, folder: Path) -> None:
    client.sendall(f"220 {name}.example.com ESMTP Postfix\r\n".encode())
    while line := client.recv(4096).upper():
        if line.startswith(b"EHLO"):
            client.sendall(f"250-{name}.example.com\r\n250 STARTTLS\r\n".encode())
        elif line.startswith(b"STARTTLS"):
            client.sendall(b"220 2.0.0 Ready to start TLS\r\n")
            client = secured(client, name, folder)
        elif line.startswith(b"QUIT"):
            client.sendall(b"221 2.0.0 Bye\r\n")
            return
        else:
            client.sendall(b"250 2.0.0 Ok\r\n")


def imap(client: socket.socket, name: str, _: Path) -> None:
    client.sendall(f"* OK [CAPABILITY IMAP4rev1] {name}.example.com Dovecot ready.\r\n".encode())
    client.recv(4096)


KINDS: dict[str, Service] = {
    "banner": banner, "silent": silent, "http": http, "smtp": smtp, "imap": imap, "tls": tls,
}  # fmt: skip


def serve(client: socket.socket, spec: str, folder: Path) -> None:
    kind, _, argument = spec.partition(" ")
    client.settimeout(IDLE_S)
    # A client leaves at any moment and in any way.
    with contextlib.suppress(OSError), client:
        KINDS[kind](client, argument, folder)


def accept(listener: socket.socket, spec: str, folder: Path) -> None:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, spec, folder), daemon=True).start()


def echo(bound: socket.socket) -> None:
    while True:
        bound.sendto(*bound.recvfrom(65535))


def main(folder: Path, addresses: Sequence[str]) -> None:
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        for port, spec in HOSTS.get(address, {}).items():
            listener = socket.create_server((address, port), family=family, backlog=64)
            threading.Thread(target=accept, args=(listener, spec, folder), daemon=True).start()
        if address == ECHO[0]:
            bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            bound.bind(ECHO)
            threading.Thread(target=echo, args=(bound,), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
