"""``nettools scan --diff OLD``: what has changed, said only of ports that both scans can speak of.

A port that one of them did not scan, or did not come to, is no change: it is counted as not compared. An open port
that was not open has appeared, one that is no longer open has gone, whatever it is now; everything else that differs
has changed: the state of a port that is not open, what a service is, the key, expiry, names and trust of a
certificate. A reason alone is no change, since another kind of scan has other reasons for the same state; a banner is
none, since many tell the time. Of a host that has come or gone only the ports that are or were open are told.
"""

from nettools.core.scan.address_ranges import address_place
from nettools.core.scan.diff_host import HostComparison, ScanPair
from nettools.core.scan.diff_report import ChangeKind, DiffReport, OldScan, ScanChange
from nettools.core.scan.report import ScanReport
from nettools.core.scan.stored import StoredScan
from nettools.core.scan.stored_document import stored_report


def compare(old: StoredScan, new: ScanReport | StoredScan) -> DiffReport:
    """What has changed from ``old`` to ``new``, by address, transport and port."""
    pair = ScanPair(old, new if isinstance(new, StoredScan) else stored_report(new))
    by_kind: dict[ChangeKind, list[ScanChange]] = {"appeared": [], "gone": [], "changed": []}
    for address in sorted({*pair.old.hosts, *pair.new.hosts}, key=address_place):
        if pair.old.covers(address) and pair.new.covers(address):
            for change in HostComparison(pair, address).changes():
                by_kind[change.change].append(change)
    pair.uncompared.of_one_scan()
    pair.compared_count += pair.uncompared.of_silent()
    return DiffReport(
        old=OldScan(file=old.path, started=old.started),
        differs=any(by_kind.values()),
        compared=pair.compared_count,
        appeared=tuple(by_kind["appeared"]),
        gone=tuple(by_kind["gone"]),
        changed=tuple(by_kind["changed"]),
        not_compared=pair.uncompared.records(),
    )
