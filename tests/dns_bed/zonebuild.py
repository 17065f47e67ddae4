"""Builds the zones of the bed: copies, signs and, where a zone is to be bogus, damages them.

Keys are fresh with every build, so no signature ever grows too old and no private key lies in the source folder.
"""

import base64
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.dns_bed import nsec3, tools

SOURCE = Path(__file__).resolve().parent / "zones"

VALID = ("-s", "now-1d", "-e", "now+3650d")
PAST = ("-s", "now-60d", "-e", "now-30d")
FUTURE = ("-s", "now+30d", "-e", "now+3650d")
NSEC3 = ("-3", "-", "-H", "0")
NSEC3_OPT_OUT = (*NSEC3, "-A")
NSEC3_OLD_STYLE = ("-3", "AABBCCDD", "-H", "5")
# The most that dnssec-signzone writes and named 9.18 believes; RFC 9276 §3.2 leaves the number to the validator.
NSEC3_COSTLY = ("-3", "-", "-H", "150")

Record = list[str]
"""The words of one line of a zone file: owner, TTL, class, type, rdata."""
Damage = Callable[[list[Record]], list[Record]]

# Where the words of an RRSIG stand.
COVERED, KEY_TAG, SIGNER, SIGNATURE = 4, 10, 11, 12


class BuildError(Exception):
    """A tool refused to build a zone."""


def signs(record: Record, owner: str, covered: str) -> bool:
    """Whether a record is the signature over these records; the owner is the first label."""
    return record[3:5] == ["RRSIG", covered] and record[0].startswith(f"{owner}.")


def flip_www_signature(records: list[Record]) -> list[Record]:
    """Changes one byte of the signature over www A."""
    changed = []
    for record in records:
        if signs(record, "www", "A"):
            signature = bytearray(base64.b64decode("".join(record[SIGNATURE:])))
            signature[5] ^= 0xFF
            record = [*record[:SIGNATURE], base64.b64encode(signature).decode()]
        changed.append(record)
    return changed


def name_the_parent_as_signer(records: list[Record]) -> list[Record]:
    """Says in the signature over www A that the zone above made it."""
    return [
        [*record[:SIGNER], record[SIGNER].split(".", 1)[1], *record[SIGNATURE:]]
        if signs(record, "www", "A")
        else record
        for record in records
    ]


def replay_wildcard(records: list[Record]) -> list[Record]:
    """Adds the name replayed.w with the wildcard's address and signature: an expansion without proof of its need."""
    copies = [
        ["replayed" + record[0].removeprefix("*"), *record[1:]]
        for record in records
        if record[0].startswith("*.w.") and (record[3] == "A" or record[3:5] == ["RRSIG", "A"])
    ]
    return records + copies


def without(*types: str) -> Damage:
    """A damage that removes the records of these types and the signatures over them."""

    def remove(records: list[Record]) -> list[Record]:
        return [r for r in records if r[3] not in types and not (r[3] == "RRSIG" and r[COVERED] in types)]

    return remove


def without_key_signature_of_ksk(records: list[Record]) -> list[Record]:
    """Removes the signatures over DNSKEY but the zone-signing key's, which no DS vouches for.

    That key is the one that signed the SOA.
    """
    zone_signing = next(r[KEY_TAG] for r in records if r[3:5] == ["RRSIG", "SOA"])
    return [r for r in records if r[3:5] != ["RRSIG", "DNSKEY"] or r[KEY_TAG] == zone_signing]


@dataclass(frozen=True)
class Child:
    """How one child of test. is signed, and which DS record the parent gets for it."""

    zone: str
    algorithm: str = "ECDSAP256SHA256"
    signing: tuple[str, ...] = VALID
    damage: Damage | None = None
    ds_from: str | None = "itself"  # "itself", another zone, or None
    ds_digest: str | None = None  # the signer's own choice is SHA-256
    iterations: int | None = None  # of an NSEC3 chain that is added after the damage
    more: str = ""  # lines of a zone file beyond those that all children have


CHILDREN = (
    Child("nsec.test"),
    Child("nsec3.test", signing=VALID + NSEC3),
    Child("ed25519.test", algorithm="ED25519"),
    Child("rsa.test", algorithm="RSASHA256"),
    Child("ed448.test", algorithm="ED448"),
    Child("p384.test", algorithm="ECDSAP384SHA384", ds_digest="SHA-384"),
    Child("rsa512.test", algorithm="RSASHA512"),
    Child("rsasha1.test", algorithm="NSEC3RSASHA1"),
    Child("sha1ds.test", ds_digest="SHA-1"),
    Child("badnsec3.test", signing=VALID + NSEC3_OLD_STYLE),
    Child("iter150.test", signing=VALID + NSEC3_COSTLY),
    Child("iter151.test", damage=without("NSEC"), iterations=151),
    Child("optout.test", signing=VALID + NSEC3_OPT_OUT, more="sub NS ns1.all.test.\n"),
    Child("dname.test", more="old DNAME new\nwww.new A 192.0.2.103\naway DNAME all.test.\n"),
    Child("expired.test", signing=PAST),
    Child("future.test", signing=FUTURE),
    Child("badsig.test", damage=flip_www_signature),
    Child("wrongsigner.test", damage=name_the_parent_as_signer),
    Child("replay.test", damage=replay_wildcard),
    Child("splitkey.test", damage=without_key_signature_of_ksk),
    Child("nokey.test", damage=without("DNSKEY")),
    Child("nonsec.test", damage=without("NSEC")),
    Child("badds.test", ds_from="nsec.test"),
    Child("island.test", ds_from=None),
)


