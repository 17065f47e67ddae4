"""What is compared in each row of docs/coming-from.md: the facts that both lines tell, not the layout."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.docs.facts import (
    Facts,
    classic_destinations,
    classic_ipv6_destinations,
    destinations,
    ipcalc_networks,
    ipv4_destinations,
    ipv6_range,
    json_addresses,
    nc_open_ports,
    networks,
    octets,
    open_ports,
    ranges,
    sipcalc_ranges,
    states,
    status,
    subnet_ends,
    way,
    words,
    xml_ports,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a row is run and what has to be the same."""

    facts: Facts
    """What the old line told."""
    our_facts: Facts | None = None
    """What ours told, where it is written in another way."""
    beside: str = ""
    """A server that has to be there, which names its port or socket."""
    client: str = ""
    """For a line that is a server: who talks to it. Then what that hears counts as well."""
    host: str = ""
    """Where the client is."""

    def of_old(self, told: str) -> object:
        return self.facts(told)

    def of_ours(self, told: str) -> object:
        return (self.our_facts or self.facts)(told)


NAMES = words(r"^(?:\d+: )?(lo|eth0|lab0|tun0)\b")
WWW_DATA = words(r"^www\.example\.com\.\s+(?:\d+\s+IN\s+)?A\s+(?:\d+\s+)?(\S+)$")
INTERFACE_ADDRESSES = words(r"([0-9a-f.:]+)(?=/\d+(?: |$))")
SERIALS = words(r"\b(20261121\d\d)\b")
PRODUCTS = words(r"(OpenSSH 9\.2p1|nginx 1\.22\.1)")
MX = words(r"(10 mail\.example\.com\.)")
SERVICES = words(r"\b(ssh|https|postgresql)\b")

ECHO_BESIDE = "nettools listen {} -k --service echo"
# ncat forgets what a program has still to say when its client has ended its half.
HELLO = "printf 'hello\\n' | nettools cat {} --no-shutdown -q 500ms"

