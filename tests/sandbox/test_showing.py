"""Libraries that only show things need not be installed for the rest of a file to count."""

import sys

import pytest

from grader.model import Limits, Missing, Probe, Raised, Returned, SourceFile, Submission
from grader.sandbox import open_runner
from grader.sandbox.showing import SHOWING, Nothing

PLOTS = [
    "import matplotlib.pyplot as plt\nplt.plot([1, 2], label='a')\nplt.show()",
    "from matplotlib import pyplot as plt, cm\nplt.rcParams['figure.figsize'] = (8, 4)\nplt.rcParams.update({})",
    "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot\nmatplotlib.pyplot.figure()",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])\nfig.savefig('a.png')",
    "from mpl_toolkits.mplot3d import Axes3D",
    "import seaborn as sns\nwith sns.axes_style('white'):\n    sns.lineplot(x=[1], y=[2])",
    "from IPython.display import display, Markdown\ndisplay(Markdown('x'))",
    "from pylab import *",
]


def answered(text, strength, *, helper=""):
    """What `f()` gives below this text."""
    files = [SourceFile("a.py", f"{text}\ndef f():\n    return 3\n".encode())]
    files += [SourceFile("seaborn.py", helper.encode())] if helper else []
    with open_runner(strength) as runner:
        with runner.open(Submission("ada", "a", tuple(files)), Limits()) as session:
            return session.ask([Probe("f")], Limits())[0]


@pytest.mark.parametrize("text", PLOTS)
@pytest.mark.parametrize("strength", ["none", "weak"])
def test_a_file_that_plots_is_run_to_its_end(text, strength):
    """Installed or not: what stands below an import for plots is there."""
    seen = answered(text, strength)
    assert isinstance(seen, Returned), seen
    assert seen.value == 3


def test_other_modules_that_are_not_there_are_still_missed():
    """Only what shows is stood in for: a missing library that computes would give wrong numbers."""
    seen = answered("import no_such_library", "none")
    assert isinstance(seen, Missing)
    assert "no_such_library" in seen.reason


def test_a_module_of_the_students_own_comes_first():
    """A file of theirs may be called so."""
    seen = answered("import seaborn\nseaborn.f()", "none", helper="def f():\n    raise ValueError('mine')\n")
    assert isinstance(seen, Missing | Raised)
    assert "mine" in str(seen)


def test_the_grader_itself_is_left_alone():
    """Only a box stands in: here a missing library is missing."""
    assert not [finder for finder in sys.meta_path if type(finder).__module__ == "grader.sandbox.showing"]
    assert "numpy" not in SHOWING


def test_nothing_takes_everything():
    """Attributes, calls, items, loops and `with`; but it is no string, number or array."""
    nothing = Nothing()
    nothing.a.b(1)["x"] = 3
    with nothing as inside:
        assert inside.c is nothing
    assert len(list(nothing)) == 2
    assert not hasattr(nothing, "__array__")
