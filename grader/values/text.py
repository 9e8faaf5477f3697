"""Text of mathematics made plain before it is read: one alphabet, no look-alikes, origins kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LENGTH_LIMIT = 10_000
"""Characters of one formula."""


class Fault(StrEnum):
    """Why a text can't be read, which decides who pays for it."""

    NOTATION = "notation"
    """It may be mathematics that we do not read, or that reads in two ways."""
    NAME = "name"
    """It uses a name that the question does not have."""
    LIMIT = "limit"
    """It is longer, deeper or larger than anybody's formula."""
    CODE = "code"
    """It is code or plain words, not a formula."""


class Unreadable(Exception):
    """A text that is no formula to us; caught where readings become values, never shown as a traceback.

    Attributes:
        message: one sentence for the student.
        position: index into the text as it was handed in, or None.
        fault: what sort of trouble it is.
    """

    def __init__(self, message: str, position: int | None = None, fault: Fault = Fault.NOTATION) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in our alphabet; `origin[i]` is the index of the character that `text[i]` stands for."""

    text: str
    origin: tuple[int, ...]

    def at(self, index: int) -> int:
        """Where the character at `index` stood in the text as handed in."""
        return self.origin[min(index, len(self.origin) - 1)]


GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
    "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_SIGNS = {
    "×": "*", "·": "*", "⋅": "*", "∙": "*", "•": "*", "∗": "*", "−": "-", "–": "-", "÷": "/", "∕": "/",
    "⁄": "/",
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≠": "!=", "∞": " oo ", "√": "√", "∛": "∛", "∜": "∜",
    "⌊": " floor(", "⌋": ")", "⌈": " ceiling(", "⌉": ")", "∑": " Sum ", "∏": " Product ", "ℯ": "e",
    "∧": "&", "∨": "|", "¬": "~", "⊙": " odot ", "ᵀ": ".T",
    "½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)", "¼": "(1/4)", "¾": "(3/4)", "′": "'",
    "\u2061": "", "\u2062": "*", "\u00ad": "",
}  # fmt: skip
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣ", "0123456789+-()nx", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₓ", "0123456789ijknmx", strict=True))
_ACCENTS = {"\u0302": "_hat", "\u0304": "_bar", "\u0303": "_tilde"}


def plain(text: str) -> Plain:
    """Bring a formula into our alphabet, compatibility forms and Greek letters by name.

    Raises:
        Unreadable: it is too long, empty, or holds a character that only looks like one of ours.
    """
    if len(text) > LENGTH_LIMIT:
        raise Unreadable(f"it is longer than {LENGTH_LIMIT} characters", LENGTH_LIMIT, Fault.LIMIT)
    if not text.strip():
        raise Unreadable("it is empty", 0, Fault.CODE)
    out: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        piece = character if " " <= character <= "~" else _piece(text, index, out)
        out.append(piece)
        origin.extend([index] * len(piece))
    origin.append(len(text))
    return Plain("".join(out), tuple(origin))


def _piece(text: str, index: int, before: list[str]) -> str:
    """What stands for one character outside printable ASCII."""
    character = text[index]
    if character in "\t\n\r":
        return " "
    if character in _SIGNS:
        return _SIGNS[character]
    if character in _RAISED:
        return _run(text, index, _RAISED, "^(", ")")
    if character in _LOWERED:
        after = text[index + 1 : index + 2]
        return _run(text, index, _LOWERED, "_", " " * after.isalnum())
    if character in _ACCENTS and before and before[-1][-1:].isalpha():
        return _ACCENTS[character]
    folded = unicodedata.normalize("NFKC", character)
    if folded.isascii() and folded.isprintable():
        return folded
    if folded in GREEK:
        after = text[index + 1 : index + 2]
        joined = bool(before) and before[-1][-1:].isalnum()
        return " " * joined + GREEK[folded] + " " * after.isalpha()
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in _ACCENTS:
        return parts[0] + _ACCENTS[parts[1]]
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    if character.isalpha():
        message = f"the letter “{character}” ({name}) is neither one of a to z nor Greek"
        raise Unreadable(message, index)
    raise Unreadable(f"the character “{name}” has no meaning here", index)


def _run(text: str, index: int, table: dict[str, str], opens: str, closes: str) -> str:
    """One character of a run of raised or lowered ones; the first opens it, the last closes it."""
    first = index == 0 or text[index - 1] not in table
    last = index + 1 == len(text) or text[index + 1] not in table
    return (opens if first else "") + table[text[index]] + (closes if last else "")


def caret(text: str, position: int | None) -> str:
    """The text with a caret under one place, cut to a line that fits; empty where there is no place."""
    if position is None:
        return ""
    position = min(max(position, 0), len(text))
    start = max(0, position - 50)
    line = "".join(letter if letter.isprintable() else " " for letter in text[start : start + 90])
    return f"    {line}\n    {' ' * (position - start)}^"
