"""Scanning, without a socket: what to probe when, what an answer means, what to report.

targets  the words of the command line -> targets and ports
reason   what came back -> a verdict on the port
timing   how long to wait (RFC 6298), how much at once
plan     which probe is next, which is overdue, when it is over
report   verdicts -> the records of the answer
"""
