"""What a manual page says that no option does: its neighbours among the manuals, and the standards behind it."""

from collections.abc import Mapping
from datetime import date

REVISED = date(2026, 11, 21)
"""The date in every page: when the manual last said something new. A release sets it to its own day."""

SEE_ALSO: Mapping[str, tuple[str, ...]] = {
    "ifaces": ("nettools-route(1)", "bridge(8)", "ethtool(8)", "ifconfig(8)", "ip-address(8)", "ip-link(8)"),
    "route": ("nettools-ifaces(1)", "ip-route(8)", "ip-rule(8)", "route(8)"),
    "resolve": ("nettools-rdns(1)", "delv(1)", "dig(1)", "host(1)", "getaddrinfo(3)", "resolv.conf(5)"),
    "rdns": ("nettools-resolve(1)", "nettools-subnet(1)", "dig(1)", "host(1)", "resolv.conf(5)"),
    "cat": ("nettools-listen(1)", "nettools-scan(1)", "nc(1)", "ncat(1)", "openssl(1)", "socat(1)"),
    "listen": ("nettools-cat(1)", "nc(1)", "ncat(1)", "socat(1)", "inetd(8)"),
    "scan": ("nettools-cat(1)", "nettools-port-service(1)", "nmap(1)", "ndiff(1)", "services(5)", "capabilities(7)"),
    "subnet": ("nettools-rdns(1)", "grepcidr(1)", "ipcalc(1)", "prips(1)", "sipcalc(1)"),
    "port-service": ("nettools-scan(1)", "getent(1)", "services(5)"),
    "schema": ("jq(1)",),
}
"""Beside nettools(1): our own neighbours, and what people use for the same."""

SHOWS_PROGRESS: Mapping[str, str] = {
    "scan": "how many probes are done, and what has been found",
    "rdns": "how many addresses have been asked for",
    "resolve": "how many names have been asked for, with --file",
    "cat": "how much has gone and come",
    "listen": "how much of a file has come, with --receive",
}
"""What one line on standard error tells when somebody asks by a signal."""

TITLES: Mapping[int, str] = {
    768: "User Datagram Protocol",
    792: "Internet Control Message Protocol",
    854: "Telnet Protocol Specification",
    862: "Echo Protocol",
    863: "Discard Protocol",
    864: "Character Generator Protocol",
    865: "Quote of the Day Protocol",
    867: "Daytime Protocol",
    868: "Time Protocol",
    1034: "Domain Names - Concepts and Facilities",
    1035: "Domain Names - Implementation and Specification",
    1288: "The Finger User Information Protocol",
    1812: "Requirements for IP Version 4 Routers",
    1928: "SOCKS Protocol Version 5",
    1929: "Username/Password Authentication for SOCKS V5",
    1995: "Incremental Zone Transfer in DNS",
    2308: "Negative Caching of DNS Queries (DNS NCACHE)",
    2317: "Classless IN-ADDR.ARPA delegation",
    2464: "Transmission of IPv6 Packets over Ethernet Networks",
    2863: "The Interfaces Group MIB",
    3021: "Using 31-Bit Prefixes on IPv4 Point-to-Point Links",
    3339: "Date and Time on the Internet: Timestamps",
    3596: "DNS Extensions to Support IP Version 6",
    4007: "IPv6 Scoped Address Architecture",
    4033: "DNS Security Introduction and Requirements",
    4034: "Resource Records for the DNS Security Extensions",
    4035: "Protocol Modifications for the DNS Security Extensions",
    4180: "Common Format and MIME Type for Comma-Separated Values (CSV) Files",
    4191: "Default Router Preferences and More-Specific Routes",
    4193: "Unique Local IPv6 Unicast Addresses",
    4291: "IP Version 6 Addressing Architecture",
    4443: "Internet Control Message Protocol (ICMPv6) for the Internet Protocol Version 6 (IPv6) Specification",
    4632: "Classless Inter-domain Routing (CIDR): The Internet Address Assignment and Aggregation Plan",
    5155: "DNS Security (DNSSEC) Hashed Authenticated Denial of Existence",
    5891: "Internationalized Domain Names in Applications (IDNA): Protocol",
    5936: "DNS Zone Transfer Protocol (AXFR)",
    5952: "A Recommendation for IPv6 Address Text Representation",
    6052: "IPv6 Addressing of IPv4/IPv6 Translators",
    6164: "Using 127-Bit IPv6 Prefixes on Inter-Router Links",
    6298: "Computing TCP's Retransmission Timer",
    6335: "Internet Assigned Numbers Authority (IANA) Procedures for the Management of the Service Name and "
    "Transport Protocol Port Number Registry",
    6724: "Default Address Selection for Internet Protocol Version 6 (IPv6)",
    6890: "Special-Purpose IP Address Registries",
    6891: "Extension Mechanisms for DNS (EDNS(0))",
    7493: "The I-JSON Message Format",
    7858: "Specification for DNS over Transport Layer Security (TLS)",
    7871: "Client Subnet in DNS Queries",
    7873: "Domain Name System (DNS) Cookies",
    8020: "NXDOMAIN: There Really Is Nothing Underneath",
    8259: "The JavaScript Object Notation (JSON) Data Interchange Format",
    8305: "Happy Eyeballs Version 2: Better Connectivity Using Concurrency",
    8427: "Representing DNS Messages in JSON",
    8446: "The Transport Layer Security (TLS) Protocol Version 1.3",
    8484: "DNS Queries over HTTPS (DoH)",
    8684: "TCP Extensions for Multipath Operation with Multiple Addresses",
    8914: "Extended DNS Errors",
    8945: "Secret Key Transaction Authentication for DNS (TSIG)",
    9110: "HTTP Semantics",
    9112: "HTTP/1.1",
    9250: "DNS over Dedicated QUIC Connections",
    9293: "Transmission Control Protocol (TCP)",
    9525: "Service Identity in TLS",
}
"""The titles of RFCs, as the RFC Editor's index has them."""

STANDARDS: Mapping[str, tuple[int, ...]] = {
    "nettools": (3339, 4180, 7493, 8259),
    "ifaces": (2863, 4291),
    "route": (4191, 6724),
    "resolve": (
        *(1034, 1035, 1995, 2308, 3596, 4033, 4034, 4035, 5155, 5891, 5936, 6891, 7858, 7871, 7873),
        *(8427, 8484, 8914, 8945, 9250),
    ),
    "rdns": (1035, 2317, 3596, 8020),
    "cat": (768, 854, 1928, 1929, 8305, 8446, 8684, 9110, 9293, 9525),
    "listen": (768, 862, 863, 864, 865, 867, 868, 1288, 1928, 1929, 8446, 9110, 9112, 9293),
    "scan": (768, 792, 1812, 4443, 6298, 8446, 9293),
    "subnet": (2317, 2464, 3021, 4007, 4193, 4291, 4632, 5952, 6052, 6164, 6890),
    "port-service": (6335,),
    "schema": (7493, 8259),
}
"""What a command follows: RFC numbers."""
