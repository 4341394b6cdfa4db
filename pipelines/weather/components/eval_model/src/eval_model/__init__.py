"""Evaluates the weather classifier on the test split.

predictions.py  what it takes each photo for, as a table with small pictures; the mistakes among them
metrics.py      predicted and true classes -> figures
report.py       figures and mistakes as a page to look at
evaluation.py   the whole of it
"""
