"""What would happen: sample size, bounds and power by formula, simulation, rehearsal and forecast."""
