"""Reaching the other side by the rules of ``core.connect``."""
