"""What ``ip route get`` says to a question: a peer for the request that we make and for our reading of the answer."""

import errno
import json
import os
import subprocess
from ipaddress import ip_address

from nettools.core.route.question import Question, SystemAnswer

_ERRORS = {os.strerror(number): word for number, word in errno.errorcode.items()}


def ask_ip(question: Question) -> SystemAnswer:
    """The answer as ip prints it."""
    words = ["ip", "-j", "-d", "route", "get", str(question.destination)]
    named = {
        "from": question.source,
        "iif": question.incoming,
        "oif": question.outgoing,
        "mark": question.mark or None,
        "uid": question.uid,
        "tos": f"{question.tos:#x}" if question.tos else None,
        "ipproto": question.protocol,
        "sport": question.source_port,
        "dport": question.destination_port,
    }
    for word, value in named.items():
        words += [] if value is None else [word, str(value)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().removeprefix("RTNETLINK answers: ")
        return SystemAnswer(error=_ERRORS.get(reason, done.stderr))
    (said,) = json.loads(done.stdout)
    gateway = said.get("gateway") or said.get("via", {}).get("host")
    source = said.get("prefsrc") if question.incoming is None else None
    return SystemAnswer(
        type=said["type"],
        table=said.get("table"),
        dev=said["dev"],
        gateway=ip_address(gateway) if gateway else None,
        source=question.fixed_source or (ip_address(source) if source else None),
    )
