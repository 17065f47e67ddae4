"""Rdata as text against dig's: for what the zones of the bed hold, and for what only a broken server would send."""

import json
import re
from random import Random

import pytest

from nettools.core.dns.rdata import Unreadable, generic_text, typed_text
from nettools.core.dns.types import CLASSES, TYPES, type_name
from tests import peers
from tests.core.dns.rdata_samples import QUESTION_TYPES, Sampler
from tests.core.dns.test_rdata import DAMAGED, EXAMPLES
from tests.differential.dig_of_rdata import Rdata, texts_of_dig
from tests.differential.dns_in_bed import KEY_NAME, KEY_SECRET, PRIMARY
from tests.dns_bed.fixture import DnsBed

# dig 9.18 does not know these; it shows hex, and writes the number in lists of types.
YOUNGER_THAN_DIG = frozenset({"NXNAME", "CLA", "IPN"})
# dig refuses a message with a regular expression that its C library does not take; the record is readable all the same.
MORE_STRICT_IN_DIG = frozenset({"NAPTR"})
SAMPLES_OF_EACH_TYPE = 150
IN_BED = "from tests.differential.dns_in_bed import *"


@pytest.fixture(autouse=True)
def needs_dig() -> None:
    peers.require("dig", reason="to compare the text of rdata")


def our_text(record: Rdata) -> str | None:
    try:
        return typed_text(*record)
    except Unreadable:
        return None


def with_names_of_today(text: str | None) -> str | None:
    """The text with the mnemonics that are younger than dig."""
    return text and re.sub(r"\bTYPE(128|263|264)\b", lambda match: type_name(int(match[1])), text)


def test_the_examples_are_what_dig_prints() -> None:
    known = [(TYPES[name], CLASSES["IN"], rdata) for name, rdata, _ in EXAMPLES if name not in YOUNGER_THAN_DIG]
    texts = [text for name, _, text in EXAMPLES if name not in YOUNGER_THAN_DIG]
    assert texts_of_dig(known) == texts


def test_dig_refuses_what_we_call_damaged() -> None:
    damaged = [(TYPES[name], CLASSES["IN"], rdata) for name, rdata in DAMAGED if name not in YOUNGER_THAN_DIG]
    assert [record for record, text in zip(damaged, texts_of_dig(damaged), strict=True) if text is not None] == []


def test_types_that_dig_does_not_know_are_hex_there() -> None:
    young = [(TYPES[name], CLASSES["IN"], b"\x03one") for name in sorted(YOUNGER_THAN_DIG)]
    assert texts_of_dig(young) == [generic_text(b"\x03one")] * len(young)


def test_samples_of_every_type_read_as_dig_prints_them() -> None:
    sampler = Sampler(Random(8427))
    names = sorted(set(TYPES) - QUESTION_TYPES - YOUNGER_THAN_DIG) * SAMPLES_OF_EACH_TYPE
    records = [(TYPES[name], sampler.class_(TYPES[name]), sampler.rdata(TYPES[name])) for name in names]
    differing = [
        (record, told, ours)
        for name, record, told in zip(names, records, map(with_names_of_today, texts_of_dig(records)), strict=True)
        if told != (ours := our_text(record)) and not (told is None and name in MORE_STRICT_IN_DIG)
    ]
    assert differing == []


ZONES = ("all.test", "nsec.test", "nsec3.test", "badnsec3.test", "rsa.test", "ed25519.test", "arpa")


def test_records_of_whole_zones_read_as_dig_prints_them(dns_bed: DnsBed) -> None:
    told = json.loads(dns_bed.python(f"{IN_BED}; tell_zones()", *ZONES).stdout)
    for zone in ZONES:
        lines = [line for line, _ in told[zone]]
        assert sorted(lines) == sorted(transfer_of_dig(dns_bed, zone))


def test_rdata_of_whole_zones_is_what_dig_prints_in_hex(dns_bed: DnsBed) -> None:
    told = json.loads(dns_bed.python(f"{IN_BED}; tell_zones()", *ZONES).stdout)
    for zone in ZONES:
        ours = [[line.split()[0], *words] for line, words in told[zone]]
        theirs = [line.split(None, 4) for line in transfer_of_dig(dns_bed, zone, "+unknownformat")]
        assert sorted(ours) == sorted([owner, *words] for owner, _, *words in theirs)


def test_the_zone_has_every_type_that_the_bed_promises(dns_bed: DnsBed) -> None:
    types = {line.split()[3] for line in transfer_of_dig(dns_bed, "all.test")}
    assert len(types) >= 75


def transfer_of_dig(dns_bed: DnsBed, zone: str, *options: str) -> list[str]:
    """The records of a zone in the lines of dig."""
    key = f"hmac-sha256:{KEY_NAME}:{KEY_SECRET}"
    done = dns_bed.run("dig", f"@{PRIMARY}", "-y", key, zone, "AXFR", "+onesoa", *options)
    lines = done.stdout.decode("ascii").split("\n")
    return [line for line in lines if line and not line.startswith((";", f"{KEY_NAME}."))]
