"""A program for namespaces of its own: what the C library reads, and asks, with a resolv.conf that the test gives.

Standard input has one JSON document, a list of cases; standard output gets the list of what came of them. Each case has
the octets of resolv.conf in hexadecimal, the environment, the host name, perhaps the text of nsswitch.conf, and perhaps
a search: the name that getaddrinfo(3) looks up while a server of ours, which answers by a table, notes the questions.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

Case = dict[str, Any]

MOST_SERVERS = 3
MOST_SEARCHED = 6  # of the legacy array; the list of the library has no limit
RCODES = {"nxdomain": 3, "servfail": 2, "refused": 5, "formerr": 1, "notimp": 4, "nodata": 0, "found": 0}
FLAGS = {
    "use_vc": 0x8,
    "rotate": 0x4000,
    "edns0": 0x100000,
    "single_request": 0x200000,
    "single_request_reopen": 0x400000,
    "no_tld_query": 0x1000000,
    "trust_ad": 0x4000000,
    "no_aaaa": 0x8000000,
}


class SocketAddress4(ctypes.Structure):
    _fields_ = [
        ("family", ctypes.c_uint16),
        ("port", ctypes.c_uint16),
        ("address", ctypes.c_uint8 * 4),
        ("zero", ctypes.c_uint8 * 8),
    ]


class SocketAddress6(ctypes.Structure):
    _fields_ = [
        ("family", ctypes.c_uint16),
        ("port", ctypes.c_uint16),
        ("flow", ctypes.c_uint32),
        ("address", ctypes.c_uint8 * 16),
        ("scope", ctypes.c_uint32),
    ]


class Extension(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_uint16),
        ("map", ctypes.c_uint16 * 3),
        ("sockets", ctypes.c_int * 3),
        ("count6", ctypes.c_uint16),
        ("initialised", ctypes.c_uint16),
        ("addresses", ctypes.POINTER(SocketAddress6) * 3),
        ("extension", ctypes.c_uint * 2),
    ]


class ResolverState(ctypes.Structure):
    """struct __res_state of <bits/types/res_state.h>."""

    _fields_ = [
        ("retrans", ctypes.c_int),
        ("retry", ctypes.c_int),
        ("options", ctypes.c_ulong),
        ("count", ctypes.c_int),
        ("addresses", SocketAddress4 * 3),
        ("id", ctypes.c_ushort),
        ("searched", ctypes.c_char_p * 7),
        ("names", ctypes.c_char * 256),
        ("printed", ctypes.c_ulong),
        ("bits", ctypes.c_uint),
        ("sorted", ctypes.c_uint32 * 20),
        ("hooks", ctypes.c_void_p * 2),
        ("error", ctypes.c_int),
        ("circuit", ctypes.c_int),
        ("flags", ctypes.c_uint),
        ("extension", Extension),
    ]


def main() -> None:
    cases = json.load(sys.stdin)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    folder = Path(tempfile.mkdtemp())
    config, sources = folder / "resolv.conf", folder / "nsswitch.conf"
    config.write_bytes(b"")
    sources.write_bytes(b"")
    mount(config, "/etc/resolv.conf")
    mount(sources, "/etc/nsswitch.conf")
    server = Server()
    answers = []
    for number, case in enumerate(cases, 1):
        config.write_bytes(bytes.fromhex(case["text"]) or b"\n")  # all empty files are the same one to it
        os.utime(config, (number, number))  # the library reads a file again when its time differs
        sources.write_text(case.get("sources", "hosts: dns\n"))
        os.utime(sources, (number, number))
        socket.sethostname(case["host"])
        for name in ("LOCALDOMAIN", "RES_OPTIONS"):
            os.environ.pop(name, None)
        os.environ.update(case["environment"])
        answers.append(searched(case, server) if "search" in case else settings())
    json.dump(answers, sys.stdout)


def mount(source: Path, target: str) -> None:
    subprocess.run(["mount", "--bind", source, os.path.realpath(target)], check=True)


def settings() -> Case:
    """What res_ninit(3) makes of the files and the environment."""
    state = ResolverState()
    library = ctypes.CDLL("libc.so.6")
    if library.__getattr__("__res_ninit")(ctypes.byref(state)) != 0:
        return {"failed": True}
    servers = []
    for place in range(state.count):
        address = state.addresses[place]
        if address.family == socket.AF_INET:
            servers.append([socket.inet_ntop(socket.AF_INET, bytes(address.address)), 0])
        else:
            address6 = state.extension.addresses[place].contents
            servers.append([socket.inet_ntop(socket.AF_INET6, bytes(address6.address)), address6.scope])
    return {
        "servers": servers,
        "search": [name.decode("latin-1") for name in state.searched[:MOST_SEARCHED] if name is not None],
        "ndots": state.bits & 0xF,
        "timeout": state.retrans,
        "attempts": state.retry,
        "flags": sorted(name for name, bit in FLAGS.items() if state.options & bit),
    }


def searched(case: Case, server: "Server") -> Case:
    """The names that the server was asked for, and what getaddrinfo(3) made of the answers."""
    server.begin(case["table"])
    try:
        found = socket.getaddrinfo(case["search"], None, type=socket.SOCK_STREAM)
        result: str | int = str(sorted({entry[4][0] for entry in found}))
    except OSError as error:
        result = error.errno or 0
    return {"asked": server.end(), "result": result}


class Server:
    """Answers A and AAAA for any name by a table of lower-case names; a name that is not in it does not exist."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        self._table: dict[str, str] = {}
        self._asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def begin(self, table: dict[str, str]) -> None:
        self._table, self._asked = table, []

    def end(self) -> list[str]:
        return list(self._asked)

    def _serve(self) -> None:
        while True:
            query, peer = self._socket.recvfrom(4096)
            name, place = "", 12
            while length := query[place]:
                name += query[place + 1 : place + 1 + length].decode("latin-1") + "."
                place += 1 + length
            question = query[12 : place + 5]
            is_ipv6 = question[-3] == 28
            self._asked.append(name)
            kind = self._table.get(name, "nxdomain")
            kind = {"only4": "nodata" if is_ipv6 else "found", "only6": "found" if is_ipv6 else "nodata"}.get(
                kind, kind
            )
            if kind == "silent":
                continue
            answer = b""
            if kind == "found":
                data = bytes(15) + b"\x01" if is_ipv6 else b"\xc0\x00\x02\x01"
                answer = b"\xc0\x0c" + question[-4:] + bytes(4) + len(data).to_bytes(2, "big") + data
            flags = 0x8180 | RCODES[kind]
            counts = b"\x00\x01" + (b"\x00\x01" if answer else b"\x00\x00") + bytes(4)
            self._socket.sendto(query[:2] + flags.to_bytes(2, "big") + counts + question + answer, peer)


if __name__ == "__main__":
    main()
