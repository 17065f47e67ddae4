"""Run beside the DNS bed: lookups and transfers over every transport, and what came of them as lines of JSON.

python -m tests.integration.bed_transports lookup TRANSPORT://ADDRESS:PORT NAME TYPE [--cafile F] [--tls-name N] ...
python -m tests.integration.bed_transports transfer TRANSPORT://ADDRESS:PORT ZONE [--serial N] [--tsig-file F] ...
"""

import argparse
import json
from ipaddress import ip_address
from pathlib import Path

from nettools.core.dns.message import Question, ResourceRecord
from nettools.core.dns.name import name_from_text, name_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.tsig import TsigKey
from nettools.core.dns.tsig_key import tsig_key_of_file
from nettools.core.dns.types import TYPES
from nettools.core.resolve.lookup import DEFAULT_PORTS, Lookup, Outcome, Procedure, Server, Transport
from nettools.core.resolve.tls import TlsSettings
from nettools.core.resolve.transfer import TransferRequest
from nettools.net.dns_open import channel_opener
from nettools.net.resolve import LookupDriver
from nettools.net.transfer import collected, transfer_zone

TRANSPORTS: dict[str, Transport] = {name: name for name in DEFAULT_PORTS}


def main() -> None:
    about = _arguments()
    scheme, _, endpoint = about.server.partition("://")
    address, _, port = endpoint.rpartition(":")
    server = Server(address=ip_address(address), port=int(port), transport=TRANSPORTS[scheme], name=about.name)
    settings = TlsSettings(cafile=about.cafile, name=about.tls_name, is_verified=not about.insecure)
    key = tsig_key_of_file(Path(about.tsig_file).read_text(), about.tsig_file) if about.tsig_file else None
    if about.what == "lookup":
        _look_up(about, server, settings, key)
    else:
        _transfer(about, server, settings, key)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["lookup", "transfer"])
    parser.add_argument("server")
    parser.add_argument("asked")
    parser.add_argument("type", nargs="?", default="A")
    for option in ("--name", "--cafile", "--tls-name", "--tsig-file"):
        parser.add_argument(option)
    parser.add_argument("--insecure", action="store_true")
    parser.add_argument("--serial", type=int)
    return parser.parse_args()


def _look_up(about: argparse.Namespace, server: Server, settings: TlsSettings, key: TsigKey | None) -> None:
    question = Question(name=name_from_text(about.asked), type=TYPES[about.type], class_=1)
    lookup = Lookup(question=question, servers=(server,), options=QueryOptions(), tsig=key, tries=1)
    outcome = LookupDriver(open=channel_opener(settings)).run(_single(lookup))
    _print(
        status=outcome.status,
        results=[one.result for one in outcome.tries],
        warnings=outcome.warnings,
        answer=sorted(map(_told, outcome.message.answer)) if outcome.message else [],
    )


def _transfer(about: argparse.Namespace, server: Server, settings: TlsSettings, key: TsigKey | None) -> None:
    request = TransferRequest(zone=name_from_text(about.asked), serial=about.serial, tsig=key)
    records, outcome = collected(transfer_zone(request, server, channel_opener(settings)))
    _print(
        status=outcome.status,
        result=outcome.result,
        style=outcome.style,
        serial=outcome.serial,
        steps=[[one.from_serial, one.to_serial, one.removed, one.added] for one in outcome.steps],
        warnings=outcome.warnings,
        parts=[one.part for one in records],
        records=[_told(one.record) for one in records],
    )


def _single(lookup: Lookup) -> Procedure[Outcome]:
    (outcome,) = yield [lookup]
    return outcome


def _told(record: ResourceRecord) -> str:
    """As dig tells a record with +unknownformat, in one spelling."""
    text = record.rdata.hex().upper()
    return f"{name_text(record.name)} {record.ttl} TYPE{record.type} {len(record.rdata)} {text}".rstrip()


def _print(**values: object) -> None:
    print(json.dumps(values))


if __name__ == "__main__":
    main()
