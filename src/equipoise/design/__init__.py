"""What would happen: sample size, bounds and power, simulation, rehearsal and forecast."""
