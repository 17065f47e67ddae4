"""What dig prints for rdata that no server would send: a small server on the loopback answers with it."""

import re
import socket
import subprocess
import tempfile
import threading
from base64 import b32hexdecode, b32hexencode
from collections.abc import Sequence

Rdata = tuple[int, int, bytes]
"""Type, class, octets."""

_ASKED_TYPE = "TYPE65399"
_LINE = re.compile(rb"(\w{8})\.\s+300\s+\S+\s+\S+(?: |\t)(.*)", re.DOTALL)
_END = b"end"


def texts_of_dig(records: Sequence[Rdata]) -> list[str | None]:
    """The text of each; None where dig refuses the message. One run of dig asks for all of them."""
    found: list[str | None] = [None] * len(records)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, tempfile.NamedTemporaryFile("w") as names:
        server.bind(("127.0.0.1", 0))
        answering = threading.Thread(target=_answer, args=(server, records), daemon=True)
        answering.start()
        names.writelines(f"{_label(number)}. {_ASKED_TYPE}\n" for number in range(len(records)))
        names.flush()
        address, port = server.getsockname()
        printed = subprocess.run(
            [
                "dig",
                f"@{address}",
                "-p",
                str(port),
                "+noall",
                "+answer",
                "+noedns",
                "+tries=1",
                "+time=5",
                "-f",
                names.name,
            ],
            capture_output=True,
            timeout=120,
            check=True,
        ).stdout
        server.sendto(_END, (address, port))
        answering.join(timeout=5)
    for line in printed.split(b"\n"):
        if match := _LINE.fullmatch(line):
            found[_number(match[1])] = match[2].decode("ascii")
    return found


def output_of_dig(reply: bytes, name: str) -> tuple[list[str], int]:
    """What dig prints when it asks for the name's A and gets these octets with its own ID, and the server's port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        address, port = server.getsockname()
        words = [f"@{address}", "-p", str(port), "+tries=1", "+time=5", "+nocookie", name, "A"]
        with subprocess.Popen(["dig", *words], stdout=subprocess.PIPE) as asking:
            query, client = server.recvfrom(4096)
            server.sendto(query[:2] + reply[2:], client)
            printed, _ = asking.communicate(timeout=20)
    return printed.decode().splitlines(), port


# The owner of a record is its number in base32: dig refuses an NSEC3 whose owner is no hash.
def _label(number: int) -> str:
    return b32hexencode(number.to_bytes(5, "big")).decode().lower()


def _number(label: bytes) -> int:
    return int.from_bytes(b32hexdecode(label.upper()), "big")


def _answer(server: socket.socket, records: Sequence[Rdata]) -> None:
    while True:
        query, client = server.recvfrom(4096)
        if query == _END:
            return
        type_, class_, rdata = records[_number(query[13:21])]
        question = query[12 : 12 + 1 + 8 + 1 + 4]
        counts = b"\x00\x01\x00\x01\x00\x00\x00\x00"
        head = b"\xc0\x0c" + type_.to_bytes(2, "big") + class_.to_bytes(2, "big") + (300).to_bytes(4, "big")
        record = head + len(rdata).to_bytes(2, "big") + rdata
        server.sendto(query[:2] + b"\x84\x00" + counts + question + record, client)
