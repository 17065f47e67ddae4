"""Octets between two ends: who may read and write, when a side is told that there is no more, when it is over."""
