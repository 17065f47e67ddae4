"""``nettools scan``: which ports of which hosts are open, closed or filtered, why, and what answers there."""

import os

from typer.core import TyperCommand

from nettools.commands._command import build
from nettools.commands._scan_options import ScanOptions
from nettools.commands._session import Session
from nettools.core.ports import Transport
from nettools.core.scan.nmap_words import refuse_nmap_words
from nettools.render.format import Format
from nettools.runs.services import port_names, service_table

EPILOG = """\
\b
Examples:
  # which of these ports are open
  nettools scan localhost 1-1024
  # some services of several hosts, and why each is what it is
  nettools scan 127.0.0.1 ::1 -p ssh,http,8000-8100 --reason
  # TCP and UDP
  nettools scan localhost T:22,80,U:53,123
  # the web servers of a network: what they say, their certificates
  nettools scan 127.0.0.0/28 -p web --banner --tls-info
  # for a script
  nettools scan localhost 22,80 --json
"""


def build_command() -> TyperCommand:
    """The command for the table."""
    return build(
        "scan",
        scan,
        epilog=EPILOG,
        more_formats=(Format.NMAP_XML, Format.GREPABLE),
        check_words=refuse_nmap_words,
    )


def scan(session: Session, options: ScanOptions) -> int:
    """Say which ports are open, closed or filtered, with the exact reason, without privilege.

    Every address of a name is scanned. A refused connection is closed; an ICMP error is filtered, with the code
    and the sender; silence is filtered after the retries, for UDP open|filtered.
    """
    from nettools.commands._scan_compared import earlier_request, read_comparisons, read_stored
    from nettools.commands._scan_order import read_order
    from nettools.commands._scan_run import ScanRun
    from nettools.net.interrupts import Interrupts
    from nettools.runs.scan_resume import Continuation

    services = service_table()
    names = port_names(services)
    earlier = None if options.resume is None else read_stored(options.resume)
    request = None if earlier is None else earlier_request(earlier)
    order, port_note = read_order(session, options, names, earlier=request, new_seed=int.from_bytes(os.urandom(4)))
    transport: Transport = "udp" if order.type == "udp" else "tcp"
    comparisons = read_comparisons(options.diff, options.expect_file, names, transport=transport)
    with Interrupts() as interrupts:
        run = ScanRun(
            session, services, order, comparisons, Continuation(earlier), interrupts, keeps_order=options.ordered
        )
        return run.run(port_note)
