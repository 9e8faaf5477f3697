"""Safe meaning for values from outside: the codec, closeness, the language of formulas."""
