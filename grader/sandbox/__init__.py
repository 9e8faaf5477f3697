"""All that touches the processes in which student code runs."""
