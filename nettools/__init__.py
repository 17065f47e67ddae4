"""nettools: network diagnostics with answers that are data, for the command line and for Python.

>>> import nettools
>>> nettools.subnet("192.0.2.12/30").subnets[0].usable
2
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # what typing.TYPE_CHECKING is, without the import: type checkers know the name
if TYPE_CHECKING:
    from nettools import errors as errors
    from nettools.api import networks as networks
    from nettools.api import records as records
    from nettools.api.connect import connect as connect
    from nettools.api.documents import document as document
    from nettools.api.documents import to_json as to_json
    from nettools.api.ifaces import ifaces as ifaces
    from nettools.api.port_service import port_service as port_service
    from nettools.api.rdns import rdns as rdns
    from nettools.api.resolve import resolve as resolve
    from nettools.api.resolve_many import resolve_many as resolve_many
    from nettools.api.routes import route as route
    from nettools.api.routes import routes as routes
    from nettools.api.scan import scan as scan
    from nettools.api.subnet import subnet as subnet
    from nettools.errors import NettoolsError as NettoolsError

__all__ = [
    "NettoolsError",
    "__version__",
    "connect",
    "document",
    "errors",
    "ifaces",
    "networks",
    "port_service",
    "rdns",
    "records",
    "resolve",
    "resolve_many",
    "route",
    "routes",
    "scan",
    "subnet",
    "to_json",
]

_MODULES = {"errors": "nettools.errors", "networks": "nettools.api.networks", "records": "nettools.api.records"}
_HOMES = {
    "NettoolsError": "nettools.errors",
    "document": "nettools.api.documents",
    "to_json": "nettools.api.documents",
    "route": "nettools.api.routes",
}
"""Where a name is that is in no module of its own."""


if not TYPE_CHECKING:  # with it, type checkers would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Import what is asked for, once: each engine loads only what it needs."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        if name in _MODULES:
            found = import_module(_MODULES[name])
        else:
            found = getattr(import_module(_HOMES.get(name, f"nettools.api.{name}")), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
