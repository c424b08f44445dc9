"""Writes the node tests that the package `onnx` ships, for the operators that `onnx!` knows, as models of two dimensions.

    pip install onnx==1.23.2
    python tests/goldens/onnx_nodes.py [FOLDER]

Writes tests/data/onnx_nodes/NAME.onnx and NAME.txt, as onnx_models.py does. The samples and the expected outputs are those
of the package, from NumPy. A network of mlp expects samples and features, so a test is adapted without another computation:

- The axis that an operator works on becomes the features, the last axis; all other axes become samples.
- An input of one dimension is one sample, written twice.
- A network has at least one layer, so a Relu follows a node that only selects or copies.
- Of a layer normalization, only the first output stays.
- Parameters become initializers. Of two operands, the second one is an initializer if it has fewer dimensions.

Tests of integers, of the training mode, and of more than one axis are left out. The others stay, also those that `onnx!` rejects:
`rejected.txt` has its messages.

With FOLDER, checks the files NAME.onnx in it, which mlp exported from its import, with the reference evaluator of `onnx`.
"""

import math
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "onnx_nodes"
# The last opset that `onnx!` knows.
LAST_OPSET = 26
# Of products, all samples stay, as a bias may be a matrix.
SAMPLES = 6

ELEMENTWISE = "Relu Tanh Sigmoid Softplus Softsign Exp Swish LeakyRelu Elu Selu HardSigmoid Gelu Identity Dropout PRelu".split()
MERGES = "Add Sum Sub Mul Max Min Mean Div".split()
PRODUCTS = "Gemm MatMul".split()
# Operators along one axis, and that axis if a node has no attribute.
ALONG = {"Softmax": -1, "Concat": None, "Split": 0, "Slice": None, "BatchNormalization": 1, "LayerNormalization": -1}


def rows(value, axis=-1):
    """Returns a matrix: the axis as columns, all others as rows."""
    if value.ndim == 0:
        return value.reshape(1, 1)
    value = np.moveaxis(value, axis, -1)
    return value.reshape(-1, value.shape[-1])


def attributes(node):
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def axis_of(node, inputs):
    """Returns the axis that a node works on, or None if there are several."""
    settings = attributes(node)
    rank = inputs[0].ndim
    if node.op_type == "Slice":
        axes = inputs[3] if len(inputs) > 3 else np.arange(len(inputs[1]))
        return int(axes[0]) % rank if len(axes) == 1 else None
    axis = settings.get("axis", ALONG[node.op_type])
    if node.op_type == "LayerNormalization" and axis % rank != rank - 1:
        return None
    return axis % rank


def values_of(node, inputs):
    """Returns the number of inputs that are values, not parameters."""
    if node.op_type in MERGES or node.op_type == "Concat":
        return sum(value.ndim == inputs[0].ndim for value in inputs)
    return 1


def adapt(case):
    """Returns the node, its values, its parameters and its outputs in two dimensions, or None."""
    model = case.model
    node = onnx.NodeProto()
    node.CopyFrom(model.graph.node[0])
    if any(value.type.WhichOneof("value") != "tensor_type" for value in model.graph.input):
        return None
    inputs, outputs = case.data_sets[0]
    inputs = [np.asarray(value) for value in inputs]
    outputs = [np.asarray(value) for value in outputs]
    floats = [value.dtype in (np.float32, np.float64) for value in inputs]
    if not inputs or not floats[0] or not all(value.dtype == inputs[0].dtype for value in outputs):
        return None
    count = values_of(node, inputs)
    if any(value.size == 0 for value in inputs + outputs) or len(node.input) != len(inputs):
        return None
    axis = -1
    if node.op_type in ALONG:
        axis = axis_of(node, inputs)
        if axis is None or "training_mode" in attributes(node):
            return None
        for attribute in node.attribute:
            if attribute.name == "axis":
                attribute.i = -1
        if node.op_type == "Split" and "axis" not in attributes(node):
            node.attribute.append(helper.make_attribute("axis", -1))
        if node.op_type == "Slice" and len(inputs) > 3:
            inputs[3] = np.array([-1], dtype=np.int64)
    if node.op_type == "LayerNormalization":
        del node.output[1:]
        outputs = outputs[:1]
    if node.op_type in PRODUCTS and inputs[0].ndim != 2:
        return None
    if len(node.output) > len(outputs) or node.op_type == "Dropout" and len(inputs) > 2:
        return None
    values = [rows(value, axis) for value in inputs[:count]]
    outputs = [rows(value, axis) for value in outputs]
    if any(value.shape[0] != values[0].shape[0] for value in values + outputs):
        return None
    if any(value.ndim > 2 for value in inputs[count:]):
        return None
    if node.op_type not in PRODUCTS:
        values, outputs = ([value[:SAMPLES] for value in part] for part in (values, outputs))
    if values[0].shape[0] == 1:
        values, outputs = ([np.repeat(value, 2, axis=0) for value in part] for part in (values, outputs))
    return node, values, inputs[count:], outputs


