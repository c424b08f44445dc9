"""The part that all Python peers share. The crate `protocol` is its Rust twin and documents the messages."""

import os
import sys
import time

try:
    import numpy as np
except ImportError:
    # `serve` reports this, unless the peer reports another missing module.
    np = None

CHECKED_STEPS = 50

# Distance of the layers of two members of an ensemble.
MEMBER_LAYERS = 8


class Workload:
    def __init__(self, name, task, widths, activation, loss, batch):
        self.name, self.task, self.widths, self.activation = name, task, widths, activation
        self.loss, self.batch = loss, batch
        self.dtype = np.float64 if name.endswith("d") else np.float32

    @property
    def training(self):
        return self.task == "training"

    def x(self):
        rows, columns = np.indices((self.batch, self.widths[0]))
        return (((rows + 1) * 31 + columns * 17) % 97 / 97).astype(np.float32)

    def points(self):
        """Returns the points of an equation: the first coordinate is in [-1, 1) unless the equation is Poisson's."""
        x = self.x().astype(np.float64)
        if self.loss != "poisson":
            x[:, 0] = 2 * x[:, 0] - 1
        return x.astype(self.dtype)

    def y(self):
        if self.loss == "crossentropy":
            return np.arange(self.batch) % 10
        rows, columns = np.indices((self.batch, self.widths[-1]))
        return np.sin(rows * 0.37 + columns * 1.3).astype(np.float32)

    def parameters(self, member=0):
        """Returns weights (inputs × outputs) and biases, layer by layer, of one network or of a member of an ensemble."""
        return [
            (weights(MEMBER_LAYERS * member + layer, inputs, outputs).astype(self.dtype), np.zeros(outputs, self.dtype))
            for layer, (inputs, outputs) in enumerate(zip(self.widths, self.widths[1:]))
        ]


def weights(layer, inputs, outputs):
    limit = np.sqrt(6 / (inputs + outputs))
    x = (np.uint32(layer << 24) | np.arange(inputs * outputs, dtype=np.uint32)).astype(np.uint64)
    x = ((x ^ x >> 16) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ x >> 15) * 0x846CA68B) & 0xFFFFFFFF
    x = x ^ x >> 16
    unit = (x >> 8).astype(np.float64) / (1 << 24)
    return (limit * (2 * unit - 1)).astype(np.float32).reshape(inputs, outputs)


NETWORKS = {
    "1": ([1, 10, 10, 1], "relu", "mse", 1000),
    "2": ([784, 128, 10], "relu", "crossentropy", 128),
    "3": ([17, 64, 64, 6], "tanh", "mse", 256),
    "4": ([512, 512, 512, 512], "relu", "mse", 512),
    "5": ([32, 256, 256, 1], "relu", "mse", 1024),
}

EQUATIONS = {
    "1": ([2, 64, 64, 64, 1], "poisson", 1024),
    "2": ([2] + 8 * [20] + [1], "burgers", 2540),
    "3": ([2] + 4 * [128] + [1], "allen-cahn", 4096),
}


def workload(name):
    if name.startswith("E"):
        widths, equation, batch = EQUATIONS[name[1]]
        return Workload(name, "training", widths, "tanh", equation, batch)
    widths, activation, loss, batch = NETWORKS[name[1]]
    if name == "I3b":
        return Workload(name, "throughput", widths, activation, loss, 1024)
    if name.startswith("I"):
        return Workload(name, "latency", widths, activation, loss, 1)
    return Workload(name, "training", widths, activation, loss, batch)


def say(line):
    print(line, flush=True)


def decline(reason):
    say(f"no {reason}")
    sys.exit()


def serve(version, peer):
    """Runs a peer. `peer(workload, variant)` returns `run(steps)` and `check()`.

    A peer that must do many steps at once sets `run.unit`; then `steps` is a multiple of it. Of variants joined by `|`,
    the fastest is kept.
    """
    if np is None:
        decline("module `numpy` is missing: pip install numpy")
    wanted = workload(sys.argv[1])
    variants = "".join(sys.argv[2:3]).split("|")
    chosen = variants[0]
    if len(variants) > 1:
        chosen = min(variants, key=lambda variant: trial(peer(wanted, variant)[0]))
        version += f" {chosen}"
    run, check = peer(wanted, chosen)
    unit = getattr(run, "unit", 1)
    if wanted.training:
        run(CHECKED_STEPS)
    checked = check()
    steps = calibrate(run, unit)
    say(f"ready {checked:.6f} {steps} {version}")
    for line in sys.stdin:
        if line.strip() != "block":
            break
        say(f"{measure(run, steps) * 1e6 / steps:.6f}")
    # Skips the slow shutdown of the frameworks.
    os._exit(0)


def trial(run):
    """Returns the seconds per step, roughly."""
    steps = calibrate(run, getattr(run, "unit", 1))
    return min(measure(run, steps) for _ in range(3)) / steps


def calibrate(run, unit):
    wanted = int(os.environ.get("BLOCK_MILLISECONDS", 150)) / 1000
    steps = unit
    run(steps)
    while True:
        seconds = measure(run, steps)
        if seconds >= wanted:
            return steps
        steps = -(-int(steps * min(max(wanted / max(seconds, 1e-9), 1.2), 10) + 1) // unit) * unit


def measure(run, steps):
    start = time.perf_counter()
    run(steps)
    return time.perf_counter() - start


def feed(predict, x, steps):
    """Runs `steps` predictions, each of which depends on the previous one. `predict` maps the array `x` to rows."""
    first = x[0, 0]
    for _ in range(steps):
        x[0, 0] = first + 1e-3 * predict(x)[0, 0]
    x[0, 0] = first
