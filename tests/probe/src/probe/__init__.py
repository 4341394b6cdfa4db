"""The component project that the tests' pipelines run in."""

ANSWER = 42
