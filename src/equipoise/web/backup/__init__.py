"""Copies of an installation: made beside a running server, proved, and put back whole."""
