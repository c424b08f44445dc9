"""Writes functional_*.txt with Keras 3: graphs, trained for 200 steps.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/functional.py

A residual network, one with two inputs and two weighted losses, and one with a shared layer. Weights are in the order in
which layers are defined. Initial weights and data are multiples of 2⁻¹², which are exact in both dtypes.
"""

import generate
from generate import BETA_1, BETA_2, EPSILON, LEARNING_RATE, keras, np, set_dtype, tensorflow, write

generate.MADE_BY = generate.MADE_BY.replace("generate.py", "functional.py").partition(" and PyTorch")[0]
STEPS, SAMPLES = 200, 48
layers = keras.layers
dense = layers.Dense


def residual():
    x = keras.Input((3,))
    first = dense(8, "tanh", name="first")(x)
    second = dense(8, "relu", name="second")(first)
    once = layers.Add()([first, second])
    third = dense(8, "tanh", name="third")(once)
    twice = layers.Add()([once, third])
    return keras.Model(x, dense(1, name="output")(twice)), ["mean_squared_error"], [1.0]


def towers():
    user, item = keras.Input((3,)), keras.Input((2,))
    left = dense(6, "tanh", name="left")(user)
    right = dense(6, "tanh", name="right")(item)
    score = dense(1, name="score")(layers.Concatenate()([left, right]))
    rest = dense(2, "sigmoid", name="rest")(layers.Multiply()([left, right]))
    losses = ["mean_squared_error", "mean_absolute_error"]
    return keras.Model([user, item], [score, rest]), losses, [1.0, 0.25]


def shared():
    a, b = keras.Input((4,)), keras.Input((4,))
    encode, refine = dense(6, "tanh", name="encode"), dense(6, "tanh", name="refine")
    left, right = refine(refine(encode(a))), refine(encode(b))
    likeness = layers.Dot(axes=1, normalize=True)([left, right])
    joined = layers.Concatenate()([layers.Subtract()([left, right]), likeness])
    return keras.Model([a, b], dense(1, name="output")(joined)), ["mean_squared_error"], [1.0]


NETWORKS = {
    "residual": (residual, ["first", "second", "third", "output"]),
    "towers": (towers, ["left", "right", "score", "rest"]),
    "shared": (shared, ["encode", "refine", "output"]),
}


def main():
    tensorflow.config.experimental.enable_op_determinism()
    for dtype in ("float64", "float32"):
        set_dtype(dtype)
        values = {}
        for seed, (name, (make, order)) in enumerate(NETWORKS.items()):
            values |= {f"{name}.{key}": value for key, value in train(make, order, dtype, seed).items()}
        comments = [
            f"{dtype}; {STEPS} steps on one batch of {SAMPLES} samples; data row-major, kernels inputs × outputs",
            f"Adam: learning rate {LEARNING_RATE}, betas {BETA_1} and {BETA_2}, epsilon {EPSILON}",
            "losses of each step are those of its forward pass: the weighted sum and, of several outputs, each by itself",
        ]
        write(f"functional_{dtype}.txt", comments, values)


def train(make, order, dtype, seed):
    model, losses, loss_weights = make()
    random = np.random.default_rng(seed)

    def draw(shape, limit):
        return (np.round(random.uniform(-limit, limit, shape) * 4096) / 4096).astype(dtype)

    x = [draw((SAMPLES, *tensor.shape[1:]), 2.0) for tensor in model.inputs]
    y = [(np.round(np.sin(x[0][:, :1] * 1.5 + k) * 4096) / 4096).astype(dtype) for k in range(len(losses))]
    y = [np.repeat(column, tensor.shape[1], axis=1) for column, tensor in zip(y, model.outputs)]
    for name in order:
        kernel, bias = model.get_layer(name).get_weights()
        model.get_layer(name).set_weights([draw(kernel.shape, np.sqrt(6 / sum(kernel.shape))), draw(bias.shape, 0.1)])
    start = weights(model, order, "start")

    # A Python float would be rounded to float32 in Adam's bias correction and in the loss weight; NumPy's is not.
    number = np.float64 if dtype == "float64" else float
    adam = keras.optimizers.Adam(LEARNING_RATE, number(BETA_1), number(BETA_2), EPSILON)
    model.compile(optimizer=adam, loss=losses, loss_weights=[number(weight) for weight in loss_weights])
    history = model.fit(x, y, batch_size=SAMPLES, epochs=STEPS, shuffle=False, verbose=0).history
    predictions = model(x)
    predictions = predictions if isinstance(predictions, list) else [predictions]
    assert all(variable.dtype == dtype for variable in (*model.variables, *adam.variables[1:]))

    values = {f"x.{index}": part for index, part in enumerate(x)} | {f"y.{index}": part for index, part in enumerate(y)}
    values |= start | weights(model, order, "final")
    print(make.__name__, dtype, {key: (numbers[0], numbers[-1]) for key, numbers in history.items()})
    values |= {f"losses.{index}": np.array(numbers, dtype) for index, numbers in enumerate(in_order(model, history))}
    return values | {f"predictions.{index}": np.array(part) for index, part in enumerate(predictions)}


def in_order(model, history):
    """Returns the total loss, then the loss of each output."""
    return [history["loss"], *(history[f"{name}_loss"] for name in model.output_names if f"{name}_loss" in history)]


def weights(model, order, prefix):
    found = {}
    for name in order:
        for part, value in zip(("kernel", "bias"), model.get_layer(name).get_weights()):
            found[f"{prefix}.{name}.{part}"] = value
    return found


if __name__ == "__main__":
    main()
