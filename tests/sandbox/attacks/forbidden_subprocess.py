import subprocess


def f(x):
    return subprocess.run(["/bin/cat", "/etc/passwd"], capture_output=True, check=True).stdout
