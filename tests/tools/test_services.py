"""The generator of services.tsv on small packages, and the data files that ship."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "nettools" / "data"


def load() -> ModuleType:
    """Import tools/services.py by its path: tools is no package."""
    spec = importlib.util.spec_from_file_location("tools_services", ROOT / "tools" / "services.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


services = load()


def rows(path: Path) -> list[list[str]]:
    """Return the fields of each data line; every line is ASCII."""
    lines = path.read_text(encoding="ascii").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def table() -> dict[tuple[int, str], tuple[str, ...]]:
    """Return names and aliases of the shipped table by port and protocol."""
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for port, protocols, name, aliases in rows(DATA / "services.tsv"):
        for protocol in protocols.split(","):
            assert (int(port), protocol) not in found
            found[int(port), protocol] = (name, *aliases.split())
    return found


@pytest.fixture(scope="module")
def shipped() -> dict[tuple[int, str], tuple[str, ...]]:
    return table()


PACKAGE = {
    "0/tcp": ["", "Reserved"],
    "7/tcp": ["echo", "Echo"],
    "7/udp": ["echo", "Echo"],
    "20/udp": ["beta", ""],
    "20/tcp": ["alpha", ""],
    "80/sctp": ["http", ""],
    "80/udp": ["www", ""],
    "80/tcp": ["www", ""],
    "2049/tcp": ["nfs", ""],
}
FIXES = """\
# a comment
80/tcp\tfirst\thttp\twww\tthe registry
80/udp\tfirst\thttp\twww\tthe registry
2049/tcp\tkeep\tnfs\tshilp\tan exception
6000-6001/tcp\tadd\tx11\t\tthe registry's range
"""


def made(package: object, fixes: str) -> list[str]:
    text: str = services.make_table(package, services.parse_fixes(fixes))
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_table_is_sorted_fixed_and_shares_lines() -> None:
    assert made(PACKAGE, FIXES) == [
        "7\ttcp,udp\techo\t",
        "20\ttcp\talpha\t",
        "20\tudp\tbeta\t",
        "80\ttcp,udp\thttp\twww",
        "80\tsctp\thttp\t",
        "2049\ttcp\tnfs\tshilp",
        "6000\ttcp\tx11\t",
        "6001\ttcp\tx11\t",
    ]


@pytest.mark.parametrize(
    ("fix", "message"),
    [
        ("7/tcp\tfirst\techo\tping\ts", "7/tcp: stale fix, the package already says echo"),
        ("7/tcp\tfirst\tping\tpong\ts", "7/tcp: the package says echo, which the fix does not"),
        ("7/tcp\tkeep\tping\techo\ts", "7/tcp: the package says echo, which the fix does not"),
        ("8/tcp\tfirst\tone\ttwo\ts", "8/tcp: the package has no name to fix here"),
        ("0/tcp\tkeep\tone\ttwo\ts", "0/tcp: the package has no name to fix here"),
        ("6-7/tcp\tadd\tone\t\ts", "6-7/tcp: stale fix, the package has echo here"),
        (
            "80/tcp\tfirst\thttp\twww\ts\n80/tcp\tfirst\thttp\twww\ts",
            "80/tcp: fixed twice",
        ),
    ],
)
def test_a_fix_that_does_not_apply_stops(fix: str, message: str) -> None:
    with pytest.raises(services.DataError, match=message):
        made(PACKAGE, fix)


def test_every_wrong_fix_is_listed() -> None:
    with pytest.raises(services.DataError) as caught:
        made(PACKAGE, "7/tcp\tfirst\techo\tping\ts\n8/tcp\tfirst\tone\ttwo\ts")
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    "line",
    [
        "80/tcp\tfirst\thttp\twww",
        "80/tcp\tfirst\thttp\twww\t",
        "80/tcp\tlast\thttp\twww\ts",
        "80/tcp\tfirst\thttp\t\ts",
        "80/tcp\tfirst\thttp\thttp\ts",
        "80/icmp\tfirst\thttp\twww\ts",
        "81-80/tcp\tadd\thttp\t\ts",
        "65536/tcp\tadd\thttp\t\ts",
        "80\tfirst\thttp\twww\ts",
        "80/tcp\tadd\t\t\ts",
    ],
)
def test_a_malformed_fix_is_refused(line: str) -> None:
    with pytest.raises(services.DataError):
        services.parse_fix(line)


@pytest.mark.parametrize(
    "package",
    [
        [],
        {"80": ["http", ""]},
        {"80/tcp": "http"},
        {"80/tcp": []},
        {"80/tcp": [None]},
        {"80/tcp": ["two words", ""]},
        {"80/tcp": ["caf\u00e9", ""]},
        {"80/tcp": ["a\tb", ""]},
    ],
)
def test_a_strange_package_is_refused(package: object) -> None:
    with pytest.raises(services.DataError):
        services.package_names(package)


def archive(path: Path, version: str, index: object) -> Path:
    """Write a package as npm packs it."""
    with tarfile.open(path, "w:gz") as package:
        for name, value in {"package.json": {"version": version}, "index.json": index}.items():
            content = json.dumps(value).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the generator at files of the test."""
    (tmp_path / "fixes.tsv").write_text(FIXES, encoding="ascii")
    monkeypatch.setattr(services, "FIXES", tmp_path / "fixes.tsv")
    monkeypatch.setattr(services, "TABLE", tmp_path / "services.tsv")
    return tmp_path


