"""Scanning, without a socket: what to probe when, what an answer means, what to report.

targets    the words of the command line -> targets and ports
plan       which probe is next, which is overdue, when it is over; the rules
host       what the plan knows of one address; timing: how long to wait (RFC 6298), how much at once
capacity   how much this machine can have on its way; phantoms: connections of this machine with itself
reminders  deadlines
reason     what came back -> a verdict on the port; faults: why nothing could be sent
report     verdicts -> the records of the answer
"""
