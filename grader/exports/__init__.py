"""What other systems read: gradebook files, course systems, CI."""
