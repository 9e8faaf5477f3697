"""What people read: the terminal, and a static site."""
