r"""Reads LaTeX as students write it, with the reader of plain text: only pieces and commands differ.

What is read: fractions, roots, powers and subscripts, `\left…\right`, functions with and without brackets,
`\log_2`, accents and fonts (`\hat{y}`, `\mathbf{w}`), bars, floors, `cases` and matrices, sums and products
with limits, indicators. What can mean two things, such as `\ln x y` or `x^10`, is refused.
"""

from __future__ import annotations

from types import MappingProxyType

from grader.values.expression import Node, inv, mul, num, var
from grader.values.latex_groups import GroupReader
from grader.values.latex_pieces import ACCENTS
from grader.values.names import ARITY, CONSTANTS, FUNCTIONS, build, canonical
from grader.values.tokens import Token

_CALLS = MappingProxyType(
    {f"\\{name}": FUNCTIONS[name] for name in (
        "exp", "ln", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth",
        "arcsin", "arccos", "arctan", "max", "min", "det", "arg",
    )} | {"\\Re": "re", "\\Im": "im"}
)  # fmt: skip
_INVERSES = frozenset({"sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"})
_WORDS = frozenset({"if", "for", "when", "otherwise", "else", "where"})
_CLOSING = frozenset({"\\\\", "\\end", "\\rfloor", "\\rceil", "\\rVert", "\\rangle"})
_BARS = frozenset({"\\|", "\\Vert"})


