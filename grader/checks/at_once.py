"""Right in every case, seen at once: all numbers of a check against the reference's in one comparison.

Most answers are right, and then nothing has to be explained: what a check says of them is the same for every
student. Whatever is not plainly right (another type, another shape, a number further off than the absolute
tolerance) is left to the comparison case by case, which alone decides what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks.cases import Trial

_FLOATS = frozenset({float, np.float64})


def all_close(trials: Sequence[Trial], atol: float) -> bool:
    """Whether every answer has its reference's structure in float64, and every entry is within `atol`."""
    answers: list[Any] = []
    references: list[Any] = []
    for trial in trials:
        if trial.pair is None or not _laid_out(*trial.pair, answers, references):
            return False
    if not answers:
        return False
    with np.errstate(all="ignore"):  # what is not finite fails here, and is decided elsewhere
        return bool((np.abs(np.concatenate(answers) - np.concatenate(references)) <= atol).all())


def _laid_out(answer: Any, reference: Any, answers: list[Any], references: list[Any]) -> bool:
    """Add the entries of both sides to the lists; False where they are not of one structure."""
    kind = type(reference)
    if kind is np.ndarray:
        if type(answer) is not np.ndarray or answer.shape != reference.shape:
            return False
        if not (answer.size and answer.dtype == reference.dtype == np.float64):
            return False
        answers.append(answer.reshape(-1))
        references.append(reference.reshape(-1))
        return True
    if kind in _FLOATS:
        if type(answer) not in _FLOATS:
            return False
        answers.append((answer,))
        references.append((reference,))
        return True
    if kind in (tuple, list) and type(answer) is kind and len(answer) == len(reference) and answer:
        return all(_laid_out(*pair, answers, references) for pair in zip(answer, reference, strict=True))
    return False
