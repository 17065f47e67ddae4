"""Scanning, without a socket: what to probe when, what an answer means, what to report.

words      the words of the command line -> targets and ports; files of targets, lists of exclusions
targets    a target -> a name, a range of addresses, or a pattern of octets (octets)
space      all addresses by index, each once; space_builder puts them together, overlaps says whose they are
order      which host and which ports come when, in which shard; permutation: at random without a list
plan       which probe is next, which is overdue, when it is over; the rules
host       what the plan knows of one address; timing: how long to wait (RFC 6298), how much at once
capacity   how much this machine can have on its way; phantoms: connections of this machine with itself
reminders  deadlines
reason     what came back -> a verdict on the port; faults: why nothing could be sent
report     verdicts -> the records of the answer
stored     an earlier answer, kept small: stored_document reads a file, stored_parts and stored_port what is in it
diff       two scans over what both can say (diff_host, diff_findings, not_compared); expect: a scan beside a file
resume     what is left of a scan that was cut; turn_book: how far one has come
"""
