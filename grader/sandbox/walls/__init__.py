"""The walls of the box, one small module each; none of them is trusted alone. Linux only."""
