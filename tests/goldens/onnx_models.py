"""Writes ONNX models with PyTorch, Keras and the helpers of onnx, with samples and onnxruntime's predictions.

    pip install -r tests/goldens/onnx-requirements.txt
    python tests/goldens/onnx_models.py

Writes tests/data/onnx/NAME.onnx and NAME.txt. The latter has a line for each input and output: the number of features and
all values.
"""

import os
import pathlib
import tempfile

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import subprocess
import sys
from collections import OrderedDict

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "onnx"
SAMPLES = 5


def keep(name, model):
    """Writes a model without documentation strings, and its predictions."""
    for graph_value in model.graph.value_info:
        graph_value.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    del model.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, FOLDER / f"{name}.onnx")
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    random = np.random.default_rng(1)
    feed = {}
    for given in session.get_inputs():
        dtype = np.float64 if "double" in given.type else np.float32
        feed[given.name] = random.normal(size=(SAMPLES, given.shape[1])).astype(dtype)
    with open(FOLDER / f"{name}.txt", "w") as file:
        for kind, values in (("input", feed.values()), ("output", session.run(None, feed))):
            for value in values:
                print(kind, value.shape[1], *(repr(float(number)) for number in value.ravel()), file=file)


def pytorch_models():
    import torch

    def pytorch(name, module, *features, dtype=torch.float32):
        torch.manual_seed(0)
        module = module().to(dtype).eval()
        for buffer_name, buffer in module.named_buffers():
            if "running" in buffer_name:
                buffer.copy_(torch.rand_like(buffer) + 0.5)
        examples = tuple(torch.zeros(2, count, dtype=dtype) for count in features)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "model.onnx"
            batch = torch.export.Dim("batch")
            torch.onnx.export(module, examples, str(path), dynamic_shapes=[{0: batch} for _ in features], verbose=False)
            keep(name, onnx.load(path))


    class Named(torch.nn.Module):
        """Named layers, a skip, and most operators of small networks."""

        def __init__(self):
            super().__init__()
            self.fc1 = torch.nn.Linear(4, 8)
            self.norm = torch.nn.BatchNorm1d(8)
            self.fc2 = torch.nn.Linear(8, 8)
            self.layer_norm = torch.nn.LayerNorm(8)
            self.slope = torch.nn.PReLU(8)
            self.out = torch.nn.Linear(16, 3, bias=False)

        def forward(self, x):
            first = torch.nn.functional.silu(self.norm(self.fc1(x)))
            second = self.layer_norm(self.slope(self.fc2(torch.nn.functional.dropout(first, 0.5, self.training))) + first)
            return torch.softmax(self.out(torch.cat([second, first], dim=1)), dim=1)


    class TwoInputs(torch.nn.Module):
        """Two inputs, two outputs, a shared layer, slices, arithmetic with constants."""

        def __init__(self):
            super().__init__()
            self.shared = torch.nn.Linear(3, 4)
            self.head = torch.nn.Linear(4, 2)

        def forward(self, a, b):
            left, right = self.shared((a - 0.5) * 2.0), self.shared(b)
            both = torch.maximum(left, right) * torch.tanh(left)
            return torch.nn.functional.gelu(self.head(both)), torch.sigmoid(right[:, 1:3])

    sequential = lambda: torch.nn.Sequential(
        torch.nn.Linear(3, 6), torch.nn.ReLU(), torch.nn.Linear(6, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
    )
    pytorch("pytorch_sequential", sequential, 3)
    pytorch("pytorch_sequential_double", sequential, 3, dtype=torch.float64)
    pytorch("pytorch_named", Named, 4)
    pytorch("pytorch_two_inputs", TwoInputs, 3, 3)


def example():
    """The network of examples/onnx.rs: one period of the sine."""
    import torch

    torch.manual_seed(0)
    layers = [("hidden", torch.nn.Linear(1, 10)), ("tanh", torch.nn.Tanh()), ("output", torch.nn.Linear(10, 1))]
    model = torch.nn.Sequential(OrderedDict(layers))
    x = torch.linspace(0, 2 * torch.pi, 200).reshape(-1, 1)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(300):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x), torch.sin(x)).backward()
        optimizer.step()
    path = FOLDER.parents[2] / "examples" / "data" / "sine.onnx"
    torch.onnx.export(model.eval(), (x[:2],), str(path), dynamic_shapes=[{0: torch.export.Dim("batch")}], verbose=False)
    model = onnx.load(path)
    del model.graph.value_info[:], model.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
    onnx.save(model, path)


