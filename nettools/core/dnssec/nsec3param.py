"""What a zone says of its NSEC3 records, for when a resolver keeps them to itself.

named 9.18, asked not to validate (CD), gives a wildcard's answer without the NSEC3 records that it would not compute
itself. That looks like a forgery; the zone's own, signed NSEC3PARAM tells the difference.
"""

from nettools.core.dns.message import Question
from nettools.core.dns.types import CLASSES
from nettools.core.dnssec.chain import Chain
from nettools.core.dnssec.evidence import Asking
from nettools.core.dnssec.keys import ZoneKeys
from nettools.core.dnssec.nsec3 import MOST_ITERATIONS, too_dear_words
from nettools.core.dnssec.records import NSEC3PARAM
from nettools.core.dnssec.sets import find_set, record_sets
from nettools.core.dnssec.signatures import Unproved


def why_nothing_is_denied(zone: ZoneKeys, chain: Chain) -> Asking[str | None]:
    """The reason why no NSEC3 of a secure zone proves anything (RFC 9276 §3.2); None when they could."""
    question = Question(name=zone.zone, type=NSEC3PARAM, class_=CLASSES["IN"])
    yield [question]
    reply = chain.evidence.reply(question)
    if isinstance(reply, str):
        return None
    found = find_set(record_sets(reply.answer), zone.zone, NSEC3PARAM)
    if found is None or isinstance(chain.verifier.check(found, zone=zone.zone, keys=zone.keys), Unproved):
        return None
    # RFC 5155 §4.2 and §4.1.2: iterations stand behind algorithm and flags, and a record with a flag does not count.
    counts = [int.from_bytes(one[2:4], "big") for one in found.rdatas if len(one) >= 5 and one[1] == 0]
    fewest = min(counts, default=0)
    return too_dear_words(zone.zone, fewest) if fewest > MOST_ITERATIONS else None