def with_layer(node, inputs, outputs):
    """Returns the nodes, and the outputs, such that there is a layer."""
    is_alias = node.op_type in ("Identity", "Dropout", "Split", "Slice") or node.op_type in MERGES and len(inputs) == 1
    if not is_alias:
        return [node], outputs
    names = list(node.output)
    node.output[:] = [f"{name}_before" for name in names]
    layers = [helper.make_node("Relu", [f"{name}_before"], [name]) for name in names]
    return [node, *layers], [np.maximum(value, 0) for value in outputs]


def write(name, opset, node, values, parameters, outputs):
    kind = TensorProto.DOUBLE if values[0].dtype == np.float64 else TensorProto.FLOAT
    names, results = list(node.input), list(node.output)
    nodes, outputs = with_layer(node, names, outputs)
    described = lambda names, values: [
        helper.make_tensor_value_info(name, kind, ["batch", value.shape[1]]) for name, value in zip(names, values)
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in zip(names[len(values):], parameters)]
    graph = helper.make_graph(
        nodes, name, described(names, values), described(results, outputs), initializer=constants
    )
    opsets = [helper.make_opsetid("", min(opset, LAST_OPSET))]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), FOLDER / f"{name}.onnx")
    with open(FOLDER / f"{name}.txt", "w") as file:
        for kind, matrices in (("input", values), ("output", outputs)):
            for matrix in matrices:
                print(kind, matrix.shape[1], *(str(number) for number in matrix.ravel()), file=file)


def generate():
    FOLDER.mkdir(exist_ok=True)
    for file in [*FOLDER.glob("*.onnx"), *FOLDER.glob("*.txt")]:
        if file.name != "rejected.txt":
            file.unlink()
    known = {*ELEMENTWISE, *MERGES, *PRODUCTS, *ALONG}
    written = set()
    for case in collect_testcases(None):
        nodes = case.model.graph.node
        if len(nodes) != 1 or nodes[0].op_type not in known or "expanded" in case.name:
            continue
        adapted = adapt(case)
        if adapted is not None:
            # The evaluator of the package computes the same from the adapted test.
            node, values, parameters, outputs = adapted
            name = case.name.removeprefix("test_").lower()
            write(name, case.model.opset_import[0].version, node, values, parameters, outputs)
            check(FOLDER / f"{name}.onnx", FOLDER / f"{name}.txt")
            written.add(nodes[0].op_type)
    print(len(list(FOLDER.glob("*.onnx"))), "tests of", len(written), "operators; none of", sorted(known - written))


def read(path, kind):
    lines = [line.split()[1:] for line in path.read_text().splitlines() if line.startswith(kind)]
    return [np.array(line[1:], dtype=np.float64).reshape(-1, int(line[0])) for line in lines]


def check(model, numbers):
    session = ReferenceEvaluator(onnx.load(model))
    inputs = session.proto_.graph.input
    dtypes = [np.float64 if value.type.tensor_type.elem_type == TensorProto.DOUBLE else np.float32 for value in inputs]
    feed = {value.name: x.astype(dtype) for value, x, dtype in zip(inputs, read(numbers, "input"), dtypes)}
    for found, expected in zip(session.run(None, feed), read(numbers, "output"), strict=True):
        assert found.shape == expected.shape, (model.name, found.shape, expected.shape)
        assert np.allclose(found, expected, rtol=1e-5, atol=1e-6), (model.name, found, expected)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        generate()
    else:
        exported = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
        for model in exported:
            check(model, FOLDER / f"{model.stem}.txt")
        print(len(exported), "exported models agree")
        assert exported
