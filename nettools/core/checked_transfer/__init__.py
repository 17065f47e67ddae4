"""Sending one file and knowing that it arrived: the protocol, its two sides as machines, the journal for resuming."""
