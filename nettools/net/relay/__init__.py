"""Octets between two ends: moved, watched, ended by the rules of ``core.relay``."""