COMPARISONS: Mapping[str, Comparison] = {
    # nc
    "nc mail.example.com 25 < quit.txt": Comparison(facts=octets),
    "nc -N www.example.com 80 < request.txt": Comparison(facts=octets),
    "nc -z db.example.com 3306": Comparison(facts=status),
    "nc -z -w 1 db.example.com 5432": Comparison(facts=status),
    "nc -zv www.example.com 79-81": Comparison(facts=nc_open_ports, our_facts=open_ports),
    "nc -l 192.0.2.10 7001": Comparison(facts=octets, client="printf 'hello\\n' | nettools cat 192.0.2.10 7001"),
    "nc -l -k 192.0.2.10 7002": Comparison(
        facts=octets,
        client="for word in one two; do echo $word | nettools cat 192.0.2.10 7002 --send-only; sleep 0.2; done",
    ),
    "nc -u -w 1 198.51.100.80 7 < word.txt": Comparison(facts=octets),
    "nc -N -U echo.sock < word.txt": Comparison(facts=octets, beside=ECHO_BESIDE.format("-U echo.sock")),
    "nc -N -X connect -x 192.0.2.10:7003 www.example.com 80 < request.txt": Comparison(
        facts=octets, beside="nettools listen 192.0.2.10 7003 -k --proxy-server http"
    ),
    "nc -N -s 10.8.0.2 192.0.2.10 7004 < word.txt": Comparison(
        facts=words(r"(10\.8\.0\.2)"),
        beside="socat TCP-LISTEN:7004,bind=192.0.2.10,fork SYSTEM:'echo $SOCAT_PEERADDR; cat > /dev/null'",
    ),
    # ncat
    "ncat --ssl www.example.com 443 < request.txt": Comparison(facts=octets),
    "ncat -C mail.example.com 25 < unix-quit.txt": Comparison(facts=octets),
    "ncat -l 127.0.0.1 7010 -k --exec /bin/cat": Comparison(facts=octets, client=HELLO.format("127.0.0.1 7010")),
    "ncat -l 127.0.0.1 7011 -k --ssl --sh-exec 'sed -u s/l/L/g'": Comparison(
        facts=octets, client=HELLO.format("127.0.0.1 7011 --tls --insecure --quiet")
    ),
    "ncat -l 127.0.0.1 7012 --broker": Comparison(
        facts=octets,
        client="(nettools cat 127.0.0.1 7012 --recv-only -i 1500ms --quiet & sleep 0.7;"
        " echo hello | nettools cat 127.0.0.1 7012 --send-only; wait)",
    ),
    "ncat -l 127.0.0.1 7013 -k --proxy-type http": Comparison(
        facts=octets, client="curl --silent --proxy http://127.0.0.1:7013 http://www.example.com/"
    ),
    "ncat -l 192.0.2.10 7014 -k --allow 192.0.2.20 --exec /bin/cat": Comparison(
        facts=octets, client=HELLO.format("192.0.2.10 7014"), host="bob"
    ),
    # socat
    "socat - TCP:mail.example.com:25 < quit.txt": Comparison(facts=octets),
    "socat - OPENSSL:www.example.com:443 < request.txt": Comparison(facts=octets),
    "socat - UDP:198.51.100.80:7 < word.txt": Comparison(facts=octets),
    "socat TCP-LISTEN:7020,bind=127.0.0.1,fork TCP:mail.example.com:25": Comparison(
        facts=octets, client="nettools cat 127.0.0.1 7020 < quit.txt"
    ),
    "socat TCP-LISTEN:7021,bind=127.0.0.1,fork EXEC:/bin/cat": Comparison(
        facts=octets, client=HELLO.format("127.0.0.1 7021")
    ),
    "socat UNIX-LISTEN:mail.sock,fork TCP:mail.example.com:25": Comparison(
        facts=octets, client="nettools cat -U mail.sock < quit.txt"
    ),
    # dig
    "dig www.example.com": Comparison(facts=WWW_DATA),
    "dig www.example.com AAAA": Comparison(facts=words(r"^(;?www\.example\.com\.)\s+(?:\d+\s+)?IN\s+(AAAA)\s*(\S*)$")),
    "dig +short example.com MX": Comparison(facts=octets),
    "dig @ns1.example.com example.com SOA": Comparison(facts=SERIALS),
    "dig +short -x 192.0.2.20": Comparison(facts=octets),
    "dig +trace www.example.com A": Comparison(facts=WWW_DATA),
    "dig +nssearch example.net": Comparison(facts=SERIALS),
    "dig +dnssec example.com A": Comparison(facts=words(r"^example\.com\.\s.*RRSIG\s+(?:\d+\s+)?(A 13 .*)$")),
    "dig +tcp +short www.example.com": Comparison(facts=octets),
    "dig +noall +answer example.net AXFR @198.51.100.53": Comparison(facts=words(r"^(\S+)\s+300\s+IN\s+(\S+)\s+(.*)$")),
    "dig +short www.example.com blog.example.com": Comparison(facts=octets),
    "dig +short -f names.txt": Comparison(facts=octets),
    "dig +noall +answer -f names.txt": Comparison(
        facts=words(r"^(\S+)\s+\d+\s+IN\s+(\S+)\s+(\S+)$"),
        our_facts=words(r"\tanswered\t(\S+)\t\d+\tIN\t(\S+)\t(\S+)$"),
    ),
    # host
    "host www.example.com": Comparison(facts=words(r"(198\.51\.100\.80|2001:db8:0:2::80)$")),
    "host 192.0.2.20": Comparison(facts=words(r"(bob\.example\.com\.)$")),
    "host -t MX example.com": Comparison(facts=MX),
    "host -C example.net": Comparison(facts=SERIALS),
    "host -l example.net 198.51.100.53": Comparison(
        facts=words(r"^(\S+) has address (\S+)$"), our_facts=words(r"^(\S+)\. +300 IN A +(\S+)$")
    ),
    # nslookup
    "nslookup www.example.com": Comparison(facts=words(r"(198\.51\.100\.80|2001:db8:0:2::80)$")),
    "nslookup -type=mx example.com": Comparison(facts=MX),
    "nslookup www.example.com 198.51.100.53": Comparison(facts=words(r"(198\.51\.100\.80|2001:db8:0:2::80)$")),
    # nmap
    "nmap -p 22,80,443,8080 www.example.com": Comparison(facts=states),
    "nmap -sT -p 1-1024 198.51.100.80": Comparison(facts=open_ports),
    "nmap -sS -p 22,80 198.51.100.80": Comparison(facts=states),
    "nmap -sU -p 7,53 198.51.100.80": Comparison(facts=states),
    "nmap -sV -p 22,80 198.51.100.80": Comparison(facts=PRODUCTS),
    "nmap -sn 192.0.2.16/28": Comparison(
        facts=words(r"report for .*\((\S+)\)$"), our_facts=words(r"^(\S+) \(in \S+\) is up")
    ),
    "nmap -sL 192.0.2.20/31": Comparison(
        facts=words(r"report for (?:\S+ \()?([\d.]+)\)?$"), our_facts=words(r"^(192\S+)")
    ),
    "nmap -oX - -p 22,80 198.51.100.80": Comparison(facts=xml_ports),
    "nmap -oG - -p 22,80 198.51.100.80": Comparison(facts=words(r"\tPorts: (.*)$")),
    "nmap --reason -p 22,80,5432 198.51.100.32": Comparison(
        facts=words(r"^(\d+)/tcp +(\S+) +\S+ +(admin-prohibited|no-response)"),
        our_facts=words(r"^ *(\d+)/tcp +(\S+) +\S+ +(?:[\d.]+ ms +)?(admin-prohibited|no-response)"),
    ),
    "nmap --script ssl-cert -p 443 198.51.100.80": Comparison(
        facts=words(r"Not valid after: +(\S+)"), our_facts=words(r'"not_after":"([^".]+)\.')
    ),
    "nmap -iL hosts.txt -p 443 --open": Comparison(
        facts=words(r"report for (\S+) \("), our_facts=words(r"^(\S+) \(\S+\) is up")
    ),
    # ifconfig
    "ifconfig": Comparison(facts=words(r"inet6? (\S+) "), our_facts=INTERFACE_ADDRESSES),
    "ifconfig eth0": Comparison(
        facts=words(r"inet6? (\S+)|ether (\S+)"),
        our_facts=words(r"([0-9a-f.:]+)(?=/\d+ )|((?:[0-9a-f]{2}:){5}[0-9a-f]{2})"),
    ),
    "ifconfig -s": Comparison(facts=NAMES),
    # ip
    "ip address": Comparison(facts=words(r"inet6? (\S+)"), our_facts=words(r"([0-9a-f.:]+/\d+)(?= |$)")),
    "ip -j address show eth0": Comparison(facts=json_addresses),
    "ip route": Comparison(facts=destinations),
    "ip -6 route": Comparison(facts=destinations),
    "ip route show table all": Comparison(facts=ipv4_destinations),
    "ip rule": Comparison(facts=words(r"^(\d+):.*lookup (\S+)"), our_facts=words(r"^IPv4 +(\d+) .*table (\S+)")),
    "ip route get 10.20.30.40": Comparison(facts=way),
    "ip -s link show eth0": Comparison(facts=NAMES),
    # route
    "route -n": Comparison(facts=classic_destinations, our_facts=destinations),
    "route -6 -n": Comparison(facts=classic_ipv6_destinations, our_facts=destinations),
    # ipcalc
    "ipcalc -n 192.0.2.12/28": Comparison(facts=subnet_ends),
    "ipcalc -n 192.0.2.12 255.255.255.240": Comparison(facts=subnet_ends),
    "ipcalc -n 192.0.2.12 0.0.0.15": Comparison(facts=subnet_ends),
    "ipcalc -n 192.0.2.0/24 26": Comparison(facts=ipcalc_networks, our_facts=networks),
    "ipcalc -n -r 192.0.2.3 - 192.0.2.17": Comparison(facts=networks),
    # sipcalc
    "sipcalc 192.0.2.12/28": Comparison(facts=subnet_ends),
    "sipcalc 2001:db8:0:1::10/64": Comparison(facts=ipv6_range),
    "sipcalc -s 26 192.0.2.0/24": Comparison(facts=sipcalc_ranges, our_facts=ranges),
    "sipcalc -S 66 2001:db8::/64": Comparison(facts=sipcalc_ranges, our_facts=ranges),
    "sipcalc eth0": Comparison(facts=words(r"Host address\t+- (\S+)"), our_facts=words(r"  (192\S+)/24 ")),
    # grepcidr, prips
    "grepcidr 10.0.0.0/8 access.log": Comparison(facts=octets),
    "grepcidr -f nets.txt access.log": Comparison(facts=octets),
    "grepcidr -v 203.0.113.0/24 ipv4.log": Comparison(facts=octets),
    "grepcidr 2001:db8::/32 access.log": Comparison(facts=octets),
    "grepcidr -c 10.0.0.0/8 access.log": Comparison(facts=octets),
    "prips 192.0.2.0/29": Comparison(facts=octets),
    "prips 192.0.2.3 192.0.2.17": Comparison(facts=octets),
    "prips -i 16 192.0.2.0/24": Comparison(facts=octets),
    "prips -c 192.0.2.3 192.0.2.17": Comparison(facts=octets),
    # /etc/services
    "getent services ssh": Comparison(facts=words(r"\b(22)(?:/| +)tcp"), our_facts=words(r"^ *(22) ")),
    "getent services 443/tcp": Comparison(facts=SERVICES),
    "grep -w 5432/tcp /etc/services": Comparison(facts=SERVICES),
}

ONE_OF_A_KIND: Mapping[str, str] = {
    "ndiff old.xml new.xml": "compares two files; ours scans anew, which the recipe with --diff does",
    "ip monitor address": "tells changes, and the world's network has none; tests/integration has them told",
    "ipcalc -n 192.0.2.0/24 -s 50 20 12": "ipcalc 0.5 prints networks that are too small, which the note says",
}
"""Rows whose two lines have nothing to compare, and why."""
