"""Packets as bytes: probes built in batches, answers read, and the filter that lets only answers through."""
