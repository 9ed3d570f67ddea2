"""REST, for programs: acts, participants and frames under `/api/`, as the pages have them."""
