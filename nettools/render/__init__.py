"""Results on their way out: tables for people, JSON, JSONL, CSV and plain lines for scripts."""
