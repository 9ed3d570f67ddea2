"""How fast a trial runs: acts, folds, pages, the tree of heads."""
