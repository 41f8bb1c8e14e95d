"""Static reshape targets: shapes known up to the batch become constants."""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorflow.core.framework import types_pb2

from webparity.export.tensorflow.constant_node import add_constant


def fold_reshape_shapes(graph: Any, source: Any) -> None:
    """Replace computed shapes of reshapes with one unknown size by constants, in place.

    Keras's Flatten reads its input's shape, takes the batch out of it and puts another shape together: six nodes for
    what is -1 and a number.

    Args:
        graph: a TensorFlow GraphDef.
        source: the graph that it is of, which knows the shapes.
    """
    for node in list(graph.node):
        if node.op != "Reshape":
            continue
        shape = source.get_operation_by_name(node.name).outputs[0].shape
        sizes = [-1 if size is None else size for size in shape.as_list()] if shape.rank else []
        # With nothing in the tensor, -1 could be any size.
        if sizes.count(-1) == 1 and 0 not in sizes:
            node.input[1] = add_constant(graph, f"{node.name}/known_shape", np.array(sizes, np.int32))
            node.attr["Tshape"].type = types_pb2.DT_INT32
