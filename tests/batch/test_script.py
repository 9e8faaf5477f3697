"""The Python interface as people use it first: a few lines in a script, with no guard around them."""

import subprocess
import sys

SCRIPT = """\
import grader

book = grader.grade({submissions!r}, {course!r}, out={out!r}, jobs=2)
print(book.ungraded, len(book.graded), book.frame["marks"].sum())
"""


def test_a_script_without_a_guard_grades(tiny):
    """Worker processes don't run the script that started them."""
    script = tiny.root / "script.py"
    script.write_text(
        SCRIPT.format(submissions=str(tiny.root / "submissions"), course=str(tiny.root), out=str(tiny.out))
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["0", "12", "21.0"], done.stderr