def run(program: str, *arguments: str | Path) -> str:
    """Runs a tool to its end and returns what it printed."""
    done = subprocess.run([tools.path(program), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr or done.stdout or "no message").strip().splitlines()
        raise BuildError(f"{program} failed: {lines[-1]}")
    return done.stdout


class Builder:
    """Builds all zones into FOLDER/zones, with the keys in FOLDER/keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zones = folder / "zones"
        self.keys = folder / "keys"

    def build(self) -> None:
        self.zones.mkdir()
        self.keys.mkdir()
        for source in SOURCE.glob("*.zone"):
            (self.zones / source.name).write_bytes(source.read_bytes())
        # NSD knows no $GENERATE, so it gets the zone written out.
        self.flatten("arpa", self.zones / "arpa.zone")
        # The signers are separate processes: threads are enough to use every core.
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.build_child, CHILDREN))
        self.build_parents()

    def build_child(self, child: Child) -> None:
        source = self.zones / f"{child.zone}.unsigned"
        source.write_text((self.zones / "child.zone").read_text() + child.more)
        key = self.sign(child.zone, source, child.algorithm, child.signing)
        if child.ds_digest:
            self.ds_file(child.zone).write_text(run("dnssec-dsfromkey", "-a", child.ds_digest, key))
        if child.damage:
            self.damage(child, child.damage)
        if child.iterations is not None:
            self.add_nsec3(child.zone, nsec3.Signer(child.zone, key), child.iterations)

    def build_parents(self) -> None:
        """Signs test. and the root, each with the DS records of its children."""
        test = (self.zones / "test.zone").read_text() + "".join(map(self.delegation, CHILDREN))
        (self.zones / "test.zone").write_text(test)
        self.sign("test", self.zones / "test.zone", signing=VALID + NSEC3)
        root = (self.zones / "root.zone").read_text() + self.ds_of("test")
        (self.zones / "root.zone").write_text(root)
        key = self.sign(".", self.zones / "root.zone", output="root.signed")
        self.write_trust_anchor(key)

    def sign(
        self,
        zone: str,
        source: Path,
        algorithm: str = "ECDSAP256SHA256",
        signing: tuple[str, ...] = VALID,
        output: str | None = None,
    ) -> Path:
        """Signs a zone with a new KSK and a new ZSK; returns the file of the public KSK."""
        keygen = ("-q", "-K", self.keys, "-a", algorithm)
        ksk = run("dnssec-keygen", *keygen, "-f", "KSK", zone).strip()
        run("dnssec-keygen", *keygen, zone)
        signed = self.zones / (output or f"{zone}.signed")
        folders = ("-K", self.keys, "-d", self.keys)
        run("dnssec-signzone", "-q", "-S", "-P", *folders, "-o", zone, "-f", signed, *signing, source)
        return self.keys / f"{ksk}.key"

    def damage(self, child: Child, damage: Damage) -> None:
        """Damages a signed zone in place."""
        signed = self.zones / f"{child.zone}.signed"
        self.flatten(child.zone, signed)
        before = [line.split() for line in signed.read_text().splitlines() if not line.startswith(";")]
        after = damage(before)
        if after == before:
            raise BuildError(f"{child.zone}: found nothing to damage")
        signed.write_text("".join(" ".join(record) + "\n" for record in after))

    def add_nsec3(self, zone: str, signer: nsec3.Signer, iterations: int) -> None:
        signed = self.zones / f"{zone}.signed"
        records = [line.split() for line in signed.read_text().splitlines()]
        added = nsec3.chain(zone, records, signer, iterations)
        signed.write_text("".join(" ".join(record) + "\n" for record in records + added))

    def flatten(self, zone: str, path: Path) -> None:
        """Rewrites a zone file with one complete record on each line."""
        flat = path.with_suffix(".flat")
        run("named-compilezone", "-q", "-i", "none", "-k", "ignore", "-s", "full", "-o", flat, zone, path)
        flat.replace(path)

    def delegation(self, child: Child) -> str:
        """The NS and DS records of one child for its parent."""
        name_server = f"{child.zone}. NS ns1.all.test.\n"
        if child.ds_from is None:
            return name_server
        if child.ds_from == "itself":
            return name_server + self.ds_of(child.zone)
        return name_server + self.ds_of(child.ds_from).replace(f"{child.ds_from}.", f"{child.zone}.", 1)

    def ds_of(self, zone: str) -> str:
        return self.ds_file(zone).read_text()

    def ds_file(self, zone: str) -> Path:
        return self.keys / f"dsset-{zone}."

    def write_trust_anchor(self, key_file: Path) -> None:
        """Writes the root's KSK as a DNSKEY record (root.key) and as a named or delv clause (trust-anchor.conf)."""
        record = next(line for line in key_file.read_text().splitlines() if "DNSKEY" in line)
        (self.folder / "root.key").write_text(record + "\n")
        flags, protocol, algorithm, *key = record.split("DNSKEY", 1)[1].split()
        (self.folder / "trust-anchor.conf").write_text(
            f'trust-anchors {{ . static-key {flags} {protocol} {algorithm} "{"".join(key)}"; }};\n'
        )
