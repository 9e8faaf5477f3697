"""What a name in a formula means: a declared variable before anything else, then a constant or a function."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

from grader.values.expression import Node, add, const, inv, mul, num, relation_of, var
from grader.values.text import GREEK, Fault, Unreadable

CONSTANTS: dict[str, Node] = {
    "pi": const("pi"), "Pi": const("pi"), "E": const("E"), "e": const("E"), "I": const("I"),
    "oo": const("oo"),
    "inf": const("oo"), "infinity": const("oo"), "EulerGamma": const("EulerGamma"),
    "GoldenRatio": const("GoldenRatio"), "Catalan": const("Catalan"),
    "True": Node("true"), "False": Node("false"), "true": Node("true"), "false": Node("false"),
}  # fmt: skip

ARITY: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        ["exp", "sqrt", "cbrt", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "cot", "sec", "csc",
        "asin", "acos", "atan", "acot", "asec", "acsc", "sinh", "cosh", "tanh", "coth", "sech", "csch",
        "asinh", "acosh", "atanh", "acoth", "Abs", "sign", "floor", "ceiling", "frac", "factorial", "gamma",
        "loggamma", "digamma", "erf", "erfc", "sigmoid", "softplus", "relu", "re", "im", "conjugate", "arg",
        "sinc", "factorial2", "transpose", "det", "trace", "inverse", "norm", "asech", "acsch",
        "logit", "fibonacci", "sqnorm"],
        (1, 1),
    ),
    "log": (1, 2), "round": (1, 1), "root": (2, 2), "atan2": (2, 2), "Mod": (2, 2), "beta": (2, 2),
    "binomial": (2, 2), "hypot": (2, 2), "pow": (2, 2), "dot": (2, 2), "KroneckerDelta": (2, 2),
    "outer": (2, 2),
    "Heaviside": (1, 2), "Max": (1, 64), "Min": (1, 64), "Piecewise": (1, 64), "piecewise": (1, 64),
    "And": (1, 64), "Or": (1, 64), "Not": (1, 1), "Eq": (2, 2), "Ne": (2, 2), "Lt": (2, 2), "Le": (2, 2),
    "Gt": (2, 2), "Ge": (2, 2), "Sum": (1, 3), "Product": (1, 3), "Rational": (1, 2), "Integer": (1, 1),
    "Matrix": (1, 3), "diag": (1, 64), "eye": (1, 2), "zeros": (1, 2), "ones": (1, 2), "indicator": (1, 1),
    "Tuple": (0, 64), "where": (3, 3), "clip": (3, 3), "hadamard": (2, 2),
    "polygamma": (2, 2), "RisingFactorial": (2, 2), "FallingFactorial": (2, 2), "zeta": (1, 1),
    "LambertW": (1, 1), "softmax": (1, 64), "logsumexp": (1, 64), "logaddexp": (2, 2),
}  # fmt: skip
"""Every function by its own name, with the fewest and the most arguments that it takes."""

_ALIASES = {
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arccot": "acot",
    "arctan2": "atan2", "abs": "Abs", "fabs": "Abs", "absolute": "Abs", "sgn": "sign", "ceil": "ceiling",
    "mod": "Mod", "fmod": "Mod", "max": "Max", "maximum": "Max", "min": "Min", "minimum": "Min",
    "heaviside": "Heaviside", "lgamma": "loggamma", "gammaln": "loggamma", "polygamma0": "digamma",
    "comb": "binomial", "logistic": "sigmoid", "expit": "sigmoid", "sigma": "sigmoid", "Sigmoid": "sigmoid",
    "ReLU": "relu", "Relu": "relu", "RELU": "relu", "Softmax": "softmax", "Softplus": "softplus",
    "conj": "conjugate", "real": "re", "imag": "im", "angle": "arg", "array": "Matrix", "matrix": "Matrix",
    "Vector": "Matrix", "ImmutableMatrix": "Matrix", "Diag": "diag", "identity": "eye", "sum": "Sum",
    "prod": "Product", "product": "Product", "power": "pow", "Pow": "pow", "square": "square",
    "Determinant": "det", "Trace": "trace", "Inverse": "inverse", "inv": "inverse", "Identity": "eye",
    "tr": "trace", "S": "Integer", "sympify": "Integer",
    "logical_and": "And", "logical_or": "Or", "logical_not": "Not", "Transpose": "transpose",
    "psi": "digamma",
    "ff": "FallingFactorial", "rf": "RisingFactorial", "LSE": "logsumexp", "ITE": "where", "negative": "neg",
    "Indicator": "indicator", "Ceil": "ceiling", "Floor": "floor", "Sinh": "sinh", "Tanh": "tanh",
    "Exp": "exp",
    "Log": "log", "Ln": "log", "Gamma": "gamma", "Sqrt": "sqrt", "signum": "sign", "cosec": "csc",
    "tg": "tan",
    "Equality": "Eq", "Unequality": "Ne", "HadamardProduct": "hadamard", "multiply": "hadamard",
}  # fmt: skip

FUNCTIONS: dict[str, str] = {name: name for name in ARITY} | _ALIASES
"""Every spelling of a function, to its own name."""
ARITY |= {"square": (1, 1), "neg": (1, 1)}

MODULES = frozenset({
    "np", "numpy", "math", "sp", "sympy", "sy", "torch", "jnp", "scipy", "special", "cmath", "linalg", "tf",
    "nn", "F",
})  # fmt: skip
_FOREIGN = frozenset({
    "lambda", "def", "class", "import", "from", "exec", "eval", "return", "while", "for", "yield", "async",
    "await", "global", "nonlocal", "with", "try", "raise", "assert", "del", "pass", "print", "open",
    "getattr", "setattr", "compile", "globals", "locals", "vars", "input",
})  # fmt: skip
_RUN_LIMIT = 60
"""Characters of declared names that are run together."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def canonical(name: str) -> str:
    """A name without the marks that say nothing: `k_1`, `k1` and `k_{1}` are one name."""
    return name.replace("_", "")


