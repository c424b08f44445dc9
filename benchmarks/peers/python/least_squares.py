"""An iteration of Levenberg-Marquardt: mlp, JAX and SciPy in turns, on the tutorial's network with tanh in f64.

    pip install "jax[cpu]" scipy
    python3 benchmarks/peers/python/least_squares.py

An iteration is the residuals, their Jacobian by the 141 parameters, the normal equations, a damped Cholesky solution, and the
loss at the new parameters. JAX does all of it in one jitted function, with the faster of `vmap(grad)` and `jacfwd`. SciPy is
`least_squares(method="lm")`, MINPACK on the whole Jacobian, which JAX computes. All use one thread and one core.
"""

import functools
import os
import pathlib
import re
import statistics
import subprocess
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
os.environ["JAX_PLATFORMS"] = "cpu"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

jax.config.update("jax_enable_x64", True)

ROOT = pathlib.Path(__file__).parents[3]
WIDTHS = [1, 10, 10, 1]
X = np.linspace(0, 2 * np.pi, 1000)
Y = np.sin(X)
ROUNDS, ITERATIONS = 5, 30


def start():
    generator = np.random.default_rng(0)
    parts = []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        limit = np.sqrt(6 / (inputs + outputs))
        parts += [generator.uniform(-limit, limit, inputs * outputs), np.zeros(outputs)]
    return np.concatenate(parts)


def predict(parameters, x):
    value, first = jnp.atleast_1d(x), 0
    for layer, (inputs, outputs) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        value = jnp.tanh(value) if layer else value
        weights = parameters[first : first + inputs * outputs].reshape(inputs, outputs)
        first += inputs * outputs
        value = value @ weights + parameters[first : first + outputs]
        first += outputs
    return value[0]


def residuals(parameters):
    return jax.vmap(lambda x: predict(parameters, x))(X) - Y


JACOBIANS = {
    "vmap(grad)": lambda parameters: jax.vmap(lambda x: jax.grad(predict)(parameters, x))(X),
    "jacfwd": jax.jacfwd(residuals),
}


@functools.partial(jax.jit, static_argnums=2)
def iterate(parameters, damping, jacobian):
    r, j = residuals(parameters), JACOBIANS[jacobian](parameters)
    gram = j.T @ j
    damped = gram + damping * jnp.diag(jnp.diag(gram) + 1e-12)
    step = jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(damped), j.T @ r)
    better = jnp.sum(residuals(parameters - step) ** 2) < jnp.sum(r**2)
    return jnp.where(better, parameters - step, parameters), jnp.where(better, damping / 3, damping * 2)


def of_jax(jacobian):
    state = (jnp.array(start()), jnp.array(1e-2))
    begin = time.perf_counter()
    for _ in range(ITERATIONS):
        state = iterate(*state, jacobian)
    jax.block_until_ready(state)
    return 1e3 * (time.perf_counter() - begin) / ITERATIONS


compiled = jax.jit(residuals), jax.jit(JACOBIANS["vmap(grad)"])


def of_scipy():
    function = lambda parameters: np.asarray(compiled[0](parameters))
    derivative = lambda parameters: np.asarray(compiled[1](parameters))
    begin = time.perf_counter()
    result = least_squares(function, start(), derivative, method="lm", x_scale="jac", max_nfev=ITERATIONS)
    # MINPACK computes a Jacobian for each accepted step.
    return 1e3 * (time.perf_counter() - begin) / max(result.njev or ITERATIONS, 1)


def of_mlp(command):
    text = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return float(re.search(r"141 parameters, 1000 samples: ([\d.]+) ms", text)[1])


def main():
    command = ["cargo", "bench", "--quiet", "--bench", "least_squares", "--"]
    peers = {"mlp": lambda: of_mlp(command), "scipy": of_scipy}
    peers |= {f"jax {name}": functools.partial(of_jax, name) for name in JACOBIANS}
    times = {name: [] for name in peers}
    for run in peers.values():
        run()
    for _ in range(ROUNDS):
        for name, run in peers.items():
            times[name].append(run())
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:16} {median:7.3f} ms an iteration, mlp / {name}: {medians['mlp'] / median:.3f}")


main()