def keras_models():
    import keras

    def export(name, model):
        model(np.zeros((2, 3), dtype=np.float32))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "model.onnx"
            model.export(path, format="onnx", verbose=False)
            keep(name, onnx.load(path))

    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((3,)),
        layers.Rescaling(0.5, offset=-1.0),
        layers.Dense(6, activation="relu"),
        layers.BatchNormalization(),
        layers.Dense(4, activation="tanh", use_bias=False),
        layers.Dense(2),
    ])
    export("keras_sequential", model)
    x = keras.Input((3,), name="x")
    first = layers.Dense(5, activation="elu")(x)
    second = layers.Dense(5, activation="softplus")(first)
    output = layers.Dense(1, activation="sigmoid")(layers.Multiply()([first, layers.Add()([first, second])]))
    export("keras_functional", keras.Model(x, output))


def by_hand():
    """Writes corner cases: old opsets, constants as nodes, transposed weights, splits, doubles."""
    random = np.random.default_rng(2)

    def tensor(name, *shape, dtype=np.float32, positive=False):
        numbers = random.normal(size=shape)
        return numpy_helper.from_array((np.abs(numbers) + 0.5 if positive else numbers).astype(dtype), name)

    def value(name, features, kind=TensorProto.FLOAT):
        return helper.make_tensor_value_info(name, kind, ["n", features])

    node = helper.make_node
    graph = helper.make_graph(
        [
            node("Transpose", ["w"], ["wt"], perm=[1, 0]),
            node("MatMul", ["x", "wt"], ["product"]),
            node("Add", ["bias", "product"], ["z"]),
            node("Selu", ["z"], ["h"]),
            node("Constant", [], ["starts"], value=helper.make_tensor("s", TensorProto.INT64, [1], [-3])),
            node("Constant", [], ["ends"], value=helper.make_tensor("e", TensorProto.INT64, [1], [2**40])),
            node("Constant", [], ["axes"], value=helper.make_tensor("a", TensorProto.INT64, [1], [-1])),
            node("Slice", ["h", "starts", "ends", "axes"], ["last"]),
            node("Split", ["h", "sizes"], ["s1", "s2"], axis=1),
            node("Mean", ["last", "s2", "last"], ["mean"]),
            node("LeakyRelu", ["mean"], ["leaky"], alpha=0.3),
            node("Sub", ["leaky", "row"], ["centered"]),
            node("Div", ["centered", "divisor"], ["scaled"]),
            node("Mul", ["scaled", "two"], ["y"]),
            node("Relu", ["s1"], ["unused"]),
        ],
        "corners",
        [value("x", 4)],
        [value("y", 3), value("s1", 2)],
        [
            tensor("w", 5, 4), tensor("bias", 1, 5), tensor("row", 3), tensor("divisor", 3, positive=True),
            numpy_helper.from_array(np.array([2, 3]), "sizes"), numpy_helper.from_array(np.float32(2.0), "two"),
        ],
    )
    keep("corners", helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8))
    double = dict(dtype=np.float64)
    graph = helper.make_graph(
        [
            node("Gemm", ["x", "w", "b"], ["z"], name="first"),
            node("Tanh", ["z"], ["h"]),
            node("Dropout", ["h"], ["kept"]),
            node("Identity", ["kept"], ["same"]),
            node("Gemm", ["same", "v"], ["y"], transB=1),
        ],
        "doubles",
        [value("x", 3, TensorProto.DOUBLE)],
        [value("y", 2, TensorProto.DOUBLE)],
        [tensor("w", 3, 4, **double), tensor("b", 4, **double), tensor("v", 2, 4, **double)],
    )
    keep("doubles", helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8))


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts = {"pytorch": pytorch_models, "keras": keras_models, "hand": by_hand, "example": example}
    if len(sys.argv) > 1:
        return parts[sys.argv[1]]()
    # PyTorch and TensorFlow conflict in one process.
    for part in parts:
        subprocess.run([sys.executable, __file__, part], check=True)


main()
