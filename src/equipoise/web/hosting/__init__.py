"""How a home is served: its address, its files, its upgrade, and whether it is sound."""
