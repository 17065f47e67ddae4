"""Service detection: what to say to an open port, and what its answers tell. Pure; ``net.depth`` has the sockets.

match       what an answer told: a service, perhaps with product and version
matcher     a regular expression with its templates
probe       one file of ``data/probes``: what to say and how to read the answers
probe_file  the reader of such a file, and what it refuses
catalog     all of them, and their order for a port
http_reply  an HTTP answer in parts
reply       an answer and its parts, as matchers name them
readers     protocols whose answers no regular expression reads
action      what a plan wants done
event       what a driver tells it
exchange    one question and its answer on one connection
conversation  the policy: which connections and questions one port gets
session     the plan itself: ``DepthPlan``
"""
