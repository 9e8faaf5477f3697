"""Frozen values: what is asked, who handed in what, what came back, what was decided."""

from grader.model.answers import Accepted, Interval, OneOf
from grader.model.asking import (
    NO_OUTPUT,
    Ask,
    Crashed,
    Forbidden,
    Frame,
    Missing,
    Observation,
    OutOfMemory,
    Output,
    OutputLimit,
    Probe,
    Raised,
    Returned,
    TimedOut,
    Unanswerable,
)
from grader.model.course import Assignment, Case, Check, Limits, Mistake, Part, Question
from grader.model.handin import SourceFile, Student, Submission
from grader.model.marking import Evidence, Graded, Mark, Outcome, Verdict

__all__ = [
    "NO_OUTPUT",
    "Accepted",
    "Ask",
    "Assignment",
    "Case",
    "Check",
    "Crashed",
    "Evidence",
    "Forbidden",
    "Frame",
    "Graded",
    "Interval",
    "Limits",
    "Mark",
    "Missing",
    "Mistake",
    "Observation",
    "OneOf",
    "OutOfMemory",
    "Outcome",
    "Output",
    "OutputLimit",
    "Part",
    "Probe",
    "Question",
    "Raised",
    "Returned",
    "SourceFile",
    "Student",
    "Submission",
    "TimedOut",
    "Unanswerable",
    "Verdict",
]
