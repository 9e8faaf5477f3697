"""From a rubric's YAML to an Assignment, or to every fault at once."""

import re
from fractions import Fraction

import numpy as np
import pytest

from grader.errors import RubricError
from grader.rubric import Reference, load


def loaded(path, seed=1):
    """The assignment of a small course's rubric."""
    return load(path, reference=Reference(path.parent.parent / "reference" / "tiny.py"), seed=seed)


@pytest.fixture
def tiny(folder):
    """The small course's assignment."""
    return loaded(folder.root / "rubrics" / "tiny.yaml")


def test_the_whole_is_read(tiny):
    """Names, marks and ids are as written; `1.10` is a name and not a number."""
    assert (tiny.name, tiny.title, tiny.marks) == ("tiny", "Tiny", 3)
    assert [part.id for part in tiny.parts] == ["1.10", "b"]
    assert tiny.parts[0].question == "q"


def test_marks_are_exact(tiny):
    """0.5 is a half, to the last digit."""
    assert tiny.parts[0].checks[0].mistakes[0].marks == Fraction(1, 2)


def test_repeats_are_numbered_and_share_a_group(tiny):
    """A case that is drawn three times becomes three cases of one group, each with its seed."""
    cases = tiny.parts[0].checks[0].cases
    assert [case.name for case in cases] == ["three", "drawn 1", "drawn 2", "drawn 3"]
    assert [case.group for case in cases] == ["three", "drawn", "drawn", "drawn"]
    assert cases[0].seed is None
    assert len({case.seed for case in cases[1:]}) == 3


def test_arguments_come_in_the_references_order(tiny):
    """Arguments are given by name, and passed by position."""
    case = tiny.parts[1].checks[0].cases[0]
    assert (case.names, case.args) == (("x", "by"), (1.0, 2))