def is_plain(name: str) -> bool:
    """Whether a name is letters, digits and underscores, nothing that could be code."""
    return bool(_NAME.fullmatch(name)) and "__" not in name


@dataclass
class Names:
    """The names of one question: declared variables, and what else may stand in a text.

    Args:
        declared: the variables, which win over constants and functions.
        open: whether a name that nobody declared is a variable too (a reference may say so, an answer not).
        free: filled with the undeclared names met while `open`.
        complex: whether `i` is the imaginary unit when it is not declared.
    """

    declared: frozenset[str]
    open: bool = False
    complex: bool = False
    free: set[str] = field(default_factory=set)
    bound: list[str] = field(default_factory=list)

    def variable(self, name: str) -> str | None:
        """The declared or bound name that a spelling stands for, or None."""
        if name in self.declared or name in self.bound:
            return name
        same = [known for known in self._all() if canonical(known) == canonical(name)]
        if len(same) == 1:
            return same[0]
        greek = GREEK.get(name)
        return self.variable(greek) if greek else None

    def letter(self, name: str) -> bool:
        """Whether a word of Python's is a letter here: `lambda`, declared or left open."""
        return self.variable(name) is not None or (self.open and name in GREEK.values())

    def _all(self) -> list[str]:
        return [*self.bound, *sorted(self.declared)]

    def product(self, name: str) -> Node | None:
        """Declared names run together in one way only: `mn` is m times n, `w_1x_1` is w_1 times x_1."""
        if not 1 < len(name) <= _RUN_LIMIT:
            return None
        longest = 2 * max(map(len, self._all()), default=0)
        ways: list[list[list[str]]] = [[] for _ in name] + [[[]]]
        for start in reversed(range(len(name))):
            for end in range(start + 1, min(start + longest, len(name)) + 1):
                piece = name[start:end]
                if piece[0].isalpha() and piece[-1] != "_" and (known := self.variable(piece)):
                    ways[start] += [[known, *rest] for rest in ways[end][: 2 - len(ways[start])]]
        return mul(*map(var, ways[0][0])) if len(ways[0]) == 1 else None

    def family(self, name: str) -> bool:
        """Whether `name1` or `name_1` is declared, so that `name[i]` can mean one of a family."""
        pattern = re.compile(re.escape(name) + r"_?\d+")
        return any(pattern.fullmatch(known) for known in self.declared)

    def value(self, name: str, position: int) -> Node:
        """What a name that is not called stands for.

        Raises:
            Unreadable: it is nobody's name.
        """
        known = self.variable(name)
        if known is not None:
            return var(known)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name == "i" and self.complex:
            return const("I")
        run = self.product(name)
        if run is not None:
            return run
        letter = name in GREEK.values()
        if self.open and is_plain(name) and (letter or not (name in _FOREIGN or name in FUNCTIONS)):
            self.free.add(name)
            return var(name)
        raise self.unknown(name, position)

    def unknown(self, name: str, position: int) -> Unreadable:
        """Why a name means nothing here, and what it may have meant."""
        if name in _FOREIGN or "__" in name:
            return Unreadable(f"“{name}” is code, not mathematics", position, Fault.CODE)
        if name in FUNCTIONS:
            return Unreadable(f"the function “{name}” needs its argument in brackets", position)
        known = [*self._all(), *FUNCTIONS]
        near = get_close_matches(name, known, 1, 0.75)
        hint = f"; did you mean “{near[0]}”?" if near else ""
        allowed = ", ".join(self._all()) or "none"
        message = f"the name “{name[:40]}” is not one of this question's ({allowed}){hint}"
        return Unreadable(message, position, Fault.NAME)


