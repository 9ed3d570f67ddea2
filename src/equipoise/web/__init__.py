"""The entry points for people (pages) and programs (REST); its store is the ledger in the database.

The web knows the clock, the user and the request, and decides nothing: one POST is one act.
"""
