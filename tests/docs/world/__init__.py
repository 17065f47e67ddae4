"""A small Internet for the documents: a desk, an office, servers, name servers; README.md says who is who."""