def build(name: str, args: Iterable[Node], position: int | None = None) -> Node:
    """A function of its arguments, with the spellings that are arithmetic written out.

    Raises:
        Unreadable: it takes another number of arguments.
    """
    operands = tuple(args)
    low, high = ARITY[name]
    if not low <= len(operands) <= high:
        many = f"{low}" if low == high else f"{low} to {high}"
        plural = "" if many == "1" else "s"
        raise Unreadable(f"“{name}” takes {many} argument{plural}, not {len(operands)}", position)
    return _rewritten(name, operands, position)


_RELATIONS = {"Eq": "==", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="}


def _rewritten(name: str, args: tuple[Node, ...], position: int | None) -> Node:
    """The functions that are another spelling of an operation."""
    if name in _RELATIONS:
        return relation_of(_RELATIONS[name], *args)
    if name in ("And", "Or", "Not"):
        return Node(name.lower(), args)
    simple = {
        "pow": lambda: Node("^", args),
        "square": lambda: Node("^", (args[0], num(2))),
        "neg": lambda: Node("neg", args),
        "Integer": lambda: args[0],
        "Rational": lambda: args[0] if len(args) == 1 else mul(args[0], inv(args[1])),
        "root": lambda: Node("^", (args[0], inv(args[1]))),
        "cbrt": lambda: Node("^", (args[0], num(Fraction(1, 3)))),
        "indicator": lambda: Node("piecewise", (num(1), args[0], num(0), Node("true"))),
        "where": lambda: Node("piecewise", (args[1], args[0], args[2], Node("true"))),
        "clip": lambda: Node("Min", (Node("Max", (args[0], args[1])), args[2])),
        "logaddexp": lambda: Node("log", (add(*(Node("exp", (arg,)) for arg in args)),)),
        "Tuple": lambda: Node("tuple", args),
    }
    if name in simple:
        return simple[name]()
    if name == "log" and len(args) == 2:
        return mul(Node("log", args[:1]), inv(Node("log", args[1:])))
    if name in ("Piecewise", "piecewise"):
        return _pieces(args, position)
    return Node(name, args)


def _pieces(args: tuple[Node, ...], position: int | None) -> Node:
    flat: list[Node] = []
    for piece in args:
        if piece.op != "tuple" or len(piece.args) != 2:
            raise Unreadable("Piecewise takes pairs (value, condition)", position)
        flat.extend(piece.args)
    return Node("piecewise", tuple(flat))
