"""Writes weights with PyTorch and Keras, with samples and the frameworks' predictions.

    pip install -r tests/goldens/weights-requirements.txt
    python tests/goldens/weights.py

Writes tests/data/weights/NAME.safetensors, NAME.weights.h5 or NAME.keras, and NAME.txt. The latter has a line for each input
and output: the number of features and all values.
"""

import os
import pathlib
import subprocess
import sys
from collections import OrderedDict

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "weights"
SAMPLES = 4


def samples(features, categories=None, dtype=np.float32):
    random = np.random.default_rng(3)
    if categories:
        return [random.integers(0, categories, size=(SAMPLES, 1)).astype(dtype)]
    return [random.normal(size=(SAMPLES, count)).astype(dtype) for count in features]


def write(name, inputs, outputs):
    with open(FOLDER / f"{name}.txt", "w") as file:
        for kind, values in (("input", inputs), ("output", outputs)):
            for value in values:
                print(kind, value.shape[1], *(repr(float(number)) for number in value.ravel()), file=file)


def pytorch():
    import safetensors.torch
    import torch

    def keep(name, module, *features, dtype=torch.float32, call=None, categories=None):
        torch.manual_seed(0)
        module = module().to(dtype)
        for key, value in module.state_dict().items():
            if "running" in key:
                value.copy_(torch.rand_like(value) + 0.5)
            elif value.dtype == dtype:
                value.copy_(value + 0.1 * torch.randn_like(value))
        module.eval()
        safetensors.torch.save_file(module.state_dict(), str(FOLDER / f"{name}.safetensors"))
        inputs = samples(features, categories, np.float64 if dtype == torch.float64 else np.float32)
        with torch.no_grad():
            outputs = (call or module.forward)(*(torch.from_numpy(value) for value in inputs))
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        write(name, inputs, [output.numpy() for output in outputs])

    nn = torch.nn
    sequential = lambda: nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, 2))

    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(3, 6)
            self.norm = nn.BatchNorm1d(6)
            self.fc2 = nn.Linear(6, 6)
            self.layer_norm = nn.LayerNorm(6)
            self.slope = nn.PReLU(6)
            self.out = nn.Linear(6, 2, bias=False)

        def forward(self, x):
            first = torch.tanh(self.norm(self.fc1(x)))
            return self.out(self.layer_norm(self.slope(self.fc2(first)) + first))

    class Nested(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(OrderedDict(first=nn.Linear(3, 4), act=nn.Tanh(), second=nn.Linear(4, 2)))
            self.head = nn.Linear(4, 1)

        def forward(self, a, b):
            return self.head(torch.cat([self.encoder(a), self.encoder(b)], dim=1))

    class Embedded(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(5, 3)
            self.head = nn.Linear(3, 2)

        def forward(self, x):
            return self.head(self.embedding(x[:, 0].long()))

    keep("pytorch_sequential", sequential, 3)
    keep("pytorch_sequential_double", sequential, 3, dtype=torch.float64)
    keep("pytorch_named", Named, 3)
    keep("pytorch_nested", Nested, 3, 3)
    keep("pytorch_embedding", Embedded, categories=5)


def keras_models():
    import keras
    from keras import layers

    def keep(name, build, *features, whole=False, dtype="float32", categories=None):
        keras.backend.clear_session()
        keras.config.set_floatx(dtype)
        keras.utils.set_random_seed(1)
        model = build()
        random = np.random.default_rng(5)
        for layer in model._flatten_layers():
            for variable in getattr(layer, "_trainable_variables", []) + getattr(layer, "_non_trainable_variables", []):
                value = variable.numpy()
                if np.issubdtype(value.dtype, np.floating) and "normalization" != layer.__class__.__name__.lower():
                    variable.assign(value + 0.1 * np.abs(random.normal(size=value.shape)))
        path = str(FOLDER / f"{name}.keras") if whole else str(FOLDER / f"{name}.weights.h5")
        model.save(path) if whole else model.save_weights(path)
        inputs = samples(features, categories, dtype)
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        write(name, inputs, [np.asarray(output) for output in outputs])

    def sequential():
        normalization = layers.Normalization()
        normalization.adapt(np.random.default_rng(0).normal(2.0, 3.0, size=(50, 3)))
        return keras.Sequential([
            keras.Input((3,)), normalization, layers.Dense(6, activation="relu"), layers.BatchNormalization(),
            layers.Dropout(0.2), layers.Dense(4, activation="tanh"), layers.LayerNormalization(),
            layers.Dense(2, use_bias=False),
        ])

    def many():
        return keras.Sequential([keras.Input((3,))] + [layers.Dense(3, activation="tanh") for _ in range(12)])

    def functional():
        a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
        shared = layers.Dense(4, activation="tanh", name="shared")
        one, two = shared(a), shared(b)
        skip = layers.Add()([one, two])
        hidden = layers.PReLU()(layers.Dense(4)(skip))
        joined = layers.Concatenate()([hidden, skip])
        return keras.Model([a, b], [layers.Dense(2, name="first")(joined), layers.Dense(1)(hidden)])

    def nested():
        x = keras.Input((3,))
        inner = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(2)], name="encoder")
        return keras.Model(x, layers.Dense(1)(inner(x)))

    def embedding():
        x = keras.Input((1,))
        return keras.Model(x, layers.Dense(2)(layers.Flatten()(layers.Embedding(5, 3)(x))))

    keep("keras_sequential", sequential, 3)
    keep("keras_sequential_double", sequential, 3, dtype="float64")
    keep("keras_whole", sequential, 3, whole=True)
    keep("keras_many", many, 3)
    keep("keras_functional", functional, 3, 3)
    keep("keras_functional_whole", functional, 3, 3, whole=True)
    keep("keras_nested", nested, 3)
    keep("keras_embedding", embedding, categories=5)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts = {"pytorch": pytorch, "keras": keras_models}
    if len(sys.argv) > 1:
        return parts[sys.argv[1]]()
    # PyTorch and TensorFlow conflict in one process.
    for part in parts:
        subprocess.run([sys.executable, __file__, part], check=True)


main()
