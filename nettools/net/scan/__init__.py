"""The drivers of a scan: one loop over one plan (``engine``), and a prober for each kind of probe."""
