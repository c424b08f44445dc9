"""Writes the golden files of this folder with Keras 3 and PyTorch.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/generate.py

A golden file is plain text: `# comment` or `name: v1 v2 v3 …`, each value in the fewest digits that are read as
the same float of the file's dtype. Matrices are row-major; a kernel has Keras's layout, inputs × outputs.
If both frameworks have a function, both compute it, and the script fails if they disagree.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

# TensorFlow is the only backend on which Keras 3 keeps float64: on the others its type promotion rounds to float32.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
# PyTorch would load Triton's copy of LLVM in addition to TensorFlow's, which aborts the process. The CPU needs none.
sys.modules["triton"] = None

import keras
import numpy as np
import tensorflow
import torch

FOLDER = Path(__file__).parent
MADE_BY = (
    f"made by tests/goldens/generate.py with Keras {keras.__version__} (TensorFlow {tensorflow.__version__})"
    f" and PyTorch {torch.__version__.partition('+')[0]}"
)
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7


def main():
    tensorflow.config.experimental.enable_op_determinism()
    torch.set_num_threads(1)
    write_activations()
    write_training()
    write_initializers()


# --- files ------------------------------------------------------------------------------------------------------------


def write(name, comments, values):
    lines = [f"# {line}" for line in (MADE_BY, *comments)]
    lines += [f"{key}: {' '.join(map(str, np.ravel(value)))}" for key, value in values.items()]
    (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def difference(a, b):
    """Returns the largest difference, relative for values above 1 in magnitude and absolute below."""
    a, b = np.asarray(a), np.asarray(b)
    return float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b))))


def require_agreement(what, a, b, tolerance):
    found = difference(a, b)
    if not found <= tolerance:
        raise SystemExit(f"{what}: Keras and PyTorch differ by {found:.1e}, allowed {tolerance:.0e}")


def set_dtype(dtype):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)


# --- activations ------------------------------------------------------------------------------------------------------

functional = torch.nn.functional
ACTIVATIONS = {
    "linear": (keras.activations.linear, lambda z: z * 1),
    "relu": (keras.activations.relu, torch.relu),
    "leaky_relu": (keras.activations.leaky_relu, lambda z: functional.leaky_relu(z, 0.2)),
    "elu": (keras.activations.elu, functional.elu),
    "selu": (keras.activations.selu, torch.selu),
    "gelu": (lambda z: keras.activations.gelu(z, approximate=False), functional.gelu),
    "silu": (keras.activations.silu, functional.silu),
    "softplus": (keras.activations.softplus, functional.softplus),
    "softsign": (keras.activations.softsign, functional.softsign),
    "tanh": (keras.activations.tanh, torch.tanh),
    "sigmoid": (keras.activations.sigmoid, torch.sigmoid),
    # Not functional.hardsigmoid: its derivative is 1/6 rounded to float32 for every dtype.
    "hard_sigmoid": (keras.activations.hard_sigmoid, lambda z: functional.relu6(z + 3) / 6),
    "exponential": (keras.activations.exponential, torch.exp),
}


def write_activations():
    set_dtype("float64")
    # None of the points is a kink (0 and ±3), where the derivative is a convention.
    near = [sign * (0.15 + 0.3 * i) for i in range(20) for sign in (-1, 1)]
    far = [sign * z for z in (1e-8, 1e-3, 10.5, 20, 50) for sign in (-1, 1)]
    z = np.round(np.sort(near + far), 9)
    values = {"z": z}
    for name, functions in ACTIVATIONS.items():
        value, derivative = value_and_vjp(name, *functions, z, np.ones_like(z))
        values |= {f"{name}.value": value, f"{name}.derivative": derivative}

    logits = np.array([[0.1, -0.4, 1.3, 0.7], [0, 0, 0, 0], [-3, 5, 2.5, -1], [1000, 998, 999, -1000], [-40, 0, 3, 8]])
    cotangent = np.array([[1, 0, 0, 0], [0.5, -1, 2, 3], [-0.3, 0.8, 1.1, -2], [1, -2, 0.25, 4], [0.6, 0.7, -0.9, 1.2]])
    softmax = keras.activations.softmax, lambda rows: torch.softmax(rows, -1)
    value, vjp = value_and_vjp("softmax", *softmax, logits, cotangent)
    values |= {"softmax.logits": logits, "softmax.cotangent": cotangent, "softmax.value": value, "softmax.vjp": vjp}
    comments = [
        "float64, from PyTorch with Keras's parameters; Keras agrees to 1e-12 (leaky_relu and gelu: to 1e-7)",
        "leaky_relu's slope is 0.2, elu's alpha 1, gelu is the exact one with erf, hard_sigmoid is relu6(z + 3) / 6",
        "softmax: 5 rows of 4; vjp is the gradient of sum(cotangent * softmax(logits)) in the logits",
    ]
    write("activations.txt", comments, values)


def value_and_vjp(name, of_keras, of_torch, z, cotangent):
    point = torch.tensor(z, requires_grad=True)
    value = of_torch(point)
    value.backward(torch.tensor(cotangent))
    value, vjp = value.detach().numpy(), point.grad.numpy()

    keras_point = tensorflow.constant(z)
    with tensorflow.GradientTape() as tape:
        tape.watch(keras_point)
        keras_value = of_keras(keras_point)
    keras_vjp = tape.gradient(keras_value, keras_point, tensorflow.constant(cotangent))
    # TensorFlow rounds the negative slope of leaky_relu and the √½ of gelu to float32 for every dtype.
    tolerance = 1e-7 if name in ("leaky_relu", "gelu") else 1e-12
    require_agreement(name, keras_value, value, tolerance)
    require_agreement(f"{name}'s derivative", keras_vjp, vjp, tolerance)
    return value, vjp


# --- training ---------------------------------------------------------------------------------------------------------


@dataclass
class Task:
    """A stack of dense layers, the last one linear, and its training data. Batches are not shuffled."""

    sizes: list
    activation: str
    x: np.ndarray
    y: np.ndarray
    batch_size: int
    epochs: int
    seed: int
    classes: bool = False

    def weights(self):
        """Returns Glorot uniform kernels and small biases, exact in float32, so that all dtypes start from the same weights."""
        random = np.random.default_rng(self.seed)
        weights = {}
        for i, (inputs, outputs) in enumerate(zip(self.sizes, self.sizes[1:]), 1):
            limit = np.sqrt(6 / (inputs + outputs))
            weights[f"dense_{i}.kernel"] = random.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)
            weights[f"dense_{i}.bias"] = random.uniform(-0.1, 0.1, outputs).astype(np.float32)
        return weights


def write_training():
    x = np.linspace(0, 2 * np.pi, 1000).reshape(-1, 1)
    about_sine = "y = sin(x) at x = linspace(0, 2π, 1000), computed in float64, then rounded to the dtype; full batch"
    for activation in ("relu", "tanh"):
        task = Task([1, 10, 10, 1], activation, x, np.sin(x), batch_size=1000, epochs=200, seed=1)
        for dtype in ("float64", "float32"):
            results = train_with_both(f"training {activation} {dtype}", task, dtype)
            for framework, result in results.items():
                write_task(f"training_{framework}_{activation}_{dtype}.txt", task, dtype, result, [about_sine], {})

    random = np.random.default_rng(2)
    x, y = np.round(random.normal(size=(50, 3)), 4), np.round(random.normal(size=(50, 2)), 4)
    task = Task([3, 8, 2], "tanh", x, y, batch_size=16, epochs=20, seed=3)
    about = "50 samples in order: batches of 16, 16, 16 and 2; an epoch's loss is the mean over its samples"
    results = train_with_both("minibatch", task, "float64")
    write_task("training_minibatch_keras_float64.txt", task, "float64", results["keras"], [about], {"x": x, "y": y})

    x, y = np.round(random.normal(size=(40, 4)), 4), random.integers(3, size=40)
    task = Task([4, 8, 3], "relu", x, y, batch_size=40, epochs=100, seed=4, classes=True)
    results = train_with_both("classification", task, "float64")
    about = "logits out, sparse categorical cross-entropy from logits, y holds class indices; full batch of 40 samples"
    write_task("classification_keras_float64.txt", task, "float64", results["keras"], [about], {"x": x, "y": y})


def write_task(name, task, dtype, result, comments, data):
    losses, final = result
    stack = "-".join(map(str, task.sizes))
    comments = [
        f"{stack}, {task.activation} on the hidden layers; {dtype}; {task.epochs} epochs, loss {loss_name(task)}",
        *comments,
        f"Adam: learning rate {LEARNING_RATE}, betas {BETA_1} and {BETA_2}, epsilon {EPSILON} in Keras's convention",
        "each loss is the one of the forward pass, before the step it leads to; kernels are inputs × outputs, row-major",
    ]
    start = {key: value.astype(dtype) for key, value in task.weights().items()}
    write(name, comments, data | start | {"losses": losses} | {f"final.{key}": v for key, v in final.items()})


def loss_name(task):
    return "sparse categorical cross-entropy" if task.classes else "mean squared error"


def train_with_both(what, task, dtype):
    results = {"keras": train_keras(task, dtype), "pytorch": train_pytorch(task, dtype)}
    (losses, final), (other_losses, other_final) = results.values()
    loss_gap = float(np.max(np.abs(losses / other_losses - 1)))
    weight_gap = max(difference(final[key], other_final[key]) for key in final)
    print(f"{what}: loss {losses[0]:.6f} -> {losses[-1]:.6f}, Keras and PyTorch differ by at most "
          f"{loss_gap:.1e} of the loss and {weight_gap:.1e} in the weights")
    if not max(loss_gap, weight_gap) <= {"float64": 1e-10, "float32": 1e-3}[dtype]:
        raise SystemExit(f"{what}: Keras and PyTorch disagree")
    return results


def train_keras(task, dtype):
    set_dtype(dtype)
    hidden = [keras.layers.Dense(size, activation=task.activation) for size in task.sizes[1:-1]]
    model = keras.Sequential([keras.Input((task.sizes[0],)), *hidden, keras.layers.Dense(task.sizes[-1])])
    start = task.weights()
    model.set_weights(list(start.values()))
    # A Python float as β would be rounded to float32 in Adam's bias correction for every dtype; NumPy's is not.
    number = np.float64 if dtype == "float64" else float
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE, number(BETA_1), number(BETA_2), EPSILON),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        if task.classes
        else keras.losses.MeanSquaredError(),
    )
    x, y = task.x.astype(dtype), task.y if task.classes else task.y.astype(dtype)
    history = model.fit(x, y, batch_size=task.batch_size, epochs=task.epochs, shuffle=False, verbose=0)
    final = model.get_weights()
    assert all(variable.dtype == dtype for variable in (*model.variables, *model.optimizer.variables[1:]))
    return np.array(history.history["loss"], dtype), dict(zip(start, final))


def train_pytorch(task, dtype):
    dtype = getattr(torch, dtype)
    x, y = torch.tensor(task.x, dtype=dtype), torch.tensor(task.y, dtype=None if task.classes else dtype)
    start = task.weights()
    layers = [torch.nn.Linear(*pair, dtype=dtype) for pair in zip(task.sizes, task.sizes[1:])]
    parameters = [p for layer in layers for p in (layer.weight, layer.bias)]
    with torch.no_grad():
        for parameter, value in zip(parameters, start.values()):
            parameter.copy_(torch.from_numpy(value.T))  # Linear keeps its kernel as outputs × inputs.
    activation = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[task.activation]
    model = torch.nn.Sequential(*(module for layer in layers for module in (layer, activation())))[:-1]
    loss_of = torch.nn.CrossEntropyLoss() if task.classes else torch.nn.MSELoss()
    optimizer = torch.optim.Adam(parameters, LEARNING_RATE, (BETA_1, BETA_2))

    losses, step = [], 0
    for _ in range(task.epochs):
        total = 0.0
        for batch_x, batch_y in zip(x.split(task.batch_size), y.split(task.batch_size)):
            step += 1
            # Keras divides by √v + ε before the bias correction of v, PyTorch by √v̂ + ε after it:
            # with v̂ = v / (1 - β₂ᵗ), both steps are equal if PyTorch's ε is ε / √(1 - β₂ᵗ).
            optimizer.param_groups[0]["eps"] = EPSILON / np.sqrt(1 - BETA_2**step)
            optimizer.zero_grad()
            loss = loss_of(model(batch_x), batch_y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch_x)
        losses.append(total / len(x))
    final = [parameter.detach().numpy().T for parameter in parameters]
    return np.array(losses, final[0].dtype), dict(zip(start, final))


# --- initializers -----------------------------------------------------------------------------------------------------

INPUTS, OUTPUTS = 200, 300
TRUNCATED_STDDEV = 0.87962566103423978  # Standard deviation of a standard normal distribution truncated at ±2.


def write_initializers():
    set_dtype("float64")
    values = {}
    initializers = keras.initializers
    for name in ("glorot", "he", "lecun"):
        for kind in ("uniform", "normal"):
            values |= measure(f"{name}_{kind}", getattr(initializers, f"{name}_{kind}"))
    values |= measure("random_uniform", lambda seed: initializers.RandomUniform(-0.05, 0.05, seed))
    values |= measure("random_normal", lambda seed: initializers.RandomNormal(0.0, 0.05, seed))
    comments = [
        f"kernels of {INPUTS} inputs × {OUTPUTS} outputs, in float64, from Keras",
        "theory.stddev and theory.bound (the largest magnitude that can be drawn; random_normal has none) are its",
        "definitions; min, max, mean and stddev were measured, one number a seed; the normals but random_normal are",
        "cut off at two of their uncut standard deviations, which is theory.stddev / 0.8796…",
    ]
    write("initializers.txt", comments, values)


def measure(name, initializer):
    stddev, bound = theory(initializer(seed=0))
    kernels = [np.asarray(initializer(seed=seed)((INPUTS, OUTPUTS))) for seed in range(5)]
    measured = {statistic: np.array([getattr(np, short)(kernel) for kernel in kernels])
                for statistic, short in (("min", "min"), ("max", "max"), ("mean", "mean"), ("stddev", "std"))}
    if not np.allclose(measured["stddev"], stddev, rtol=0.01) or max(np.abs(k).max() for k in kernels) > bound:
        raise SystemExit(f"{name}: Keras does not draw what its definition says")
    limits = {"theory.stddev": stddev} | ({"theory.bound": bound} if np.isfinite(bound) else {})
    return {f"{name}.{key}": value for key, value in (limits | measured).items()}


def theory(initializer):
    match initializer:
        case keras.initializers.RandomUniform():
            return initializer.maxval / np.sqrt(3), initializer.maxval
        case keras.initializers.RandomNormal():
            return initializer.stddev, np.inf
    fan = {"fan_in": INPUTS, "fan_avg": (INPUTS + OUTPUTS) / 2}[initializer.mode]
    stddev = np.sqrt(initializer.scale / fan)
    uniform = initializer.distribution == "uniform"
    return stddev, stddev * (np.sqrt(3) if uniform else 2 / TRUNCATED_STDDEV)


if __name__ == "__main__":
    main()
