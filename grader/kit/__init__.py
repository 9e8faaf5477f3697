"""What students and other systems are given."""