def test_drawing_is_the_same_for_the_same_seed_alone(folder):
    """A run's seed decides what is drawn, and nothing else does."""
    path = folder.root / "rubrics" / "tiny.yaml"
    first, again, other = (loaded(path, seed).parts[0].checks[0].cases[1].args[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_new_case_changes_no_other(folder):
    """A drawn case depends on its own name, not on its neighbours."""
    path = folder.root / "rubrics" / "tiny.yaml"
    before = loaded(path).parts[0].checks[0].cases[1].args[0]
    folder.change("- {name: drawn,", "- {name: first, draw: {x: {normal: {}}}}\n          - {name: drawn,")
    after = loaded(path).parts[0].checks[0].cases[2].args[0]
    np.testing.assert_array_equal(before, after)


def test_the_digest_knows_text_and_seed(folder):
    """Another seed or another byte gives another digest."""
    path = folder.root / "rubrics" / "tiny.yaml"
    digests = {loaded(path, 1).digest, loaded(path, 2).digest}
    folder.change("title: Tiny", "title: Tinier")
    assert len(digests | {loaded(path, 1).digest}) == 3


def test_sizes_generators_and_made_cases(folder):
    """Sizes are drawn first, generators have names, and the reference makes what no generator can."""
    path = folder.write(
        """
        assignment: tiny
        draws:
          vector: {normal: {shape: [N]}}
        questions:
          - id: q
            parts:
              - id: a
                marks: 1
                check: numeric
                entry: shifted
                cases:
                  - name: sized
                    sizes: {N: {integer: {low: 2, high: 4}}}
                    draw: {x: vector, by: {integer: {high: 9}}}
                  - {name: made, made_by: make, repeat: 2}
        """
    )
    cases = loaded(path).parts[0].checks[0].cases
    assert cases[0].args[0].shape[0] in (2, 3, 4)
    assert [case.args[1] for case in cases[1:]] == [5, 5]
    assert cases[1].args[0] != cases[2].args[0]


def test_a_part_may_have_several_checks(folder):
    """Shares add up to the part, and two checks of one entry have ids of their own."""
    path = folder.write(
        """
        assignment: tiny
        defaults: {tolerance: {rtol: 1e-3}, limits: {seconds: 2}}
        questions:
          - id: q
            parts:
              - id: a
                marks: 5/3
                checks:
                  - {check: numeric, entry: double, marks: 1, cases: [{args: {x: 1.0}}],
                     limits: {memory_mb: 64}}
                  - {check: numeric, entry: double, marks: 2/3, cases: [{args: {x: 2.0}}],
                     tolerance: {atol: 0.1}}
        """
    )
    first, second = loaded(path).parts[0].checks
    assert (first.id, second.id) == ("double", "double-2")
    assert first.marks + second.marks == Fraction(5, 3)
    assert (first.limits.seconds, first.limits.memory_mb) == (2, 64)
    assert (second.options.tolerance.rtol, second.options.tolerance.atol) == (1e-3, 0.1)


def test_mistakes_made_at_once_pay_the_product(folder):
    """A combination without marks of its own is worth the product of the shares, and says both sentences."""
    path = folder.change(
        "- {like: double_wrong_sign, marks: 0.5, say: The sign.}",
        "- {like: double_wrong_sign, marks: 0.5, say: The sign.}\n"
        "          - {like: grows, marks: 1, say: The sum.}\n"
        "          - {like: fails, combines: [double_wrong_sign, grows]}",
    )
    both = loaded(path).parts[0].checks[0].mistakes[2]
    assert (both.id, both.marks, both.say) == ("fails", Fraction(1, 4), "The sign. The sum.")


def test_weights_that_are_all_one_are_still_weights(folder):
    """A case that states the weight 1 asks for shares, not for all or nothing."""
    path = folder.change("args: {by: 2, x: 1.0}}", "args: {by: 2, x: 1.0}, weight: 1}")
    assert loaded(path).parts[1].checks[0].cases[0].weight != 1


FAULTS = [
    ("marks: 3\n", "marks: 4\n", "4:8: the parts add up to 3 marks, not 4"),
    ("title: Tiny", "titel: Tiny", "3:1: unknown key 'titel'"),
    (
        "check: numeric\n        entry: double",
        "check: numerik\n        entry: double",
        "did you mean 'numeric'",
    ),
    ("entry: double", "entri: double", "'entry' is missing"),
    ("entry: double", "entri: double", "is 'entri' meant to be 'entry'?"),
    ("args: {x: 3.0}", "args: {y: 3.0}", "'double' has no parameter 'y'"),
    ("args: {by: 2, x: 1.0}", "args: {by: 2}", "the argument 'x' of 'shifted' is missing"),
    ("public: true", "public: yes", "must be true or false"),
    ("public: true", "publik: true", "did you mean 'public'"),
    ("like: double_wrong_sign", "like: double_wrong_sing", "did you mean 'double_wrong_sign'"),
    ("marks: 0.5", "marks: 3", "a mistake can't earn 3 of 2"),
    (
        "say: The sign.}",
        "say: The sign.}\n          - {like: fails, combines: [double_wrong_sign, double_wrong_sign]}",
        "a mistake is made once or not at all",
    ),
    ("shifted\n        cases", "shifted\n        follows: [doubl]\n        cases", "did you mean 'double'"),
    ("marks: 0.5", "marks: -1", "must not be negative"),
    ("marks: 0.5", "marks: much", "must be a number, or a fraction"),
    ("marks: 0.5, ", "", "'marks' is missing"),
    ("{normal: {shape: [4]}}", "{norml: {shape: [4]}}", "did you mean 'normal'"),
    ("{normal: {shape: [4]}}", "vectr", "no generator is named 'vectr'"),
    ("repeat: 3", "repeat: 0", "greater than or equal to 1"),
    ("name: drawn", "name: three", "two cases are called 'three'"),
    ("id: b", "id: 1.10", "two parts are called '1.10'"),
    ("assignment: tiny", "assignment: tin", "the file's name says 'tiny'"),
    ("title: Tiny", "due: 2026-12-01", "must say its offset"),
    ("entry: double", "entry: double\n        tolerance: {rtoll: 1}", "did you mean 'rtol'"),
    ("entry: double", "entry: double\n        tolerance: {rtol: much}", "must be"),
    ("entry: double", "entry: double\n        up_too: scale", "did you mean 'up_to'"),
    ("name: three, args", "name: three, marks: 5, args", "own marks add up to 5, and it has 2"),
    ("draw: {x: {normal", "made_by: mak, draw: {x: {normal", "did you mean 'make'"),
    (
        "draw: {x: {normal",
        "made_by: fails, draw: {x: {normal",
        "tiny.py:46: the reference raised ValueError: no",
    ),
    ("draw: {x: {normal", "made_by: LIMIT, draw: {x: {normal", "'LIMIT' is not a function"),
    ("entry: double", "entry: doubl", "13:16: the reference does not define 'doubl'"),
    ("entry: double", "entry: double\n        follows: [doubl]", "did you mean 'double'"),
    ("entry: double", "entry: double\n        follows: [double]", "14:19: 'double' is not asked before this"),
    ("entry: double", "entry: double\n        follows: [shifted]", "'shifted' is not asked before this"),
    ("name: three, args: {x: 3.0}", "name: three", "the argument 'x' of 'double' is missing"),
    ("args: {x: 3.0}", "args: {x: 3.0, z: 1}", "15:42: 'double' has no parameter 'z'"),
    ("args: {x: 3.0}", "args: {x: [18446744073709551616]}", "too large for an array"),
    ("args: {x: 3.0}", f"args: {{x: [{'9' * 5000}]}}", "too many digits"),
    ("args: {x: 3.0}", "args: {x: {rng: -7}}", "zero or more"),
    ("{normal: {shape: [4]}}", "{normal: {sd: .inf, shape: [4]}}", "not finite"),
    ("{normal: {shape: [4]}}", "{permutation: {of: 100000000000}}", "more than 10000000 entries"),
    ("marks: 0.5", "marks: '1e999999999'", "must be a number, or a fraction"),
    ("title: Tiny", "defaults: {tolerance: {rtol: -1}}", "3:30: must be greater than or equal to 0"),
    ("title: Tiny", "defaults: {tolerance: {rtoll: 1}}", "3:24: unknown key 'rtoll'"),
    ("entry: double", "entry: double\n        tolerance: {rtol: .inf}", "14:20: must be finite"),
    ("entry: double", "entry: double\n        up_to: skale", "did you mean 'scale'"),
    ("title: Tiny", "title: !!binary aGk=", "the tag !!binary is not allowed"),
    ("title: Tiny", "draws: !!set\n  {}", "the tag !!set is not allowed"),
    (
        "check: numeric\n        entry: double",
        "check: accepts\n        entry: double",
        "'accepts' is missing",
    ),
    (
        "check: numeric\n        entry: double",
        "check: accepts\n        accepts: doubl\n        entry: double",
        "13:18: the reference does not define 'doubl'",
    ),
    ("title: Tiny", "draws: {unused: {gaus: {}}}", "3:18: unknown generator 'gaus'"),
]


@pytest.mark.parametrize(("old", "new", "says"), FAULTS)
def test_a_fault_is_told_with_its_place(folder, old, new, says):
    """Every kind of fault has words, a line and a column."""
    with pytest.raises(RubricError) as caught:
        loaded(folder.change(old, new))
    assert says in str(caught.value)
    problems = caught.value.problems or (caught.value,)
    assert all(problem.where.line and problem.where.column for problem in problems)


def test_one_fault_is_told_once(folder):
    """A fault at the top of the file, or in a named generator, makes no others where its names are used."""
    drawn = "- {name: drawn, draw: {x: vector}}\n          - {name: again, draw: {x: vector}}"
    path = folder.change("- {name: drawn, draw: {x: {normal: {shape: [4]}}}, repeat: 3}", drawn)
    text = path.read_text()
    path.write_text(text.replace("title: Tiny", "titel: Tiny\ndraws: {vector: {normal: {shape: [4]}}}"))
    with pytest.raises(RubricError, match=r"3:1: unknown key 'titel'"):
        loaded(path)
    path.write_text(text.replace("title: Tiny", "draws: {vector: {normal: {shap: [4]}}}"))
    with pytest.raises(RubricError, match=r"3:27: unknown key 'shap' of 'normal'"):
        loaded(path)


def test_three_faults_are_told_at_once(folder):
    """Faults of different layers come together, in the order of the file."""
    path = folder.change("title: Tiny", "titel: Tiny")
    text = (
        path.read_text()
        .replace("args: {x: 3.0}", "args: {z: 3.0}")
        .replace("entry: shifted", "entry: shiftd")
    )
    path.write_text(text)
    with pytest.raises(RubricError) as caught:
        loaded(path)
    assert [problem.where.line for problem in caught.value.problems] == [3, 15, 22]
    assert str(caught.value).count("^") == 3


def test_a_double_key_does_not_hide_the_rest(folder):
    """A key that is written twice is told beside what else is wrong."""
    path = folder.change("title: Tiny", "assignment: tiny\ntitel: Tiny")
    with pytest.raises(RubricError, match="2 problems"):
        loaded(path)


def test_without_a_reference_names_stay_in_their_order(folder):
    """A kit has no reference: the rubric can still be read."""
    assignment = load(folder.root / "rubrics" / "tiny.yaml")
    assert assignment.parts[1].checks[0].cases[0].names == ("by", "x")


@pytest.mark.parametrize(
    "text", ["- a", "3", "questions: 4", "questions: [4]", "questions: [{parts: [4, {checks: 3}]}]"]
)
def test_what_is_no_rubric_at_all_is_a_fault(folder, text):
    """Any YAML that is something else ends in RubricError."""
    with pytest.raises(RubricError):
        loaded(folder.write(text))


CHOICE = """
assignment: tiny
marks: 5
policies:
  - best_of: {questions: [1, two, 3], count: 2}
questions:
  - {id: 1, parts: [{id: a, marks: 2, check: numeric, entry: LIMIT}]}
  - {id: two, parts: [{id: b, marks: 2, check: numeric, entry: LIMIT}]}
  - {id: 3, parts: [{id: c, marks: 2, check: numeric, entry: LIMIT}]}
  - id: 4
    parts:
      - {id: d, marks: 1, check: numeric, entry: LIMIT}
      - {id: e, marks: 7, check: numeric, entry: LIMIT, bonus: true}
"""


def test_questions_that_a_best_of_leaves_out_are_not_counted(folder):
    """Two of three questions of two marks, and one of one mark, are five marks, the bonus apart."""
    assignment = loaded(folder.write(CHOICE))
    assert (assignment.marks, assignment.spare) == (5, 2)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[1, two, 3]", "[1, too, 3]", "unknown question 'too'.*5:30.*did you mean 'two'"),
        ("[1, two, 3]", "[1, two, 4]", "the questions must be worth the same"),
        ("count: 2", "count: 0", "greater than or equal to 1"),
        (", count: 2", "", "'count' is missing"),
        ("count: 2", "counts: 2", "'count' is missing"),
    ],
)
def test_a_best_of_chooses_among_questions_of_one_worth(folder, old, new, says):
    """Questions that are not there, or not worth the same, leave open what can be earned."""
    with pytest.raises(RubricError) as caught:
        loaded(folder.write(CHOICE.replace(old, new)))
    problems = caught.value.problems or (caught.value,)
    told = " ".join(f"{one.message} {one.where} {one.hint}" for one in problems)
    assert re.search(says, told), told
