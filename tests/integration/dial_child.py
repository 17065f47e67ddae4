"""Dials as it is told, in whatever namespace it was started, and prints what came of it as JSON.

The words: HOST PORT TIMEOUT_S, and perhaps the name of an interface.
"""

import json
import sys
from time import monotonic

from nettools.core.connect.order import DialOrder
from nettools.core.connect.target import parse_target
from nettools.core.record import to_json
from nettools.net.connect.dial import Dial, Dialed, DialFailure
from nettools.net.interrupts import Interrupts
from nettools.net.loop import Loop


def main(host: str, port: str, timeout_s: str, interface: str | None = None) -> None:
    order = DialOrder(
        target=parse_target([host, port], transport="tcp"), timeout_s=float(timeout_s), interface=interface
    )
    began_s = monotonic()
    starts_s: dict[str, float] = {}
    found: list[Dialed | DialFailure] = []
    with Interrupts() as interrupts:
        loop = Loop(interrupts)

        def on_end(result: Dialed | DialFailure) -> None:
            found.append(result)
            loop.stop()

        Dial(
            loop,
            order,
            on_done=on_end,
            on_failed=on_end,
            on_event=lambda event: (
                starts_s.__setitem__(str(event.address), monotonic() - began_s) if event.kind == "trying" else None
            ),
        ).start()
        loop.run()
    [result] = found
    print(
        json.dumps(
            {
                "connected": str(result.address) if isinstance(result, Dialed) else None,
                "outcome": "open" if isinstance(result, Dialed) else result.outcome,
                "is_local": isinstance(result, DialFailure) and result.is_local,
                "is_network": isinstance(result, DialFailure) and result.is_network,
                "message": "" if isinstance(result, Dialed) else result.message,
                "tries": to_json(result.tries),
                "starts_s": starts_s,
                "elapsed_s": monotonic() - began_s,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
