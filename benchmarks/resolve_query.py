"""One query as a whole process against ``python -c pass`` of the same interpreter; the server is its own.

python -m benchmarks.resolve_query [RUNS]
"""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.paired import compare, nettools


@contextmanager
def _name_server() -> Iterator[int]:
    """The port of a server on loopback that has one address for every name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        threading.Thread(target=_serve, args=(datagrams,), daemon=True).start()
        yield datagrams.getsockname()[1]


def _serve(datagrams: socket.socket) -> None:
    answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\xc0\x00\x02\x01"
    while True:
        query, client = datagrams.recvfrom(4096)
        end = query.index(b"\0", 12) + 5
        head = query[:2] + b"\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00"
        datagrams.sendto(head + query[12:end] + answer, client)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with _name_server() as port:
        for more in (["--json"], []):
            arguments = ["resolve", "www.bench.test", "A", f"@127.0.0.1:{port}", *more]
            found = compare(nettools(*arguments), [sys.executable, "-c", "pass"], runs=runs)
            what = " ".join(["nettools resolve NAME A", *more])
            sys.stdout.write(found.row(f"{what} : python -c pass", "<= 14") + "\n")


if __name__ == "__main__":
    main()
