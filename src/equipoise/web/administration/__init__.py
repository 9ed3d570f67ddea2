"""Pages of the trial's administration: its state, people and sites, mail, audit, witnesses."""
