"""The DNS codec: names, messages, EDNS and the text of rdata. Bytes in, values out; nothing is sent from here.

Our own where a reply must survive its faults (RFC 1035 §4 framing) and where a million replies are read;
dnspython reads and writes the rdata of the rarer types.
"""
