"""Which events of interfaces are wanted, when only some interfaces were asked for."""

from collections.abc import Collection, Iterable

from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Family, Interface
from nettools.core.ifaces.select import narrowed


class WatchedInterfaces:
    """Follows the interfaces that were asked for: by name, through renames; or whichever are up or of a kind now."""

    def __init__(
        self,
        shown: Iterable[Interface],
        *,
        are_named: bool,
        families: Collection[Family],
        only_up: bool = False,
        kind: str | None = None,
    ) -> None:
        found = list(shown)
        self._indexes = {one.ifindex for one in found}
        self._names = {one.ifname for one in found} if are_named else set()
        self._are_named = are_named
        self._families = families
        self._only_up = only_up
        self._kind = kind

    def is_wanted(self, event: MachineEvent) -> bool:
        """Whether to tell the event; that an interface stops to be wanted is told too."""
        if event.event == "lost":
            return True
        was_wanted = event.ifindex in self._indexes
        if event.interface is not None:
            if self._fits(event.interface):
                self._indexes.add(event.ifindex)
            elif not self._are_named:
                self._indexes.discard(event.ifindex)
        is_of_family = event.address is None or event.address.family in self._families
        return is_of_family and (was_wanted or event.ifindex in self._indexes)

    def _fits(self, one: Interface) -> bool:
        if self._are_named:
            return one.ifname in self._names
        return bool(
            narrowed([one], families=("inet", "inet6"), only_up=self._only_up, kind=self._kind, keeps_bare=True)
        )
