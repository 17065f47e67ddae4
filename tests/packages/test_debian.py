"""The Debian package: what is in it, what lintian says, and that it comes and goes without a trace."""

import gzip
import os
import shutil
from pathlib import Path

import pytest

from nettools import __version__
from tests import peers
from tests.cli import PROJECT
from tests.packages.builds import archives, offline, tools
from tests.packages.interpreters import of_debian, pythons
from tests.packages.workshop import Ran, Workshop

BUILD = PROJECT / "packaging" / "debian" / "build"
MAINTAINER = "Nobody <nobody@host.example>"
BUILDERS = ("dpkg-deb", "dpkg-shlibdeps", "objdump")
COMPLETIONS = {
    "nettools.bash": "usr/share/bash-completion/completions/nettools",
    "_nettools": "usr/share/zsh/vendor-completions/_nettools",
    "nettools.fish": "usr/share/fish/vendor_completions.d/nettools.fish",
}

# This machine is the lower layer of the root that the package is installed in: nothing is downloaded, nothing stays.
INSTALL_AND_PURGE = """
set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
cp "$2" "$1/root/new.deb"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/ "$@"; }
root=$1/root
inside dpkg --install --no-triggers --force-unsafe-io /new.deb >/dev/null
inside nettools --version
inside setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all \\
  nettools scan 127.0.0.1 "$3" --format plain
inside nettools resolve name.example A @https://127.0.0.1:9 --tries 1 | grep -o 'cannot be reached' || true
inside find /usr/lib/nettools -name 'cli.*.pyc' -path '*/nettools/__pycache__/*' -printf '%f\\n'
inside dpkg --purge --no-triggers --force-unsafe-io nettools >/dev/null
echo gone
find "$1/upper" -name '*nettools*' -not -type c
"""


def begin_all(shop: Workshop) -> None:
    if of_debian() and all(map(shutil.which, BUILDERS)):
        for name in ("first", "again"):
            shop.begin(deb, name)
        if shutil.which("lintian"):
            shop.begin(judged)
        if os.geteuid() == 0:
            shop.begin(installed_and_purged)


def deb(shop: Workshop, name: str) -> Path:
    """The package, built for Debian's own Python."""
    peers.require(*BUILDERS, reason="to build a Debian package")
    version = of_debian()
    if version is None:
        peers.unavailable("needed to build a Debian package: python3-venv (Debian package python3-venv)")
    folder = shop.new_folder("debian", name)
    variables = offline(shop, pythons()[version]) | {"PYTHON": str(shop.done(tools) / "python")}
    wheel = shop.done(archives).wheel
    ran = shop.run(BUILD, "--maintainer", MAINTAINER, "--output", folder, wheel, env=variables).succeeded()
    return Path(ran.stdout.strip())


def judged(shop: Workshop) -> Ran:
    """What lintian says, down to the informational tags."""
    peers.require("lintian", reason="to check a Debian package")
    words = ("--allow-root", "--display-info", "--fail-on", "error,warning")
    return shop.run("lintian", *words, shop.done(deb, "first"))


def installed_and_purged(shop: Workshop) -> list[str]:
    """What each step of its life printed."""
    peers.require("unshare", "setpriv", "dpkg", root=True, reason="to install a Debian package in a root of its own")
    place = shop.new_folder("root")
    words = ("--mount", "--pid", "--fork", "bash", "-c", INSTALL_AND_PURGE, "bash")
    ran = shop.run("unshare", *words, place, shop.done(deb, "first"), str(shop.open_port)).succeeded()
    return ran.stdout.splitlines()


@pytest.fixture(scope="module")
def unpacked(shop: Workshop) -> Path:
    """The package as ``dpkg-deb --raw-extract`` leaves it."""
    folder = shop.folder / "unpacked-deb"
    shop.run("dpkg-deb", "--raw-extract", shop.done(deb, "first"), folder).succeeded()
    return folder


