"""Which operations of a classifier are done in 8-bit integers."""

from collections.abc import Iterable

import onnx


def quantized_nodes(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Convolutions and products with weights that come after the early scales, and the Relus right behind them.

    The classifier pools the mean and the deviation of the channels of several scales, from fine to coarse. Those of the
    fine ones tell small differences apart, which steps of 8 bits drown: on the photos at hand, a first convolution in
    integers brings the weighted F1 from 0.91 down to 0.38. So what leads to any scale but the last stays float, and so
    do preprocessing, statistics and head. Depthwise convolutions stay float too: they have few weights, are no faster
    in integers, and move scores further.
    """
    weights = {tensor.name for tensor in graph.initializer}
    early = ancestors(graph, pooled_scales(graph)[:-1])
    chosen: list[onnx.NodeProto] = []
    outputs: set[str] = set()
    for node in graph.node:
        dense = node.op_type == "MatMul" or (node.op_type == "Conv" and _groups(node) == 1)
        weighted = dense and node.input[1] in weights and node.output[0] not in early
        if weighted or (node.op_type == "Relu" and node.input[0] in outputs):
            chosen.append(node)
            outputs.add(node.output[0])
    return chosen


def _groups(node: onnx.NodeProto) -> int:
    return next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)


def pooled_scales(graph: onnx.GraphProto) -> list[str]:
    """The tensors whose mean and mean square are taken, from the first scale to the last."""
    means = {node.input[0] for node in graph.node if node.op_type == "ReduceMean"}
    squares = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Mul" and _is_square(node)}
    return [tensor for square, tensor in squares.items() if tensor in means and square in means]


def _is_square(node: onnx.NodeProto) -> bool:
    return node.input[0] == node.input[1]


def ancestors(graph: onnx.GraphProto, tensors: Iterable[str]) -> set[str]:
    """Tensors, and all that they are made from."""
    found = set(tensors)
    # Nodes are sorted: what a node takes is made by one before it.
    for node in reversed(graph.node):
        if found.intersection(node.output):
            found.update(node.input)
    return found
