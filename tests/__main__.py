"""`python -m tests`: lint, types, tests; stops at the first that fails."""

import os
import subprocess
import sys

STEPS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "-q", "-n", str(os.cpu_count() or 1), "--dist", "worksteal"),
)


def main() -> int:
    """Run every step; the exit code is the first that failed."""
    for tool, *arguments in STEPS:
        print("+", tool, *arguments, flush=True)
        code = subprocess.run([sys.executable, "-m", tool, *arguments], check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
