"""Asking DNS: what to ask whom, what a reply means, when to ask again. Pure: the driver is ``nettools.net.resolve``."""
