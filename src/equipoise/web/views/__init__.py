"""What each page shows and does: one module a screen. A view reads, asks, and performs one act."""
