"""The course's files: the rubric in YAML, the reference in Python, and the proof that they are sound."""

from grader.rubric.course import Course
from grader.rubric.json_schema import json_schema
from grader.rubric.loading import load
from grader.rubric.reference import Reference

__all__ = ["Course", "Reference", "json_schema", "load"]
