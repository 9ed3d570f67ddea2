"""Lists of participants and of what comes next, and the pages about one of them."""
