"""Kinds of judgement: each a pure function from questions and answers to an Outcome."""
