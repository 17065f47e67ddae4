"""Builds the world in the namespaces it is started in, says its two network namespaces, and holds it while it is read.

    python -m tests.docs.world.inside FOLDER NETWORK

It must be the first program in namespaces of its own; NETWORK is the one outside, and refused. Once all servers answer
it prints its process, the desk's, and those in whose networks the others and bob live; it ends with its standard input.
"""

import fcntl
import os
import struct
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.dns_bed import bed, dnswire, servers, tools
from tests.docs.world import services, zones

PROJECT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30.0

DESK4, DESK6 = "192.0.2.10", "2001:db8:0:1::10"
ROUTER4, ROUTER6 = "192.0.2.1", "2001:db8:0:1::1"
BOB = "192.0.2.20"
WWW6 = "2001:db8:0:2::80"
OFFICE_HOSTS = ("192.0.2.30", "192.0.2.40", "192.0.2.53")
FAR_HOSTS = ("198.51.100.25", "198.51.100.32", "198.51.100.53", "198.51.100.80", "198.51.100.81",
             "203.0.113.1", "203.0.113.2", "203.0.113.53", "203.0.113.54")  # fmt: skip
DB = "198.51.100.32"

_IFF_TUN, _IFF_NO_PI, _TUNSETIFF = 0x0001, 0x1000, 0x400454CA  # linux/if_tun.h


def do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()}")


def ip(words: str) -> None:
    do(tools.path("ip"), *words.split())


