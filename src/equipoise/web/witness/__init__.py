"""The tree over all entries as this home keeps it, its heads, and what witnesses are given."""
