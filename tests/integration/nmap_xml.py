"""The port states in a report of `nmap -oX -`."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator

PortKey = tuple[str, int]
Verdict = tuple[str, str]


def port_verdicts(report: str, scanned: Iterable[PortKey]) -> dict[PortKey, Verdict]:
    """{(protocol, port): (state, reason)} for the one host of the report.

    nmap lists only some ports and puts the others, by state and reason, into "extraports". Newer
    versions say which ports these are; where one does not, they are all that remain of `scanned`.
    """
    host = ElementTree.fromstring(report).find("host")
    if host is None:
        raise ValueError("the report has no host")
    verdicts = dict(listed(host))
    unnamed: list[Verdict] = []
    for extra in host.iterfind("ports/extraports"):
        for reason in extra.iterfind("extrareasons"):
            verdict = (extra.attrib["state"], reason.attrib["reason"])
            if "ports" in reason.attrib:
                protocol = reason.attrib["proto"]
                for port in expand_ports(reason.attrib["ports"]):
                    verdicts[protocol, port] = verdict
            else:
                unnamed.append(verdict)
    rest = set(scanned) - verdicts.keys()
    if rest and len(unnamed) != 1:
        raise ValueError(f"the report leaves open which of {unnamed} holds for {sorted(rest)}")
    for verdict in unnamed if rest else ():
        verdicts |= dict.fromkeys(rest, verdict)
    return verdicts


def listed(host: ElementTree.Element) -> Iterator[tuple[PortKey, Verdict]]:
    for port in host.iterfind("ports/port"):
        state = port.find("state")
        if state is None:
            raise ValueError(f"port {port.attrib['portid']} has no state")
        key = (port.attrib["protocol"], int(port.attrib["portid"]))
        yield key, (state.attrib["state"], state.attrib["reason"])


def expand_ports(text: str) -> Iterator[int]:
    """The numbers of a list such as "3-21,80"."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
