"""How wrong numbers differ from the right ones, in one true sentence: advice without marks."""

from grader.checks.diagnosis.sentence import diagnose

__all__ = ["diagnose"]
