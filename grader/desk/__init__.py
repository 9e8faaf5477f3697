"""Hand marking: a local page to mark what the grader can't, and a sheet that goes out and comes back."""
