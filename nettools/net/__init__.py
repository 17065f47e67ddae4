"""The parts that block: sockets, pollers, clocks, files of the system. One driver for each machine of core."""
