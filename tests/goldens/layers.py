"""What Keras gives for a small network with each layer in its middle: `python tests/goldens/layers.py`.

3-4-LAYER-4-2, in double precision, 50 steps of Adam on 20 samples at once. Layers that draw random numbers have no place
here: nobody else draws the same ones.
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np

keras.config.set_floatx("float64")

LAYERS = {
    "batch_normalization": lambda: keras.layers.BatchNormalization(),
    "batch_normalization_fast": lambda: keras.layers.BatchNormalization(momentum=0.5, epsilon=1e-5),
    "layer_normalization": lambda: keras.layers.LayerNormalization(),
    "normalization": lambda: keras.layers.Normalization(mean=[0.1, -0.2, 0.3, 0.0], variance=[1.0, 2.0, 0.5, 0.25]),
    "prelu": lambda: keras.layers.PReLU(),
    "rescaling": lambda: keras.layers.Rescaling(0.3, offset=-0.2),
    "rms_normalization": lambda: keras.layers.RMSNormalization(),
    "softplus": lambda: keras.layers.Activation("softplus"),
}


def wave(rows, columns, phase):
    row, column = np.indices((rows, columns))
    return np.sin((row * 7 + column * 3) * 0.61 + phase) * 1.7


def numbers(values):
    return " ".join(f"{value:.17g}" for value in np.concatenate([np.ravel(value) for value in values]))


def main():
    lines = ["# made by tests/goldens/layers.py with Keras " + keras.__version__]
    x, y = wave(20, 3, 0.0), wave(20, 2, 1.0)
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
        first = numbers(model.trainable_weights)
        model.compile(keras.optimizers.Adam(1e-2), loss="mse")
        losses = [float(model.train_on_batch(x, y)) for _ in range(50)]
        lines.append(f"{name}.first: {first}")
        lines.append(f"{name}.losses: {numbers([losses])}")
        lines.append(f"{name}.last: {numbers(model.trainable_weights)}")
        lines.append(f"{name}.predictions: {numbers([model.predict(x, verbose=0)])}")
    Path(__file__).with_name("layers.txt").write_text("\n".join(lines) + "\n")


main()
