"""NSEC3 chains with more iterations than any signer of today would write (dnssec-signzone stops at 150)."""

import base64
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdatatype
import dns.rdtypes.ANY.DNSKEY
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

TTL_S = 60  # the minimum of child.zone's SOA, as RFC 5155 §3 wants it
HASH_SHA1, NO_FLAGS, NO_SALT = 1, 0, "-"


class Signer:
    """A key of algorithm ECDSAP256SHA256 as dnssec-keygen writes it: NAME.key and NAME.private."""

    def __init__(self, zone: str, public: Path) -> None:
        record = next(line for line in public.read_text().splitlines() if " DNSKEY " in line)
        text = record.split(" DNSKEY ", 1)[1]
        self.zone = dns.name.from_text(zone)
        self.key = cast(dns.rdtypes.ANY.DNSKEY.DNSKEY, dns.rdata.from_text("IN", "DNSKEY", text))
        secret = next(
            line for line in public.with_suffix(".private").read_text().splitlines() if line.startswith("PrivateKey:")
        )
        number = int.from_bytes(base64.b64decode(secret.split(":", 1)[1]), "big")
        self.secret = ec.derive_private_key(number, ec.SECP256R1())

    def signed(self, owner: str, kind: str, rdata: str) -> list[list[str]]:
        """The record and its signature."""
        rrset = dns.rrset.from_text(owner, TTL_S, "IN", kind, rdata)
        now = datetime.now(UTC)
        signature = dns.dnssec.sign(
            rrset,
            self.secret,
            self.zone,
            self.key,
            inception=now - timedelta(days=1),
            expiration=now + timedelta(days=3650),
        )
        return [
            [owner, str(TTL_S), "IN", kind, *rdata.split()],
            [owner, str(TTL_S), "IN", "RRSIG", *signature.to_text().split()],
        ]


def chain(zone: str, records: list[list[str]], signer: Signer, iterations: int) -> list[list[str]]:
    """NSEC3PARAM and the NSEC3 records of a zone (RFC 5155 §7.1), signed. The zone has no delegations."""
    types: dict[str, set[str]] = defaultdict(set)
    for owner, _, _, kind, *_ in records:
        types[owner].add(kind)
        above = owner
        while above != f"{zone}.":
            above = above.split(".", 1)[1]
            types[above]  # an empty non-terminal has a hash too
    types[f"{zone}."].add("NSEC3PARAM")
    hashes = {dns.dnssec.nsec3_hash(owner, None, iterations, HASH_SHA1): owner for owner in types}
    ordered = sorted(hashes)
    parameters = f"{HASH_SHA1} {NO_FLAGS} {iterations} {NO_SALT}"
    added = signer.signed(f"{zone}.", "NSEC3PARAM", parameters)
    for place, digest in enumerate(ordered):
        following = ordered[(place + 1) % len(ordered)]
        bitmap = " ".join(sorted(types[hashes[digest]], key=dns.rdatatype.from_text))
        added += signer.signed(f"{digest}.{zone}.", "NSEC3", f"{parameters} {following} {bitmap}".strip())
    return added
