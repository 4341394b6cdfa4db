"""Reading a compiled pipeline: from YAML to an immutable graph."""

from barograph.ir.graph import Component, Container, Dag, Pipeline, Task
from barograph.ir.reading import build
from barograph.ir.spec import Spec, parse_spec, read_spec

__all__ = ["Component", "Container", "Dag", "Pipeline", "Spec", "Task", "build", "parse_spec", "read_spec"]
