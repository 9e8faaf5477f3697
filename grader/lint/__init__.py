"""The rubric itself is tested: proofs that it and its reference are sound."""

from grader.lint.proofs import PROOFS, lint
from grader.lint.report import Finding, Level, LintReport, ProofRun

__all__ = ["PROOFS", "Finding", "Level", "LintReport", "ProofRun", "lint"]
