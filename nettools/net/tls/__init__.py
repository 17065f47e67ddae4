"""TLS on an end, by the settings of ``core.tls``."""
