# value: '\x1b[2J<script>alert(1)</script>'
def f(x):
    return "\x1b[2J<script>alert(1)</script>"
