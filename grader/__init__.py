"""Grades homework in the mathematics of machine learning."""
