"""Screens of queries: the list of all that one sees, one with its thread, several at once."""
