"""Writes least_squares.txt with the iterations of MINPACK's lmder, as SciPy's `least_squares(method="lm")` calls it.

    pip install scipy
    python tests/goldens/least_squares.py

The points at which lmder asks for a Jacobian are its accepted points. The functions are some of nist.txt, from the first start,
and the network 1-3-1 with tanh on a sine, whose parameters lie layer by layer: the weights column by column, then the
biases.
"""

from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import least_squares

FOLDER = Path(__file__).parent
NIST = dict(
    line.split(": ") for line in (FOLDER / "nist.txt").read_text().splitlines() if not line.startswith("#")
)
MODELS = {
    "Misra1a": lambda b, x: b[0] * (1 - np.exp(-b[1] * x)),
    "MGH09": lambda b, x: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
    "Thurber": lambda b, x: (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3),
    "Rat43": lambda b, x: b[0] / (1 + np.exp(b[1] - b[2] * x)) ** (1 / b[3]),
}
SIZES = [1, 3, 1]


def numbers(name):
    return np.array([float(number) for number in NIST[name].split()])


def complex_step(model, b):
    """Returns the Jacobian, exact to rounding."""
    rows = []
    for index in range(len(b)):
        moved = b.astype(complex)
        moved[index] += 1e-200j
        rows.append(model(moved).imag / 1e-200)
    return np.array(rows).T


def network(b, x):
    value, first = x[:, None], 0
    for inputs, outputs in zip(SIZES[:-1], SIZES[1:]):
        weights = b[first : first + inputs * outputs].reshape(outputs, inputs, order="F")
        first += inputs * outputs
        value = value @ weights.T + b[first : first + outputs]
        first += outputs
        value = np.tanh(value) if outputs > 1 else value
    return value[:, 0]


def iterations(residuals, start, count):
    """Returns the accepted points of at most `count` iterations."""
    points = []

    def jacobian(b):
        points.append(b.copy())
        if len(points) > count:
            raise StopIteration
        return complex_step(residuals, b)

    try:
        least_squares(residuals, start, jacobian, method="lm", x_scale="jac", ftol=1e-15, xtol=1e-15, gtol=1e-15)
    except StopIteration:
        pass
    return np.array(points)


if __name__ == "__main__":
    lines = [f"# made by tests/goldens/least_squares.py with SciPy {scipy.__version__}"]
    for name, model in MODELS.items():
        x, y = numbers(f"{name} x"), numbers(f"{name} y")
        points = iterations(lambda b: model(b, x) - y, numbers(f"{name} start1"), 12)
        lines.append(f"{name}: " + " ".join(repr(float(value)) for value in points.ravel()))
    random = np.random.default_rng(3)
    start = np.concatenate([
        part
        for inputs, outputs in zip(SIZES[:-1], SIZES[1:])
        for part in (2 * random.normal(size=inputs * outputs), random.normal(size=outputs))
    ])
    x = np.linspace(-1, 1, 200)
    points = iterations(lambda b: (network(b, x) - np.sin(3 * x)) / np.sqrt(200), start, 12)
    lines.append("start: " + " ".join(repr(float(value)) for value in start))
    losses = [np.sum(((network(b, x) - np.sin(3 * x)) / np.sqrt(200)) ** 2) for b in points]
    lines.append("losses: " + " ".join(repr(float(value)) for value in losses))
    lines.append("sixth: " + " ".join(repr(float(value)) for value in points[6]))
    Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")
