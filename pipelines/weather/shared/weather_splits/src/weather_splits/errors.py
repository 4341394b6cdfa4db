"""What can be wrong with a split.

SplitError            a photo can't be added, or a folder is not a split
└── DamagedSplitError a split whose files are missing, broken or do not match its index
"""


class SplitError(Exception):
    """A photo can't be added to a split, or a folder is not a split."""


class DamagedSplitError(SplitError):
    """A split's files are missing, broken, or do not match its index."""
