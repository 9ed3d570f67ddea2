"""Pages of the treatment: a cycle is planned, checked, given."""
