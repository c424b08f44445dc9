"""Reads a checkpoint of mlp 0.1 and writes weights for it, with Python's safetensors.

    cargo test --test files compatibility::write -- --ignored    # once for each version: checkpoint_0.1.0.safetensors
    pip install -r tests/goldens/data-requirements.txt
    python tests/goldens/checkpoint.py

checkpoint.txt has the shape and the values of every tensor of the checkpoint, row-major, and the numeric entries of its
header; then inputs, and the outputs that numpy computes in float64 from the weights in weights_python.safetensors.
"""

from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import save_file

HERE = Path(__file__).parent
SHAPES = {
    "code.dense_1.weights": (3, 2),
    "code.dense_1.bias": (3,),
    "code.batch_normalization_1.gamma": (3,),
    "code.batch_normalization_1.beta": (3,),
    "code.batch_normalization_1.moving_mean": (3,),
    "code.batch_normalization_1.moving_variance": (3,),
    "skip.weights": (3, 2),
    "out.weights": (1, 3),
    "out.bias": (1,),
}


def main():
    lines = [f"# made by tests/goldens/checkpoint.py with safetensors {safetensors.__version__} and numpy {np.__version__}"]
    lines += list(read())
    lines += list(write())
    (HERE / "checkpoint.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def line(name, numbers):
    return f"{name}: {' '.join(repr(float(number)) for number in np.ravel(numbers))}"


def read():
    with safetensors.safe_open(HERE / "checkpoint_0.1.0.safetensors", framework="np") as file:
        entries = file.metadata()
        for name in sorted(entries):
            try:
                yield line(name, float(entries[name]))
            except ValueError:
                yield f"# {name} = {entries[name]}"
        for name in sorted(file.keys()):
            tensor = file.get_tensor(name)
            if tensor.dtype != np.float32:
                raise SystemExit(f"{name} is of {tensor.dtype}")
            yield line(f"shape {name}", tensor.shape)
            yield line(name, tensor)


def write():
    random = np.random.default_rng(7)
    weights = {name: random.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}
    weights["code.batch_normalization_1.moving_variance"] **= 2
    save_file(weights, HERE / "weights_python.safetensors", metadata={"format": "np"})
    x = np.round(random.normal(size=(5, 2)), 3)
    yield line("python.x", x)
    yield line("python.y", predict({name: array.astype(np.float64) for name, array in weights.items()}, x))


def predict(weights, x):
    code = np.tanh(x @ weights["code.dense_1.weights"].T + weights["code.dense_1.bias"])
    gamma, beta, mean, variance = (
        weights[f"code.batch_normalization_1.{name}"] for name in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    code = gamma * (code - mean) / np.sqrt(variance + 1e-3) + beta
    both = code + x @ weights["skip.weights"].T
    return both @ weights["out.weights"].T + weights["out.bias"]


if __name__ == "__main__":
    main()
