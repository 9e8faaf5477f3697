"""Reads a formula in Python's or SymPy's syntax, as students type it, into a tree; nothing is ever evaluated.

A loop over binding strengths (Pratt's way), so that brackets cost two frames each and the depth is counted:

    strength   2 if-else   4 or |   6 and &   8 not   10 relations   20 + -   30 * / // % @ and products
    without a sign   40 unary signs   50 ^ **   60 ! .T [ ]

A product without a sign is read only where it can mean one thing: `2x`, `2(x+1)`, `(a)(b)`, `m n`; never
behind a quotient (`1/2x`) or a bare exponent (`e^2x`).
"""

from __future__ import annotations

import re
from fractions import Fraction

from grader.values.expression import Node, add, inv, mul, neg, num, relation_of
from grader.values.names import CONSTANTS, FUNCTIONS, MODULES, Names, build
from grader.values.text import Fault
from grader.values.tokens import CLOSES, Cursor, Token

DEPTH_LIMIT = 60
NODE_LIMIT = 4000
DIGIT_LIMIT = 1000
EXPONENT_LIMIT = 5000

_BINARY = {
    "|": 4, "or": 4, "&": 6, "and": 6, "+": 20, "-": 20, "bmod": 25,
    **dict.fromkeys(("*", "/", "//", "%", "@", "odot"), 30),
}  # fmt: skip
_RELATION = {"<", "<=", ">", ">=", "==", "!=", "="}
_IF, _NOT, _COMPARE, _PRODUCT, _UNARY, _POWER, _POSTFIX = 2, 8, 10, 30, 40, 50, 60
_KEYWORDS = frozenset({"if", "else", "or", "and", "not", "for", "in", "is", "lambda"})
_ROOTS = {"√": 2, "∛": 3, "∜": 4}
_LOGICAL = ("<", "<=", "==", "!=", "and", "or", "not", "true", "false")


