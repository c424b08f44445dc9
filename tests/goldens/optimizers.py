"""Writes optimizers_*.txt and schedules.txt with Keras 3, or with PyTorch where Keras has no such schedule.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/optimizers.py

All optimizers receive the same fixed sequence of gradients. The sequence and the initial weights are written once. The norm
of the gradients crosses the clipping limits; some elements are zero.
"""

import generate
from generate import keras, np, set_dtype, tensorflow, torch, write

generate.MADE_BY = generate.MADE_BY.replace("generate.py", "optimizers.py")
STEPS = 100
# A kernel and a bias, as in Dense(3 => 2).
SHAPES = {"kernel": (3, 2), "bias": (2,)}
optimizers, schedules = keras.optimizers, keras.optimizers.schedules

OPTIMIZERS = {
    "sgd": (optimizers.SGD, {}),
    "sgd_momentum": (optimizers.SGD, {"momentum": 0.9}),
    "sgd_nesterov": (optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (optimizers.RMSprop, {}),
    "rmsprop_momentum": (optimizers.RMSprop, {"rho": 0.8, "momentum": 0.7}),
    "rmsprop_centered": (optimizers.RMSprop, {"centered": True}),
    "rmsprop_centered_momentum": (optimizers.RMSprop, {"centered": True, "momentum": 0.9, "epsilon": 1e-5}),
    "adam": (optimizers.Adam, {}),
    "adam_amsgrad": (optimizers.Adam, {"amsgrad": True, "beta_2": 0.9}),
    "adamw": (optimizers.AdamW, {}),
    "adamw_amsgrad": (optimizers.AdamW, {"amsgrad": True, "weight_decay": 0.1}),
    "adamax": (optimizers.Adamax, {}),
    "nadam": (optimizers.Nadam, {}),
    "adagrad": (optimizers.Adagrad, {}),
    "adadelta": (optimizers.Adadelta, {"learning_rate": 1.0}),
    "ftrl": (optimizers.Ftrl, {}),
    "ftrl_all": (
        optimizers.Ftrl,
        {
            "learning_rate": 0.05,
            "learning_rate_power": -0.7,
            "initial_accumulator_value": 0.2,
            "l1_regularization_strength": 0.3,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.01,
            "beta": 0.1,
        },
    ),
    "lion": (optimizers.Lion, {}),
    "clipnorm": (optimizers.SGD, {"clipnorm": 1.0}),
    "clipvalue": (optimizers.SGD, {"clipvalue": 0.5}),
    "global_clipnorm": (optimizers.SGD, {"global_clipnorm": 1.0}),
    "weight_decay": (optimizers.SGD, {"momentum": 0.9, "weight_decay": 0.1}),
    "ema": (optimizers.Adam, {"use_ema": True, "ema_momentum": 0.9}),
    "ema_overwrite": (optimizers.Adam, {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 7}),
    "accumulation": (optimizers.Adam, {"gradient_accumulation_steps": 4}),
    "accumulation_everything": (
        optimizers.Adam,
        {
            "gradient_accumulation_steps": 4,
            "global_clipnorm": 0.5,
            "weight_decay": 0.1,
            "use_ema": True,
            "ema_momentum": 0.9,
        },
    ),
    "scheduled": (optimizers.Adam, {"learning_rate": ("ExponentialDecay", (0.01, 20, 0.5))}),
    "scheduled_accumulation": (
        optimizers.SGD,
        {"learning_rate": ("ExponentialDecay", (0.01, 20, 0.5)), "gradient_accumulation_steps": 3},
    ),
}


def main():
    tensorflow.config.experimental.enable_op_determinism()
    for dtype in ("float64", "float32"):
        write_optimizers(dtype)
    write_schedules()


# --- optimizers -------------------------------------------------------------------------------------------------------


def write_optimizers(dtype):
    set_dtype(dtype)
    random = np.random.default_rng(5)
    count = sum(int(np.prod(shape)) for shape in SHAPES.values())
    # Multiples of 2⁻¹², which are exact in both dtypes.
    start = np.round(random.uniform(-1, 1, count) * 4096) / 4096
    swing = 0.1 + 2 * np.abs(np.sin(np.arange(STEPS)))[:, None]
    gradients = np.round(random.normal(size=(STEPS, count)) * swing / np.sqrt(count) * 4096) / 4096
    gradients[random.uniform(size=gradients.shape) < 0.05] = 0
    values = {"start": start, "gradients": gradients} if dtype == "float64" else {}
    for name, (kind, arguments) in OPTIMIZERS.items():
        values |= run(name, kind, arguments, start.astype(dtype), gradients.astype(dtype), dtype)
    comments = [
        f"{dtype}, from Keras: the parameters after 1, 2, 10 and {STEPS} gradients, a kernel of 3 × 2, then a bias of 2",
        "numbers of Python that Keras would round to float32 in float64 are passed as NumPy's",
        "the start and the gradients are in the file of float64",
        "average: the moving average after the last step",
    ]
    write(f"optimizers_{dtype}.txt", comments, values)


def run(name, kind, arguments, start, gradients, dtype):
    optimizer = kind(**{key: exact(value, dtype) for key, value in arguments_with_defaults(kind, arguments).items()})
    if dtype == "float64" and isinstance(optimizer._learning_rate, keras.Variable):
        optimizer._learning_rate.assign(np.float64(arguments_with_defaults(kind, arguments)["learning_rate"]))
    variables = [keras.Variable(part, dtype=dtype) for part in split(start)]
    found = {}
    for step, gradient in enumerate(gradients, 1):
        optimizer.apply([tensorflow.constant(part) for part in split(gradient)], variables)
        if step in (1, 2, 10, STEPS):
            found[f"{name}.{step}"] = joined(variables)
    if optimizer.use_ema:
        found[f"{name}.average"] = joined(optimizer._model_variables_moving_average)
    return found


def arguments_with_defaults(kind, arguments):
    """Returns all float options, including defaults, so that they can be made exact."""
    defaults = kind.__init__.__defaults__
    names = kind.__init__.__code__.co_varnames[1 : 1 + len(defaults)]
    floats = {key: value for key, value in zip(names, defaults) if isinstance(value, float)}
    return floats | arguments


def exact(value, dtype):
    """Converts floats to NumPy's: Keras converts a Python float to the dtype, sometimes through float32."""
    match value:
        case (schedule, numbers):
            return Exact(schedule, numbers)
        case float() if dtype == "float64":
            return np.float64(value)
    return value


class Exact(schedules.LearningRateSchedule):
    """A schedule of Keras, computed in float64."""

    def __init__(self, kind, numbers):
        self.schedule = getattr(schedules, kind)(*map(number, numbers))

    def __call__(self, step):
        return self.schedule(tensorflow.cast(step, "float64"))


def split(numbers):
    ends = np.cumsum([int(np.prod(shape)) for shape in SHAPES.values()])
    return [part.reshape(shape) for part, shape in zip(np.split(numbers, ends[:-1]), SHAPES.values())]


def joined(variables):
    return np.concatenate([np.ravel(variable.numpy()) for variable in variables])


# --- schedules --------------------------------------------------------------------------------------------------------

STEPS_OF_SCHEDULES = [0, 1, 2, 3, 9, 10, 11, 29, 30, 31, 50, 69, 70, 71, 99, 100, 101, 130, 150, 151, 200, 1000]

KERAS_SCHEDULES = {
    "exponential": ("ExponentialDecay", (0.1, 30, 0.5), {}),
    "exponential_staircase": ("ExponentialDecay", (0.1, 30, 0.5), {"staircase": True}),
    "inverse_time": ("InverseTimeDecay", (0.1, 30, 0.5), {}),
    "inverse_time_staircase": ("InverseTimeDecay", (0.1, 30, 0.5), {"staircase": True}),
    "polynomial": ("PolynomialDecay", (0.1, 100), {"end_learning_rate": 1e-4}),  # The default, not rounded.
    "polynomial_power": ("PolynomialDecay", (0.1, 100), {"end_learning_rate": 0.01, "power": 0.5}),
    "polynomial_cycle": ("PolynomialDecay", (0.1, 30), {"end_learning_rate": 0.01, "power": 2.0, "cycle": True}),
    "piecewise_constant": ("PiecewiseConstantDecay", ([10, 70], [0.1, 0.05, 0.01]), {}),
    "cosine": ("CosineDecay", (0.1, 100), {}),
    "cosine_alpha": ("CosineDecay", (0.1, 100), {"alpha": 0.1}),
    "cosine_warmup": ("CosineDecay", (0.01, 100), {"alpha": 0.1, "warmup_target": 0.1, "warmup_steps": 30}),
    "cosine_warmup_from_zero": ("CosineDecay", (0.0, 100), {"warmup_target": 0.1, "warmup_steps": 30}),
    "restarts": ("CosineDecayRestarts", (0.1, 10), {}),
    "restarts_equal": ("CosineDecayRestarts", (0.1, 10), {"t_mul": 1.0, "m_mul": 0.9, "alpha": 0.1}),
    "restarts_shrinking": ("CosineDecayRestarts", (0.1, 10), {"t_mul": 1.5, "m_mul": 0.5}),
}

TORCH_SCHEDULES = {
    "one_cycle": {"total_steps": 100},
    "one_cycle_linear": {"total_steps": 100, "anneal_strategy": "linear", "pct_start": 0.2},
    "one_cycle_three_phases": {"total_steps": 150, "three_phase": True, "div_factor": 10.0, "final_div_factor": 100.0},
}


def number(value):
    """Returns an exact value: Keras uses the dtype of a schedule's first argument."""
    return np.float64(value) if isinstance(value, float) else value


def write_schedules():
    set_dtype("float64")
    values = {"steps": STEPS_OF_SCHEDULES}
    momenta = {}
    for name, (kind, arguments, options) in KERAS_SCHEDULES.items():
        arguments = [[*map(number, value)] if isinstance(value, list) else number(value) for value in arguments]
        schedule = getattr(schedules, kind)(*arguments, **{key: number(value) for key, value in options.items()})
        steps = [np.int64(step) if kind == "PiecewiseConstantDecay" else np.float64(step) for step in STEPS_OF_SCHEDULES]
        values[name] = [np.float64(schedule(step)) for step in steps]
    for name, options in TORCH_SCHEDULES.items():
        values[name], momenta[f"{name}.momentum"] = one_cycle(options)
    comments = [
        "float64: the learning rates before which so many steps were made, of Keras's schedules and PyTorch's OneCycleLR",
        "OneCycleLR ends at its last step: its last value is repeated for the steps after that",
    ]
    write("schedules.txt", comments, values | momenta)


def one_cycle(options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, **options)
    group = optimizer.param_groups[0]
    rates, momenta = [scheduler.get_last_lr()[0]], [group["momentum"]]
    for _ in range(options["total_steps"] - 1):
        optimizer.step()
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
        momenta.append(group["momentum"])
    return [[values[min(step, len(values) - 1)] for step in STEPS_OF_SCHEDULES] for values in (rates, momenta)]


if __name__ == "__main__":
    main()
