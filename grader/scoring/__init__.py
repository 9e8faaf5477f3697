"""From outcomes to marks: shares, steps, late and attempt policies."""
