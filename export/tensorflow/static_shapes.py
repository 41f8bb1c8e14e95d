"""Static reshape targets: shapes known up to the batch become constants."""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorflow.core.framework import types_pb2

from webparity.export.tensorflow.constant_node import add_constant


def fold_reshape_shapes(graph: Any, source: Any) -> None:
    """Replace computed shapes of reshapes with one unknown size by constants, in place.

    Keras's Flatten computes its output shape from the input's shape by six nodes; the result is -1 and a constant.

    Args:
        graph: a TensorFlow GraphDef.
        source: the `tf.Graph` of the GraphDef, which has the shapes.
    """
    for node in list(graph.node):
        if node.op != "Reshape":
            continue
        shape = source.get_operation_by_name(node.name).outputs[0].shape
        sizes = [-1 if size is None else size for size in shape.as_list()] if shape.rank else []
        # With a size of 0, -1 would be ambiguous.
        if sizes.count(-1) == 1 and 0 not in sizes:
            node.input[1] = add_constant(graph, f"{node.name}/known_shape", np.array(sizes, np.int32))
            node.attr["Tshape"].type = types_pb2.DT_INT32
