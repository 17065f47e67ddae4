"""The service and port tables, put together from the data files and the system's services(5)."""

from nettools import data
from nettools.core.port_service import ServiceTable
from nettools.core.ports import PortNames
from nettools.net.system_files import read_services


def service_table() -> ServiceTable:
    """The registry, the curated notes and the system's file as one table."""
    return ServiceTable(data.rows("services.tsv"), data.rows("in-practice.tsv"), read_services())


def port_names(services: ServiceTable) -> PortNames:
    """What words may stand for in a port list."""
    top: dict[str, list[int]] = {"tcp": [], "udp": []}
    for transport, port in data.rows("top-ports.tsv"):
        top[transport].append(int(port))
    return PortNames(
        services=services.ports_by_name(),
        groups={name: [int(port) for port in ports.split(",")] for name, ports in data.rows("port-groups.tsv")},
        top=top,
    )
