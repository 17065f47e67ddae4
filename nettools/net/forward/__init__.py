"""Connecting clients to somewhere else."""