def test_write_then_check_then_differ(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = str(archive(workspace / "p.tgz", services.PACKAGE_VERSION, PACKAGE))
    assert services.main(["--check", package]) == 1
    assert services.main(["write", package]) == 0
    capsys.readouterr()
    assert services.main(["--check", package]) == 0
    assert capsys.readouterr().out == ""
    other = workspace / "index.json"
    other.write_text(json.dumps(PACKAGE | {"7/udp": ["ohce", ""]}), encoding="utf-8")
    assert services.main(["--check", str(other)]) == 1
    assert "+7\tudp\tohce\t\n" in capsys.readouterr().out


def test_another_version_is_refused(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = str(archive(workspace / "p.tgz", "9.0.0", PACKAGE))
    assert services.main(["write", package]) == 2
    assert "version 9.0.0" in capsys.readouterr().err
    assert not (workspace / "services.tsv").exists()


@pytest.mark.parametrize("argv", [[], ["write"], ["check", "p.tgz"], ["write", "absent.tgz"]])
def test_a_wrong_request_is_2(argv: list[str], workspace: Path) -> None:
    assert services.main(argv) == 2
    assert not (workspace / "services.tsv").exists()


def test_shipped_names(shipped: dict[tuple[int, str], tuple[str, ...]]) -> None:
    assert shipped[80, "tcp"] == ("http", "www", "www-http")
    assert shipped[42, "tcp"][0] == "name"
    assert shipped[631, "tcp"] == ("ipp", "ipps")
    assert shipped[2049, "tcp"] == ("nfs", "shilp")
    assert shipped[6005, "tcp"] == ("x11",)
    assert shipped[6669, "tcp"] == ("ircu",)
    assert (51820, "udp") not in shipped


def test_shipped_table_is_what_its_header_says() -> None:
    text = (DATA / "services.tsv").read_text(encoding="ascii")
    assert text.startswith(services.HEADER)
    assert "\r" not in text
    assert text.endswith("\n")
    assert "Copyright (c) silverwind" in (DATA / "services.LICENSE").read_text(encoding="ascii")
    assert text == services.HEADER + "".join(f"{line}\n" for line in services.table_lines(table()))


def test_every_fix_is_visible(shipped: dict[tuple[int, str], tuple[str, ...]]) -> None:
    fixes = services.parse_fixes(services.FIXES.read_text(encoding="ascii"))
    assert len(fixes) >= 229
    for fix in fixes:
        for key in fix.keys:
            assert shipped[key] == (fix.name, *fix.aliases), fix


def port_number(text: str) -> int:
    assert text.isascii()
    assert text.isdigit()
    assert 1 <= int(text) <= 65535
    return int(text)


def test_in_practice(shipped: dict[tuple[int, str], tuple[str, ...]]) -> None:
    entries: dict[tuple[int, str], str] = {}
    order = []
    for port, protocols, product in rows(DATA / "in-practice.tsv"):
        assert product == product.strip() != ""
        assert product.isprintable()
        assert protocols in ("tcp", "udp", "tcp,udp")
        order.append((port_number(port), protocols))
        for protocol in protocols.split(","):
            assert (int(port), protocol) not in entries
            entries[int(port), protocol] = product
            name = shipped.get((int(port), protocol), ("",))[0]
            assert product.lower() != name.lower(), f"{port}/{protocol} says nothing new"
    assert order == sorted(order)
    assert len(entries) >= 60
    assert entries[9092, "tcp"] == "Kafka"
    assert entries[2181, "tcp"] == "ZooKeeper"
    assert entries[51820, "udp"] == "WireGuard"


def test_top_ports() -> None:
    entries = [(protocol, port_number(port)) for protocol, port in rows(DATA / "top-ports.tsv")]
    protocols = [protocol for protocol, _ in entries]
    assert len(entries) == len(set(entries))
    assert set(protocols) == {"tcp", "udp"}
    assert protocols.count("tcp") >= 100
    assert protocols.count("udp") >= 30
    assert ("tcp", 443) in entries[:3]


def test_port_groups(shipped: dict[tuple[int, str], tuple[str, ...]]) -> None:
    groups: dict[str, list[int]] = {}
    for name, ports in rows(DATA / "port-groups.tsv"):
        assert name not in groups
        groups[name] = [port_number(port) for port in ports.split(",")]
        assert groups[name] == sorted(set(groups[name]))
    assert {80, 443, 8000, 8008, 8080, 8081, 8443, 8888} <= set(groups["web"])
    registered = {name.lower() for names in shipped.values() for name in names}
    assert not registered & (set(groups) - {"web"})
