"""A rehearsal: invented people live through the whole trial by the very acts of the real one."""
