"""Evaluates the weather classifier on the test split.

metrics.py      scores and true classes -> figures
mistakes.py     the photos that it got wrong
report.py       both as a page to look at
evaluation.py   the whole of it
"""
