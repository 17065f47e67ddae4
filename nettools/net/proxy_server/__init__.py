"""A proxy of ours, by the rules of ``core.proxy_server``."""
