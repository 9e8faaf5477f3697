"""The course's files: the rubric in YAML, the reference in Python, and the proof that they are sound."""
