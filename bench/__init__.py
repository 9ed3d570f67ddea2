"""What `make bench` and `make bench-design` measure; no part of the package that is installed."""