def start(*command: str | Path) -> "subprocess.Popen[str]":
    """A server that does not outlive this process."""
    return subprocess.Popen(
        [tools.path("setpriv"), "--pdeathsig", "KILL", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=tools.importable(os.environ),
    )


def said(server: "subprocess.Popen[str]") -> None:
    """Wait until a server says that it is ready."""
    assert server.stdout is not None
    if server.stdout.readline() != "ready\n":
        raise SystemExit(f"did not start: {server.args!r}")


def make_certificates(folder: Path) -> None:
    """Of one authority, which the world trusts: a good one, one that soon ends, and one that has ended."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Trust")])

    def issued(subject: x509.Name, days: int, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(issuer_name=authority, subject_name=subject, public_key=public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=80))
            .not_valid_after(now + timedelta(days=days, hours=1 if days > 0 else -1))
        )

    itself = issued(authority, 3650, key.public_key())
    root = itself.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, SHA256())
    (folder / "authority.pem").write_bytes(root.public_bytes(Encoding.PEM))
    for name, days in (("www", 200), ("mail", 12), ("shop", -3)):
        own = ec.generate_private_key(ec.SECP256R1())
        host = f"{name}.example.com"
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = issued(subject, days, own.public_key()).add_extension(names, critical=False).sign(key, SHA256())
        secret = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(secret + made.public_bytes(Encoding.PEM))


def make_files(folder: Path) -> None:
    """What stands in place of the system's files and of the Internet's root, in this mount namespace alone."""
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n{DESK4} desk\n198.51.100.99 wiki.example.com\n")
    (folder / "resolv.conf").write_text(f"nameserver {zones.RESOLVER}\nsearch example.com\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\nservices: files\nprotocols: files\n")
    places: dict[str, str | Path] = {
        "hosts": "/etc/hosts",
        "resolv.conf": "/etc/resolv.conf",
        "nsswitch.conf": "/etc/nsswitch.conf",
        "root-anchors.txt": PROJECT / "nettools/data/root-anchors.txt",
        "root.hints": PROJECT / "nettools/data/root.hints",
    }
    for name, place in places.items():
        if Path(place).exists():
            do(tools.path("mount"), "--bind", str(folder / name), os.path.realpath(place))


def make_tun(name: str) -> int:
    """A tun interface with somebody at its other end, so that it is up; the descriptor keeps it."""
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return end


def there(pid: int, words: str) -> None:
    """A command of ip(8) in the network of a process."""
    do(tools.path("nsenter"), f"--target={pid}", "--net", tools.path("ip"), *words.split())


def make_network(others: int, bob: int) -> int:
    """The office's switch with the desk and bob on it, and everybody else behind its router."""
    ip("link set lo up")
    switch = f"netns {others}"
    ip(f"link add eth0 address 02:00:5e:10:00:0a type veth peer name port1 address 02:00:5e:10:00:02 {switch}")
    ip(f"link add lab0 address 02:00:5e:10:00:1b type veth peer name lab address 02:00:5e:10:00:1c {switch}")
    there(others, f"link add port2 type veth peer name eth0 address 02:00:5e:10:00:14 netns {bob}")
    there(others, "link add lan0 address 02:00:5e:10:00:01 type bridge forward_delay 0")
    tun = make_tun("tun0")
    for name in ("eth0", "lab0", "tun0"):
        # Link-local addresses would need duplicate detection, and random ones would differ at each run.
        Path(f"/proc/sys/net/ipv6/conf/{name}/addr_gen_mode").write_text("1")
        Path(f"/proc/sys/net/ipv6/conf/{name}/router_solicitations").write_text("0")
    Path("/proc/sys/net/ipv4/neigh/eth0/retrans_time_ms").write_text("100")  # who is not there is known to be soon
    ip(f"address add {DESK4}/24 broadcast 192.0.2.255 dev eth0")
    ip(f"address add {DESK6}/64 dev eth0 nodad")
    ip("address add 10.8.0.2/24 dev tun0")
    ip("address add 10.8.0.129/25 broadcast 10.8.0.255 dev lab0")
    for name in ("eth0", "lab0", "tun0"):
        ip(f"link set {name} up")
    for words in (
        "link set lo up",
        "link set port1 master lan0",
        "link set port2 master lan0",
        *(f"address add {address}/24 dev lan0" for address in (ROUTER4, *OFFICE_HOSTS)),
        f"address add {ROUTER6}/64 dev lan0 nodad",
        *(f"address add {address}/32 dev lo" for address in FAR_HOSTS),
        f"address add {WWW6}/128 dev lo nodad",
        *(f"link set {name} up" for name in ("lan0", "port1", "port2", "lab")),
        *(f"route add unreachable {network}" for network in ("198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8")),
    ):
        there(others, words)
    for words in ("link set lo up", f"address add {BOB}/24 dev eth0", "link set eth0 up",
                  f"route add default via {ROUTER4}"):  # fmt: skip
        there(bob, words)
    ip(f"route add default via {ROUTER4} dev eth0 proto dhcp metric 100")
    ip(f"-6 route add default via {ROUTER6} dev eth0 metric 1024")
    ip("route add 10.20.0.0/16 via 10.8.0.1 dev tun0 metric 50")
    ip("route add 10.20.30.0/24 via 192.0.2.1 dev eth0")
    within = [tools.path("nsenter"), f"--target={others}", "--net"]
    do(*within, "sh", "-c", "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit")
    filtering = [*within, "iptables", "-A", "INPUT", "-d", DB, "-p", "tcp", "--dport"]
    do(*filtering, "22", "-j", "REJECT", "--reject-with", "icmp-admin-prohibited")
    do(*filtering, "5432", "-j", "DROP")
    return tun


def start_name_servers(folder: Path, servers_pid: int) -> "subprocess.Popen[str]":
    (folder / "named.conf").write_text(zones.named_configuration(folder))
    program = tools.path("named")
    if servers.apparmor_confines_named():
        copy = folder / "named"
        copy.write_bytes(Path(program).read_bytes())
        copy.chmod(0o755)
        program = str(copy)
    words = ("-4", "-n", "1", "-f", "-c", folder / "named.conf", "-L", folder / "named.log")
    return start(tools.path("nsenter"), f"--target={servers_pid}", "--net", program, *words)


def wait_for_name_servers(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (header := servers.ask_udp(zones.RESOLVER, 53, "www.example.com", dnswire.A, dnswire.RD)) is None or (
        not header.answers or not header.flags & dnswire.AD
    ):
        if time.monotonic() > deadline:
            raise SystemExit(f"named does not answer: {(folder / 'named.log').read_text()[-2000:]}")
        time.sleep(0.02)


def main(folder: Path, network_outside: str) -> None:
    if bed.network() == network_outside:
        raise SystemExit("these are not private namespaces")
    zones.build(folder)
    make_certificates(folder)
    make_files(folder)
    holders = [start(tools.path("unshare"), "--net", "sh", "-c", "echo ready; exec sleep infinity") for _ in range(2)]
    for holder in holders:
        said(holder)
    others, bob = (holder.pid for holder in holders)
    tun = make_network(others, bob)
    named = start_name_servers(folder, others)
    offering = [
        start(
            tools.path("nsenter"), f"--target={pid}", "--net", sys.executable, "-m", services.__name__, folder, *hosts
        )
        for pid, hosts in ((others, (ROUTER4, *OFFICE_HOSTS, *FAR_HOSTS, WWW6)), (bob, (BOB,)))
    ]
    for one in offering:
        said(one)
    wait_for_name_servers(folder)
    print(os.getpid(), others, bob, flush=True)
    sys.stdin.read()
    os.close(tun)
    for server in (*offering, named, *holders):
        server.kill()
        server.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
