"""The zone that the library's questions are asked of, and its server."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.dns_servers.zone import name_server

RECORDS = """\
www.test. 60 A 192.0.2.1
www.test. 60 AAAA 2001:db8::1
mail.test. 60 A 192.0.2.2
test. 60 MX 10 mail.test.
1.2.0.192.in-addr.arpa. 60 PTR www.test.
2.2.0.192.in-addr.arpa. 60 PTR other.test.
"""


@contextmanager
def server() -> Iterator[str]:
    """The server as ``server=`` takes it."""
    with name_server(RECORDS, origin=".") as port:
        yield f"127.0.0.1:{port}"
