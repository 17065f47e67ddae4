"""A scan with packets of our own: what is sent when, in batches, and what the answers mean.

``plan.Sweep`` is the machine that a driver asks. It works on runs: one host with all its ports (``single``), or
thousands of hosts that go through few ports in step (``flock``). A run goes over what is unanswered in passes.
"""
