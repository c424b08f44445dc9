"""Writes derivatives.txt with JAX.

    pip install -r tests/goldens/derivatives-requirements.txt
    python tests/goldens/derivatives.py

Small networks of two inputs and one output at 40 points, in double precision: the values, first and second derivatives and
the Laplacian by `jacfwd` and `hessian`, the mean square of a residual, and its gradient by the parameters by `grad`. The
parameters are `0.6 sin(1.1 i)` at index `i` of the network's block of scalars, in which weights are column-major.
"""

from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
MADE_BY = f"made by tests/goldens/derivatives.py with JAX {jax.__version__}"
POINTS = 40


class Reader:
    """Reads arrays from the block of scalars, one after the other."""

    def __init__(self, parameters):
        self.parameters, self.first = parameters, 0

    def vector(self, size):
        self.first += size
        return self.parameters[self.first - size : self.first]

    def dense(self, x, outputs, activation=lambda z: z):
        weights = self.vector(x.size * outputs).reshape(x.size, outputs)
        return activation(x @ weights + self.vector(outputs))


def periodic(x, period, harmonics):
    angles = jnp.concatenate([2 * jnp.pi * jnp.arange(1, harmonics + 1) * value / period for value in x])
    return jnp.concatenate([jnp.sin(angles), jnp.cos(angles)])


def plain(read, x):
    return read.dense(read.dense(read.dense(x, 8, jnp.tanh), 8, jnp.tanh), 1)


def sines(read, x):
    return read.dense(read.dense(read.dense(x, 8, jnp.sin), 8, jnp.sin), 1)


def fourier(read, x):
    phases = 2 * jnp.pi * (x @ read.vector(2 * 3).reshape(2, 3))
    return read.dense(read.dense(jnp.concatenate([jnp.sin(phases), jnp.cos(phases)]), 5, jnp.tanh), 1)


def periodic_first(read, x):
    features = jnp.concatenate([x[1:], periodic(x[:1], 1.5, 2)])
    return read.dense(read.dense(features, 6, jax.nn.silu), 1)


def periodic_both(read, x):
    return read.dense(read.dense(periodic(x, 3.0, 2), 4, jnp.tanh), 1)


def activations(read, x):
    x = read.dense(x, 5, partial(jax.nn.gelu, approximate=False))
    x = read.dense(x, 5, jax.nn.softplus)
    x = read.dense(x, 5, jax.nn.sigmoid)
    x = read.dense(x, 5, jax.nn.elu)
    return read.dense(read.dense(x, 4, jax.nn.softmax), 1)


def normalized(read, x):
    x = read.dense(x, 6, jnp.tanh)
    gamma, beta = read.vector(6), read.vector(6)
    x = gamma * (x - x.mean()) / jnp.sqrt(x.var() + 1e-3) + beta
    x = read.dense(x, 5, jax.nn.selu)
    x = read.vector(5) * x / jnp.sqrt(jnp.mean(x * x) + 1e-6)
    x = read.dense(x, 4, jnp.exp)
    return read.dense(x / jnp.sqrt(jnp.sum(x * x)), 1)


def branches(read, x):
    """Weights that are shared, products, and a part of the input that skips a layer."""
    left, right = read.dense(x, 4, jnp.tanh), read.dense(x, 4, jnp.sin)
    weights, bias = read.vector(4 * 4).reshape(4, 4), read.vector(4)
    shared = [jax.nn.softplus(value @ weights + bias) for value in (left, right)]
    product = shared[0] * shared[1] - left
    return read.dense(jnp.concatenate([product, x[:1]]), 1)


NETWORKS = {network.__name__: network for network in
            (plain, sines, fourier, periodic_first, periodic_both, activations, normalized, branches)}


def values(parameters, network, point):
    return network(Reader(parameters), point)[0]


def residual(parameters, network, point):
    u = values(parameters, network, point)
    gradient = jax.grad(values, 2)(parameters, network, point)
    hessian = jax.hessian(values, 2)(parameters, network, point)
    return gradient[1] + u * gradient[0] - 0.3 * hessian[0, 0] + u * hessian[0, 1] + 0.1 * (hessian[0, 0] + hessian[1, 1])


def loss(parameters, network, points):
    return jnp.mean(jax.vmap(partial(residual, parameters, network))(points) ** 2)


def count(network):
    reader = Reader(jnp.zeros(1000))
    network(reader, jnp.zeros(2))
    return reader.first


def line(name, numbers):
    return f"{name}: {' '.join(repr(float(number)) for number in np.ravel(numbers))}"


row = np.arange(POINTS)
points = jnp.array(np.stack([np.sin(row * 0.7) * 1.3, np.cos(row * 1.9) * 0.9], axis=1))
lines = [f"# {MADE_BY}", line("points", points)]
for name, network in NETWORKS.items():
    parameters = 0.6 * jnp.sin(1.1 * jnp.arange(count(network)))
    each = jax.vmap(partial(values, parameters, network))
    gradients = jax.vmap(jax.grad(partial(values, parameters, network)))(points)
    hessians = jax.vmap(jax.hessian(partial(values, parameters, network)))(points)
    value, gradient = jax.value_and_grad(loss)(parameters, network, points)
    lines += [
        line(f"{name}.u", each(points)),
        line(f"{name}.gradient", gradients),
        line(f"{name}.hessian", hessians),
        line(f"{name}.laplacian", jnp.trace(hessians, axis1=1, axis2=2)),
        line(f"{name}.loss", value),
        line(f"{name}.parameter_gradient", gradient),
    ]
Path(__file__).with_name("derivatives.txt").write_text("\n".join(lines) + "\n")
