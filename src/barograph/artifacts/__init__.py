"""Artifacts' bytes: their digests and what kind of content they are."""

from barograph.artifacts.content import Content, read_content

__all__ = ["Content", "read_content"]
