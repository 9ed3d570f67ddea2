"""What a pump shows on pages."""
