"""Pictures of a design: what a statistician looks at before choosing."""
