"""The access log: who came in, what data were taken out, who opened what is closed to others.

It stands beside the ledger and not in it: it tells of looking, not of the trial, and it may be
dropped one day. Nobody can change it before that: the database refuses it, and the digest of each
day is chained to the day before.
"""