def test_lintian_finds_nothing_that_is_not_justified(shop: Workshop) -> None:
    ran = shop.done(judged)
    tags = [line for line in ran.stdout.splitlines() if line[:2] in ("E:", "W:", "I:", "P:")]
    assert (ran.status, tags) == (0, [])


def test_it_is_installed_used_by_nobody_and_purged_without_a_trace(shop: Workshop) -> None:
    version, scanned, resolved, compiled, *rest = shop.done(installed_and_purged)
    assert version == f"nettools {__version__}"
    assert scanned.split("\t")[:2] == ["127.0.0.1", "127.0.0.1"]
    assert str(shop.open_port) in scanned
    assert "open" in scanned
    assert resolved == "cannot be reached"  # the extra for DNS over HTTPS is there
    assert compiled.startswith("cli.cpython-3")
    assert rest == ["gone"]


def test_it_depends_on_the_python_that_it_was_built_for(shop: Workshop, unpacked: Path) -> None:
    control = (unpacked / "DEBIAN" / "control").read_text(encoding="utf-8")
    (depends,) = [line for line in control.splitlines() if line.startswith("Depends: ")]
    (library,) = (unpacked / "usr" / "lib" / "nettools" / "lib").iterdir()
    series = library.name.removeprefix("python3.")
    assert f"python3 (>= 3.{series}~), python3 (<< 3.{int(series) + 1}~)" in depends
    assert "libc6 (>= " in depends
    assert f"Version: {__version__}\n" in control
    assert f"Maintainer: {MAINTAINER}\n" in control


def test_man_pages_and_completions_are_where_debian_looks(unpacked: Path) -> None:
    for name, place in COMPLETIONS.items():
        assert (unpacked / place).read_bytes() == (PROJECT / "completions" / name).read_bytes()
    pages = {page.name: gzip.decompress(page.read_bytes()) for page in (unpacked / "usr/share/man/man1").iterdir()}
    assert pages == {f"{page.name}.gz": page.read_bytes() for page in (PROJECT / "man").glob("*.1")}


def test_every_library_that_it_carries_has_its_licence_in_the_copyright(unpacked: Path) -> None:
    text = (unpacked / "usr/share/doc/nettools/copyright").read_text(encoding="utf-8")
    carried = [about.name.split("-")[0] for about in (unpacked / "usr/lib/nettools").rglob("*.dist-info")]
    assert len(carried) > 20
    heads = {line.split(" ")[0].lower().replace("-", "_").replace(".", "_") for line in text.splitlines() if line}
    assert {name.lower() for name in carried} <= heads
    assert (PROJECT / "LICENSE").read_text(encoding="utf-8").strip() in text


def test_nothing_in_it_names_the_place_where_it_was_built(shop: Workshop, unpacked: Path) -> None:
    files = [path for path in unpacked.rglob("*") if path.is_file() and not path.is_symlink()]
    places = (str(shop.folder).encode(), b"/tmp/tmp.")
    assert [path for path in files if any(place in path.read_bytes() for place in places)] == []
    assert [path for path in files if path.suffix == ".pyc"] == []
    assert (unpacked / "usr/bin/nettools").readlink() == Path("../lib/nettools/bin/nettools")
    program = (unpacked / "usr/lib/nettools/bin/nettools").read_text(encoding="utf-8")
    assert program.startswith("#!/usr/lib/nettools/bin/python\n")


def test_the_same_bytes_come_out_again(shop: Workshop) -> None:
    assert shop.done(deb, "again").read_bytes() == shop.done(deb, "first").read_bytes()


@pytest.mark.parametrize("words", [[], ["no-such.whl"], ["--maintainer", MAINTAINER], ["--no-such", "x", "y"]])
def test_the_script_says_how_it_is_called(shop: Workshop, words: list[str]) -> None:
    ran = shop.run(BUILD, *words)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("usage: packaging/debian/build ")
