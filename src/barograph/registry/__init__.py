"""The registry: pipelines by name, their versions, and the tags that point at these."""