class LatexReader(GroupReader):
    """One LaTeX formula being read."""

    norms = 0  # how many are open

    # ---- names, powers, indices

    def word(self, token: Token) -> Node:
        """A name with its subscript, if it has one."""
        if self.sees("_"):
            return self.subscripted(token)
        if self.sees("^", "{") and self.names.variable(token.text) is None and len(token.text) > 1:
            name = FUNCTIONS.get(token.text)
            if name is not None and ARITY[name][0] == 1:
                return self.function(name, token)
        if token.text in _WORDS or token.text == "top":
            raise self.fail(f"“{token.text}” is unexpected here", token.start)
        if self.sees("'"):
            raise self.fail("a prime can mean two things: write the derivative out")
        if token.text in ("\\begin", "\\end"):
            raise self.fail("it is unexpected here", token.start)
        return super().word(token)

    def is_raised_call(self, name: str) -> bool:
        r"""Whether a function stands here with its exponent before its argument: `\sigma^2(x)`."""
        if name not in FUNCTIONS or name in CONSTANTS or self.names.variable(name) is not None:
            return False
        at, depth = self.index + 1, 0
        while self.tokens[at].text == "{" or (depth and self.tokens[at].kind != "end"):
            depth += (self.tokens[at].text == "{") - (self.tokens[at].text == "}")
            at += 1
            if not depth:
                return self.tokens[at].text == "("
        return self.tokens[at].kind != "end" and self.tokens[at + 1].text == "("

    def raised_call(self, name: str, token: Token) -> Node:
        """A function with its exponent before its argument, as after a command."""
        return self.function(name, token)

    def subscripted(self, token: Token) -> Node:
        """`x_1`, `d_h`, `k_{12}`: part of the name; `x_j` inside a sum over j: one of a family."""
        self.take()
        inside = self.raw_group()
        label = "".join(piece.text for piece in inside)
        for name in (f"{token.text}_{label}", token.text + label):
            if label.isalnum() and (known := self.names.variable(name)):
                return var(known)
        if FUNCTIONS.get(token.text) == "log" and label.isdigit():
            return self.log_to_base(f"log{label}", token)
        if self.names.family(token.text) or self.names.open:
            if label.isalnum() and self.names.open and not self.names.variable(label):
                return self.names.value(f"{token.text}_{label}", self.source.at(token.start))
            return Node("index", (self.nested(inside),), token.text)
        raise self.names.unknown(f"{token.text}_{label}", self.source.at(token.start))

    def argument(self) -> Node:
        r"""What a command takes: a braced group, or one digit, letter or command (`\frac12`)."""
        token = self.take()
        if token.text == "{":
            return self.bracket(token)
        if token.kind == "num" and len(token.text) > 1:
            if not token.text.isdigit():
                raise self.fail("braces are missing here", token.start)
            self.index -= 1
            self.tokens[self.index] = Token("num", token.text[1:], token.start + 1)
            return num(int(token.text[0]))
        if token.kind == "num":
            return self.number(token)
        if token.kind == "name":
            return self.names.value(token.text, self.source.at(token.start))
        if token.kind == "cmd":
            self.descend()
            node = self.command(token)
            self.depth -= 1
            return node
        self.index -= token.kind != "end"
        raise self.fail("braces are missing here")

    def power(self, base: Node) -> Node:
        """An exponent: a braced group or a single digit or letter; a transpose sign is one too."""
        token, after = self.peek, self.tokens[min(self.index + 1, len(self.tokens) - 1)]
        inside = token if token.text != "{" else after
        transposed = inside.text == "top" or (inside.text == "T" and not self.names.variable("T"))
        if transposed and (token.text != "{" or self.tokens[self.index + 2].text == "}"):
            self.raw_group()
            return Node("transpose", (base,))
        if token.kind == "num" and len(token.text) > 1:
            raise self.fail(f"in LaTeX only “{token.text[0]}” is raised here: write ^{{{token.text}}}")
        if token.text == "{" and after.text == "(" and base.op == "var" and self.labelled():
            raise self.fail("is this a power or a label? Write the power without brackets")
        exponent = self.argument()
        self.bare = ""
        if self.sees("^"):
            raise self.fail("a power of a power needs braces")
        return Node("^", (base, exponent))

    def labelled(self) -> bool:
        """Whether `^{(i)}` comes next."""
        texts = [token.text for token in self.tokens[self.index : self.index + 5]]
        return len(texts) == 5 and texts[3:] == [")", "}"]

    def infix(self, left: Node, sign: str, power: int) -> Node:
        """A sign between two operands; what a minus and a remainder do together is not guessed."""
        if sign == "bmod" and left.op == "neg":
            raise self.fail("does the minus belong to the remainder? Write brackets")
        return super().infix(left, sign, power)

    def starts_factor(self) -> bool:
        """Whether the next token begins a factor; closing commands and words between cases do not."""
        token = self.peek
        if token.kind == "cmd":
            return token.text not in (_CLOSING if not self.norms else _CLOSING | _BARS)
        return super().starts_factor() and token.text not in _WORDS

    # ---- commands

    def command(self, token: Token) -> Node:
        """A command at the beginning of an operand."""
        name = token.text
        if name in ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac"):
            top = self.argument()
            return mul(top, inv(self.argument()))
        if name in ("\\binom", "\\dbinom", "\\tbinom"):
            top = self.argument()
            return Node("binomial", (top, self.argument()))
        if name == "\\sqrt":
            return self.root()
        if name in ACCENTS:
            return self.accented(ACCENTS[name], token)
        if name in _CALLS:
            return self.function(_CALLS[name], token)
        if name in ("\\sum", "\\prod"):
            return self.sum_over("sum" if name == "\\sum" else "product", token)
        if name in ("\\lfloor", "\\lceil"):
            return self.rounded(name)
        if name in _BARS or name == "\\lVert":
            return self.normed()
        if name == "\\langle":
            return build("dot", self.items("\\rangle"), self.source.at(token.start))
        if name == "\\begin":
            return self.environment(token)
        if name == "\\indicator":
            return self.indicator(token)
        raise self.fail(f"“{name}” is not read here", token.start)

    def root(self) -> Node:
        r"""`\sqrt{x}` and `\sqrt[3]{x}`."""
        if not self.sees("["):
            return Node("sqrt", (self.argument(),))
        self.take()
        (degree,) = self.items("]")[:1] or (num(2),)
        return Node("^", (self.argument(), inv(degree)))

    def accented(self, accent: str, token: Token) -> Node:
        """`\\hat{y}` is the name `y_hat`."""  # noqa: D301
        pieces = self.raw_group()
        inside = "".join(piece.text for piece in pieces)
        if not canonical(inside).isalnum():
            raise self.fail(f"“{token.text}” stands over more than a name", token.start)
        subscript = "".join(p.text for p in (self.take(), *self.raw_group())) if self.sees("_") else ""
        spellings = (
            inside + accent + subscript,
            inside + subscript + accent,
            accent[1:] + inside + subscript,
        )
        for name in spellings:
            if known := self.names.variable(name):
                return var(known)
        return self.names.value(canonical(inside) + accent + subscript, self.source.at(token.start))

    def function(self, name: str, token: Token) -> Node:
        r"""A function command: `\ln(x)`, `\ln x`, `\sin^2 x`, `\log_2 x`, `\tanh^{-1}(x)`."""
        exponent = base = None
        for _ in range(2):
            if self.sees("^") and exponent is None:
                self.take()
                exponent = self.argument()
            elif self.sees("_") and base is None and name == "log":
                self.take()
                base = self.argument()
        if self.sees("_"):
            raise self.fail("a subscript has no meaning here")
        inverse = exponent == num(-1)
        if inverse and name not in _INVERSES:
            raise self.fail("is this the inverse function or one over it?", token.start)
        args = self.function_arguments(token)
        args += [base] if base else []
        node = build("a" + name if inverse else name, args, self.source.at(token.start))
        return node if exponent is None or inverse else Node("^", (node, exponent))

    def function_arguments(self, token: Token) -> list[Node]:
        """Arguments in brackets, or what follows without them as far as it can mean one thing."""
        if self.sees("("):
            outer, self.bars = self.bars, []
            self.take()
            args = self.items(")")
            self.bars, self.bare = outer, ""
            return args
        if self.sees("{"):
            self.take()
            return self.items("}")
        whole = self.peek.kind == "num"
        first = self.expression(50)
        if whole and self.peek.kind in ("name", "cmd") and self.goes_on():
            first = mul(first, self.expression(50))
        if self.goes_on():
            raise self.fail(f"where does the argument of “{token.text}” end? Write brackets")
        return [first]

    def goes_on(self) -> bool:
        """Whether a factor follows that is not another function."""
        return self.starts_factor() and self.peek.text not in _CALLS

    def sum_over(self, op: str, token: Token) -> Node:
        r"""`\sum_{k=1}^{n} a b`: the sum reaches as far as the product that follows."""
        if not self.sees("_"):
            raise self.fail("a sum needs its index and limits", token.start)
        self.take()
        pieces = self.raw_group()
        name = pieces[0].text if pieces and pieces[0].kind == "name" else ""
        alone = len(pieces) == 1
        if not name or not (alone or pieces[1].text == "="):
            raise self.fail("the limits of a sum are written _{k=1}^{n}", token.start)
        low = num(1) if alone else self.nested(pieces[2:])
        high = var("all") if alone else None
        if self.sees("^"):
            self.take()
            high = self.argument()
        if high is None:
            raise self.fail("the upper limit of the sum is missing", token.start)
        self.names.bound.append(name)
        body = self.expression(30)
        self.names.bound.pop()
        return Node(op, (body, low, high), name)

    def rounded(self, opening: str) -> Node:
        r"""`\lfloor x \rfloor` and `\lceil x \rceil`."""
        outer, self.bars = self.bars, []
        inside = self.expression()
        self.bars = outer
        self.expect("\\rfloor" if opening == "\\lfloor" else "\\rceil")
        return Node("floor" if opening == "\\lfloor" else "ceiling", (inside,))

    def normed(self) -> Node:
        r"""`\|x\|`, Euclidean, and `\|x\|_1`."""
        self.norms += 1
        inside = self.expression()
        self.norms -= 1
        if not self.sees(*_BARS, "\\rVert"):
            raise self.fail("a norm is not closed")
        self.take()
        if self.sees("_"):
            self.take()
            label = self.group_text()
            if label in ("1", "oo"):
                return Node("Sum" if label == "1" else "Max", (Node("Abs", (inside,)),))
            if label not in ("2", "F"):
                raise self.fail("only the norms 1, 2, ∞ and F are read")
        return Node("norm", (inside,))

    def indicator(self, token: Token) -> Node:
        r"""`\mathbb{1}_{x>0}` and `\mathbb{1}[x>0]`."""
        if self.sees("_"):
            self.take()
            return build("indicator", [self.condition(lambda: self.nested(self.raw_group()))])
        if not self.sees("[", "("):
            raise self.fail("an indicator needs its condition", token.start)
        return build("indicator", [self.condition(lambda: self.bracket(self.take()))])
