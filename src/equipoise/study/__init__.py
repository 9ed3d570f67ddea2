"""What should happen: one folder of YAML becomes a frozen Study, or every error in it at once."""