class Reader(Cursor):
    """One text being read; `names` says what its names mean."""

    def __init__(self, text: str, names: Names) -> None:
        super().__init__(text, names)
        self.depth = 0
        self.nodes = 0
        self.bars: list[int] = []
        self.bare = ""  # the factor just read ends without brackets: in an exponent, or under a root
        self.conditional = False  # the condition of a case is being read

    # ---- expressions

    def whole(self) -> Node:
        """The text as one expression.

        Raises:
            Unreadable: it is not one.
        """
        node = self.expression()
        if self.sees(","):
            items = [node]
            while self.sees(","):
                self.refuse_one_number()
                self.take()
                items.append(self.expression())
            node = Node("tuple", tuple(items))
        if self.peek.kind != "end":
            raise self.unexpected()
        return node

    def refuse_one_number(self) -> None:
        """`1,000` and `0,5` may be one number: they are not read as two."""
        before, comma, after = self.tokens[self.index - 1 : self.index + 2]
        close = comma.start + 1 == after.start and before.start + len(before.text) == comma.start
        if close and before.text.isdigit() and after.text.isdigit():
            raise self.fail("is this one number? Write a point, or brackets around a list")

    def expression(self, strength: int = 0) -> Node:
        """What binds at least as tightly as `strength`."""
        self.descend()
        left, quotient = self.prefix(), False
        while True:
            sign = self.peek.text if self.peek.kind in ("op", "name") else ""
            if sign == "|" and self.bars:
                break
            power = self.binding(sign)
            beside = sign == "|" and left.op not in _LOGICAL
            if power is None or beside:
                if not (beside or self.starts_factor()) or strength > _PRODUCT:
                    break
                left = self.side_by_side(left, quotient)
                continue
            if power < strength:
                break
            self.bare = ""
            left = self.infix(left, sign, power)
            quotient = power == _PRODUCT and (sign == "/" or (quotient and sign not in ("*", "@", "odot")))
            self.count()
        self.depth -= 1
        return left

    def descend(self) -> None:
        """One level deeper."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise self.fail(f"it is nested more than {DEPTH_LIMIT} levels deep", fault=Fault.LIMIT)

    def count(self) -> None:
        """One node more."""
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise self.fail(f"it has more than {NODE_LIMIT} operations", fault=Fault.LIMIT)

    def binding(self, sign: str) -> int | None:
        """How tightly an infix or postfix sign binds, None where it is none."""
        if sign in _BINARY:
            return _BINARY[sign]
        if sign in ("^", "**"):
            return _POWER
        if sign in ("!", "["):
            return _POSTFIX
        if sign == "." and self.tokens[self.index + 1].text == "T":
            return _POSTFIX
        if sign in _RELATION and not (sign == "=" and not self.equals_relates()):
            return _COMPARE
        return _IF if sign == "if" else None

    def equals_relates(self) -> bool:
        """Whether a single `=` is a relation here: inside brackets it is refused, as a keyword of code."""
        return False

    def infix(self, left: Node, sign: str, power: int) -> Node:
        """A sign between two operands, or behind one."""
        token = self.take()
        if power == _POSTFIX:
            return self.postfix(left, token)
        if power == _IF:
            condition = self.expression(_IF + 1)
            self.expect("else")
            return Node("piecewise", (left, condition, self.expression(_IF), Node("true")))
        if power == _COMPARE:
            return self.comparison(left, sign)
        if power == _POWER:
            return self.power(left)
        right = self.expression(power + 1)
        if sign in ("|", "or", "&", "and"):
            return Node("or" if sign in ("|", "or") else "and", (left, right))
        if sign in "+-":
            return add(left, right if sign == "+" else neg(right))
        if sign in "*@":
            return mul(left, right)
        if sign == "odot":
            return Node("hadamard", (left, right))
        if sign == "/":
            return mul(left, inv(right))
        return Node("floor", (mul(left, inv(right)),)) if sign == "//" else Node("Mod", (left, right))

    def comparison(self, left: Node, sign: str) -> Node:
        """A relation or a chain of them, `0 < x < 1`."""
        links = []
        while True:
            right = self.expression(_COMPARE + 1)
            links.append(relation_of(sign, left, right))
            if not (self.peek.kind == "op" and self.binding(self.peek.text) == _COMPARE):
                return links[0] if len(links) == 1 else Node("and", tuple(links))
            left, sign = right, self.take().text

    def power(self, base: Node) -> Node:
        """An exponent, which binds to the right and may carry a sign."""
        if self.sees("T") and self.names.variable("T") is None:
            self.take()
            return Node("transpose", (base,))
        bracketed = self.sees("(", "{")
        start = self.index
        exponent = self.expression(_POWER)
        plain = exponent.op == "num" and self.index == start + 1 and base != CONSTANTS["E"]
        clear = (bracketed and self.closed_at(start)) or (plain and self.set_apart())
        self.bare = "" if clear else "in the exponent"
        return Node("^", (base, exponent))

    def rooted(self, token: Token) -> Node:
        """`√2`, `√(x+1)`: what stands right behind the sign."""
        bracketed = self.sees("(", "{")
        inside = self.expression(_POSTFIX)
        if not bracketed and (inside.op == "*" or self.sees("^", "**")):
            raise self.fail("is all of this under the root? Write brackets", token.start)
        self.bare = "" if bracketed or self.set_apart() else "under the root"
        degree = _ROOTS[token.text]
        return Node("sqrt", (inside,)) if degree == 2 else Node("^", (inside, inv(num(degree))))

    def set_apart(self) -> bool:
        """Whether a space or a bracket parts the exponent from what follows: `x^2 y`, `x^2(y+1)`."""
        before, after = self.tokens[self.index - 1], self.peek
        end = self.source.at(before.start + len(before.text) - 1)
        return after.text == "(" or self.source.at(after.start) > end + 1

    def closed_at(self, start: int) -> bool:
        """Whether the bracket at `start` is what was just closed."""
        depth = 0
        for at in range(start, self.index):
            depth += self.tokens[at].text in CLOSES
            depth -= self.tokens[at].text in CLOSES.values()
            if depth == 0:
                return at == self.index - 1
        return False

    def postfix(self, node: Node, token: Token) -> Node:
        """A factorial, a transpose, or an index."""
        if token.text == "!":
            if self.sees("!"):
                raise self.fail("“!!” reads in two ways: write brackets")
            return Node("factorial", (node,))
        if token.text == ".":
            self.take()
            return Node("transpose", (node,))
        inside = self.items("]")
        if len(inside) not in (1, 2):
            raise self.fail("an index is one number or two", token.start)
        return Node("entry", (node, *inside))

    # ---- products without a sign

    def starts_factor(self) -> bool:
        """Whether the next token can begin a factor that stands beside another."""
        token = self.peek
        if token.kind == "name":
            return token.text not in _KEYWORDS or self.names.letter(token.text)
        return token.kind in ("num", "cmd") or token.text in ("(", "{") or token.text in _ROOTS

    def side_by_side(self, left: Node, quotient: bool) -> Node:
        """A product without a sign, refused where it could mean two things."""
        token = self.peek
        if quotient:
            raise self.fail("is this still below the fraction stroke? Write brackets or “*”")
        if self.bare:
            raise self.fail(f"is this still {self.bare}? Write brackets or “*”")
        if token.kind == "num":
            raise self.fail(f"a sign is missing before “{token.text}”")
        right = self.expression(_PRODUCT + 1)
        self.count()
        return mul(left, right)

    # ---- what an expression begins with

    def prefix(self) -> Node:
        """A number, a name, a call, a bracket, or a sign with its operand."""
        self.count()
        token = self.take()
        self.bare = ""
        if token.kind == "num":
            return self.number(token)
        if token.kind == "name":
            return self.word(token)
        if token.kind == "cmd":
            return self.command(token)
        if token.text in ("-", "+"):
            operand = self.expression(_UNARY)
            return neg(operand) if token.text == "-" else operand
        if token.text == "~":
            return Node("not", (self.expression(_NOT),))
        if token.text in ("(", "["):
            return self.bracket(token)
        if token.text == "|":
            return self.absolute(token)
        if token.text in _ROOTS:
            return self.rooted(token)
        self.index -= token.kind != "end"
        raise self.unexpected()

    def absolute(self, token: Token) -> Node:
        """`|x|`: bars at the beginning of an operand open, the next bar at that level closes."""
        self.bars.append(token.start)
        inside = self.expression(_BINARY["|"] + 1)
        self.bars.pop()
        self.expect("|")
        return Node("Abs", (inside,))

    def command(self, token: Token) -> Node:
        """A LaTeX command; plain text has none."""
        raise self.fail(f"“{token.text}” has no meaning here", token.start)

    def bracket(self, token: Token) -> Node:
        """A group, a tuple or a list."""
        outer, self.bars = self.bars, []
        items = self.items(CLOSES[token.text])
        self.bars = outer
        self.bare = ""
        if token.text == "[":
            return Node("list", tuple(items))
        return items[0] if len(items) == 1 else Node("tuple", tuple(items))

    def items(self, closing: str) -> list[Node]:
        """Expressions up to a closing bracket, which is taken."""
        items: list[Node] = []
        while not self.sees(closing):
            items.append(self.expression())
            if not self.sees(","):
                break
            self.take()
        if self.peek.kind == "end":
            raise self.fail(f"a bracket is not closed: “{closing}” is missing")
        if not self.sees(closing):
            raise self.unexpected()
        self.take()
        return items

    def number(self, token: Token) -> Node:
        """An exact number; `2j` is imaginary."""
        digits, _, exponent = token.text.lower().partition("e")
        if len(digits) > DIGIT_LIMIT or len(exponent) > 6 or abs(int(exponent or 0)) > EXPONENT_LIMIT:
            raise self.fail("the number has too many digits", token.start, Fault.LIMIT)
        value = num(Fraction(token.text))
        follows = self.peek
        if follows.kind == "name" and follows.start == token.start + len(token.text):
            if follows.text in ("j", "J") and not self.names.variable(follows.text):
                self.take()
                return mul(value, CONSTANTS["I"])
            if follows.text[0] in "_xXobOB" and token.text == "0":
                raise self.fail("numbers are written in decimal", token.start)
        return value

    def word(self, token: Token) -> Node:
        """A name: declared ones are variables whatever follows; else a function, a constant, a product."""
        name = token.text
        if name == "not":
            return Node("not", (self.expression(_NOT),))
        if self.names.variable(name) is None and name in MODULES and self.sees("."):
            while name in MODULES and self.sees("."):  # scipy.special.expit
                self.take()
                token = self.take()
                name = token.text
            if name not in FUNCTIONS and name not in CONSTANTS:
                raise self.fail(f"“{name}” is no function that is known here", token.start, Fault.CODE)
        if self.sees("[") and self.names.variable(name) is None and self.names.family(name):
            self.take()
            return Node("index", tuple(self.items("]")), name)
        if self.sees("^") and self.is_raised_call(name):
            return self.raised_call(FUNCTIONS[name], token)
        called = self.sees("(") and self.names.variable(name) is None and name in FUNCTIONS
        if called and name not in CONSTANTS:
            return self.call(FUNCTIONS[name], token)
        if self.sees("(") and self.names.variable(name) is None and re.fullmatch(r"log_?\d+", name):
            return self.log_to_base(name, token)
        return self.names.value(name, self.source.at(token.start))

    def is_raised_call(self, name: str) -> bool:
        """Whether a function stands here with its exponent before its argument: `tanh^2(x)`."""
        if name not in FUNCTIONS or self.names.variable(name) is not None:
            return False
        digits = self.tokens[self.index + 1].text.isdigit()
        return digits and name not in CONSTANTS and self.tokens[self.index + 2].text == "("

    def raised_call(self, name: str, token: Token) -> Node:
        """A function with a whole exponent before its argument."""
        self.take()
        exponent = self.number(self.take())
        return Node("^", (self.call(name, token), exponent))

    def log_to_base(self, name: str, token: Token) -> Node:
        """`log_2(x)` and `log10(x)`."""
        self.take()
        base = num(int(name.removeprefix("log").lstrip("_")))
        return build("log", (*self.items(")"), base), self.source.at(token.start))

    def call(self, name: str, token: Token) -> Node:
        """A function and its arguments in brackets."""
        opening = self.index
        self.take()
        bound = self.bound_names(opening) if name in ("Sum", "Product") else []
        self.names.bound.extend(bound)
        outer, self.bars = self.bars, []
        args = self.items(")")
        self.bars = outer
        del self.names.bound[len(self.names.bound) - len(bound) :]
        self.bare = ""
        if name in ("Sum", "Product") and len(args) > 1:
            return self.summed(name.lower(), args, token)
        return build(name, args, self.source.at(token.start))

    def bound_names(self, opening: int) -> list[str]:
        """The indices that `Sum(body, (k, 1, n))` binds, seen before its body is read."""
        depth, found = 0, []
        for at in range(opening, len(self.tokens) - 2):
            text = self.tokens[at].text
            first, after = self.tokens[at + 1], self.tokens[at + 2]
            if text == "(" and depth == 1 and first.kind == "name" and after.text == ",":
                found.append(first.text)
            depth += text in CLOSES
            depth -= text in CLOSES.values()
            if depth == 0:
                break
        return found

    def summed(self, op: str, args: list[Node], token: Token) -> Node:
        """A sum or product over one index or several, innermost first."""
        body = args[0]
        for limits in args[1:]:
            bounds = limits.args
            if limits.op != "tuple" or len(bounds) != 3 or bounds[0].op != "var":
                raise self.fail("the limits of a sum are (index, from, to)", token.start)
            body = Node(op, (body, bounds[1], bounds[2]), bounds[0].value)
        return body
