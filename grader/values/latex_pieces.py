r"""The pieces of a LaTeX formula: letters one by one unless their run is a name, commands, digits, signs."""

from __future__ import annotations

import re
from types import MappingProxyType

from grader.values.names import FUNCTIONS, Names
from grader.values.text import GREEK, Plain
from grader.values.tokens import Token, stranger

_PIECE = re.compile(
    r"(?P<cmd>\\(?:[A-Za-z]+\*?|.))|(?P<num>\d+\.?\d*|\.\d+)|(?P<letters>[A-Za-z]+)"
    r"|(?P<op><=|>=|==|!=|\*\*|[-+*/^_(){}\[\],=<>!&|':;.√∛∜])"
)
_DIGITS = re.compile(r"\d+")
_FONT = re.compile(r"\s*\{\s*([A-Za-z]+|1)\s*[.,]?\s*\}|\s*([A-Za-z1])")
_SPACES = frozenset({
    "\\,", "\\;", "\\:", "\\!", "\\ ", "\\>", "\\quad", "\\qquad", "\\displaystyle", "\\textstyle", "\\left",
    "\\right", "\\big", "\\Big", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\bigg", "\\Bigg", "\\biggl",
    "\\biggr",
    "\\limits", "\\nolimits", "\\middle", "\\thinspace", "\\/", "\\(", "\\)", "\\[", "\\]",
})  # fmt: skip
_SIGNS = MappingProxyType({
    "\\cdot": "*", "\\times": "*", "\\ast": "*", "\\div": "/", "\\le": "<=", "\\leq": "<=",
    "\\leqslant": "<=",
    "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\ne": "!=", "\\neq": "!=", "\\lt": "<", "\\gt": ">",
    "\\bmod": "bmod", "\\odot": "odot",
    "\\land": "&", "\\wedge": "&", "\\{": "(", "\\}": ")", "\\lbrace": "(", "\\rbrace": ")",
    "\\lbrack": "[",
    "\\rbrack": "]", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\mid": "|",
})  # fmt: skip
_FONTS = frozenset({
    "\\mathrm", "\\text", "\\textrm", "\\mathit", "\\mathsf", "\\mathbf", "\\boldsymbol", "\\bm",
    "\\operatorname",
    "\\operatorname*", "\\textbf", "\\textit", "\\mathbb", "\\mathbbm", "\\mathds", "\\mathtt", "\\vec",
})  # fmt: skip
_LETTERS = MappingProxyType(
    {f"\\{name}": name for name in GREEK.values()}
    | {"\\infty": "oo", "\\varepsilon": "epsilon", "\\varphi": "phi", "\\vartheta": "theta",
       "\\varsigma": "sigma",
       "\\varrho": "rho", "\\ell": "l", "\\top": "top", "\\intercal": "top", "\\lor": "or", "\\vee": "or",
       "\\neg": "not", "\\lnot": "not", "\\euler": "e", "\\mathrm{e}": "e"}
)  # fmt: skip
ACCENTS = MappingProxyType({
    "\\hat": "_hat", "\\widehat": "_hat", "\\bar": "_bar", "\\overline": "_bar", "\\tilde": "_tilde",
    "\\widetilde": "_tilde",
})  # fmt: skip
"""Marks over a name, to what they add to it."""
_ONE_WORDS = frozenset({"\\mathbb", "\\mathbbm", "\\mathds", "\\mathbf"})


def pieces(source: Plain, names: Names) -> list[Token]:
    """A text in pieces, ending with `end`.

    Raises:
        Unreadable: a character has no meaning.
    """
    text, at, tokens = source.text, 0, list[Token]()
    while at < len(text):
        if text[at] in " ~$" or (text[at] == "." and text[:at].endswith(("\\left", "\\right"))):
            at += 1
            continue
        found = _PIECE.match(text, at)
        if found is None:
            raise stranger(source, at)
        piece, end = found.group(), found.end()
        if found.lastgroup == "cmd":
            end = _command(tokens, piece, text, end)
        elif found.lastgroup == "letters":
            end = _letters(tokens, piece, text, end, names)
        else:
            tokens.append(Token(found.lastgroup or "", piece, at))
        at = end
    tokens.append(Token("end", "", len(text)))
    return tokens


def _command(tokens: list[Token], piece: str, text: str, end: int) -> int:
    """A command, a sign, or a name in a font of its own; returns where the next piece begins."""
    at = end - len(piece)
    if piece in _SPACES:
        return end
    font = _FONT.match(text, end) if piece in _FONTS else None
    if font:
        word = font.group(1) or font.group(2)
        one = word in ("1", "I") and piece in _ONE_WORDS
        tokens.append(Token("cmd", "\\indicator", at) if one else Token("name", word, at))
        return font.end()
    if piece in _SIGNS:
        tokens.append(Token("op", _SIGNS[piece], at))
    elif piece in _LETTERS:
        tokens.append(Token("name", _LETTERS[piece], at))
    else:
        tokens.append(Token("cmd", piece, at))
    return end


def _letters(tokens: list[Token], piece: str, text: str, end: int, names: Names) -> int:
    """A run of letters: one name if it is known as one, else a letter each."""
    at = end - len(piece)
    digits = _DIGITS.match(text, end)
    if digits and names.variable(piece + digits.group()):
        tokens.append(Token("name", piece + digits.group(), at))
        return digits.end()
    called = text[end:].lstrip(" ").startswith(("(", "\\left"))
    if names.variable(piece) or (piece in FUNCTIONS and called) or piece in ("pi", "oo", "inf"):
        tokens.append(Token("name", piece, at))
    else:
        tokens.extend(Token("name", letter, at + k) for k, letter in enumerate(piece))
    return end
