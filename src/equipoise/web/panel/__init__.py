"""Pages of the panel: what waits to be read, a scan, its conclusion."""
