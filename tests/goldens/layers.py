"""Trains a small network with each layer in the middle with Keras: `python tests/goldens/layers.py`.

3-4-LAYER-4-2, in both precisions, 100 steps of Adam on one batch of 20 samples. Random layers are left out, because
generators differ.
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np

# Some formulas round a Python float to float32; they don't round NumPy's, nor sums of few powers of two.
def number(value):
    return np.dtype(keras.config.floatx()).type(value)


L1L2, MaxNorm = keras.regularizers.L1L2, keras.constraints.MaxNorm

LAYERS = {
    "batch_normalization": lambda: keras.layers.BatchNormalization(momentum=number(0.99), epsilon=number(1e-3)),
    "batch_normalization_fast": lambda: keras.layers.BatchNormalization(momentum=0.5, epsilon=number(1e-5)),
    "dense_held_small": lambda: keras.layers.Dense(
        4, kernel_regularizer=L1L2(1 / 128, 1 / 32), bias_regularizer=L1L2(1 / 64, 1 / 128)
    ),
    "dense_of_short_weights": lambda: keras.layers.Dense(4, kernel_constraint=MaxNorm(0.5)),
    "dense_that_stays": lambda: keras.layers.Dense(
        4, kernel_initializer=keras.initializers.Constant(0.25), kernel_regularizer=L1L2(0.0, 1 / 64), trainable=False
    ),
    "dense_without_bias": lambda: keras.layers.Dense(4, use_bias=False),
    "layer_normalization": lambda: keras.layers.LayerNormalization(epsilon=number(1e-3)),
    "normalization": lambda: keras.layers.Normalization(mean=[0.125, -0.25, 0.375, 0.0], variance=[1.0, 2.0, 0.5, 0.25]),
    "prelu": lambda: keras.layers.PReLU(),
    "rescaling": lambda: keras.layers.Rescaling(number(0.3), offset=number(-0.2)),
    "rms_normalization": lambda: keras.layers.RMSNormalization(epsilon=number(1e-6)),
    "unit_normalization": lambda: keras.layers.UnitNormalization(),
    "softplus": lambda: keras.layers.Activation("softplus"),
}


def wave(rows, columns, phase):
    row, column = np.indices((rows, columns))
    return np.sin((row * 7 + column * 3) * 0.61 + phase) * 1.7


def numbers(values):
    # The fewest digits that are read as the same value in this precision.
    return " ".join(f"{value!s}" for value in np.concatenate([np.ravel(value) for value in values]))


def write(dtype):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    lines = ["# made by tests/goldens/layers.py with Keras " + keras.__version__]
    x, y = wave(20, 3, 0.0).astype(dtype), wave(20, 2, 1.0).astype(dtype)
    for name, layer in LAYERS.items():
        middle = layer()
        model = keras.Sequential([
            keras.layers.Input((3,)),
            keras.layers.Dense(4, activation="tanh"),
            middle,
            keras.layers.Dense(2),
        ])
        start = 0
        for weight in model.trainable_weights:
            count = int(np.prod(weight.shape))
            index = np.arange(start, start + count).reshape(weight.shape)
            weight.assign(np.sin(index * 1.1) * 0.3 + (weight.name in ("gamma", "scale")))
            start += count
        first = numbers(weights(model))
        adam = keras.optimizers.Adam(1e-2, number(0.9), number(0.999), number(1e-7))
        adam._learning_rate.assign(number(1e-2))
        model.compile(adam, loss="mse")
        losses = []
        for _ in range(100):
            model.reset_metrics()
            losses.append(float(model.train_on_batch(x, y)))
        lines.append(f"{name}.first: {first}")
        lines.append(f"{name}.losses: {numbers([np.array(losses, dtype)])}")
        lines.append(f"{name}.last: {numbers(weights(model))}")
        lines.append(f"{name}.predictions: {numbers([model.predict(x, verbose=0)])}")
    Path(__file__).with_name(f"layers_{dtype}.txt").write_text("\n".join(lines) + "\n")


def weights(model):
    return [weight.numpy() for weight in model.trainable_weights]


write("float64")
write("float32")
