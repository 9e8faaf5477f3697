"""One submission's straight line: ask, judge, mark."""
