"""The small services of the early RFCs: what is said to a client, and which datagrams are answered."""
