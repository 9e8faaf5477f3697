"""The commands: one thin function each."""
