"""The machine that a command looks at: this one, or one of its network namespaces."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from nettools.core.ifaces.report import Family
from nettools.errors import OptionError
from nettools.net.platform import BOTH_FAMILIES, Platform, this_platform


@contextmanager
def opened_platform(netns: str | None) -> Iterator[Platform]:
    """The platform, inside the namespace where one is named. Raises OptionError or LocalFault."""
    with ExitStack() as stack:
        if netns is not None:
            if sys.platform != "linux":
                raise OptionError("network namespaces are Linux's", hint="leave out --netns")
            from nettools.net.namespaces import inside_namespace

            stack.enter_context(inside_namespace(netns))
        yield stack.enter_context(closing(this_platform()))


def families_of(ipv4: bool, ipv6: bool) -> tuple[Family, ...]:
    """What -4 and -6 ask for: neither and both mean both."""
    if ipv4 == ipv6:
        return BOTH_FAMILIES
    return ("inet",) if ipv4 else ("inet6",)
