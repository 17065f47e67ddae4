"""The procedure of ``--validate``: ask a question and what its chain of trust needs, and give the verdict.

Everything is asked with DO, for the signatures, and CD, for the records that the resolver would hold back as bogus
(RFC 4035 §3.2.2): what is believed is decided here alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_text
from nettools.core.dnssec.anchors import TrustAnchor
from nettools.core.dnssec.answer import Finding, judge
from nettools.core.dnssec.chain import Chain
from nettools.core.dnssec.crypto import require
from nettools.core.dnssec.evidence import Evidence
from nettools.core.dnssec.signatures import Verifier
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure
from nettools.core.resolve.report import ChainLink, DnssecStatus, DnssecVerdict

_GRAVITY: Final[dict[DnssecStatus, int]] = {"secure": 0, "insecure": 1, "indeterminate": 2, "bogus": 3}
"""The verdict on an answer is that on its worst part, RFC 4035 §4.3 and §5."""


def validate(
    question: Question, *, ask: Callable[[Question], Lookup], anchors: Sequence[TrustAnchor], now: float
) -> Procedure[tuple[Outcome, DnssecVerdict]]:
    """The outcome of the question, and what the chain from the trust anchors proves about it.

    ``ask`` makes the lookup of a question: servers, timeouts, options, of which DO and CD are set here. ``now`` is the
    time of day in seconds since 1970. Raises MissingExtra when the extra ``dnssec`` is not installed.
    """
    require()
    evidence = Evidence()
    judging = judge(question, Chain(evidence=evidence, anchors=anchors, verifier=Verifier(int(now))))
    while True:
        try:
            wanted = next(judging)
        except StopIteration as end:
            return evidence.outcome(question), verdict_of(end.value)
        missing = evidence.missing(wanted)
        if missing:
            outcomes = yield [_with_signatures(ask(one)) for one in missing]
            for one, outcome in zip(missing, outcomes, strict=True):
                evidence.add(one, outcome)


def _with_signatures(lookup: Lookup) -> Lookup:
    options = replace(lookup.options, edns=True, dnssec_ok=True, checking_disabled=True)
    return replace(lookup, options=options)


def verdict_of(findings: Sequence[Finding]) -> DnssecVerdict:
    """The verdict on all parts together; its reason is that of the worst part, or of the last when all is well."""
    worst = max(reversed(findings), key=lambda one: _GRAVITY[one.status])
    if worst.status != "secure":
        worst = next(one for one in findings if one.status == worst.status)
    links: dict[ChainLink, None] = {}
    for one in findings:
        links |= dict.fromkeys(one.links)
    for one in findings:
        links[ChainLink(zone=name_text(one.zone), what=one.what, status=one.status, detail=one.reason)] = None
    return DnssecVerdict(status=worst.status, reason=worst.reason, chain=tuple(links))
