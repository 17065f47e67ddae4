"""A server as a process of its own: its memory, its time and its descriptors are its own.

    python -m tests.net.serving_child tcp|udp echo|all|broker|chat LIMIT

It writes its port; a signal ends it with 128 + the number of the signal.
"""

import sys

from nettools.core.listen.place import parse_place
from nettools.core.listen.settings import ServerSettings
from nettools.core.relay.manner import Manner
from nettools.net.interrupts import Interrupts
from nettools.net.listen.clients import Client, Handler
from nettools.net.listen.listeners import open_listeners
from nettools.net.listen.serving import make_server
from nettools.net.loop import Loop
from nettools.net.relay.hub_clients import HubHandler
from nettools.net.relay.stdio import open_stdio
from tests.net.listen_bed import Echo


class Forgetful(Echo):
    """An echo that keeps no list of its clients."""

    def take(self, client: Client) -> None:
        super().take(client)
        self.clients.clear()


def main(transport: str, what: str, limit: int) -> int:
    stdio = open_stdio(stdin=True, stdout=True)
    place = parse_place(["0"], transport="udp" if transport == "udp" else "tcp", version=4)
    listeners = open_listeners(place, place.addresses())
    with Interrupts() as interrupts:
        loop = Loop(interrupts)
        handler: Handler = Forgetful(loop)
        if what != "echo":
            hub = HubHandler(
                loop,
                stdio,
                mode=what,  # type: ignore[arg-type]
                manner=Manner(),
                is_datagram=place.is_datagram,
                on_standard_end=lambda _ending: loop.stop(),
            )
            hub.start()
            handler = hub
        server = make_server(
            loop,
            place,
            listeners,
            handler,
            settings=ServerSettings(keep_open=True, most_clients=limit),
            on_event=lambda _event: None,
            on_over=lambda _ending: None,
        )
        server.start()
        sys.stderr.write(f"{listeners[0].port}\n")
        sys.stderr.flush()
        number = loop.run()
        server.close_all("cut", "a signal came")
    return 128 + number if number is not None else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
