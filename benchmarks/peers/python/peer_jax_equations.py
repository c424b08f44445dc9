"""JAX on equations: a step on the mean squared residual, with Adam, in one jitted `lax.scan` over many steps.

Automatic variants: `gradients` (the gradient of the gradient), `hessian` (forward over reverse), `forward` (forward over
forward), `jet` (Taylor series). By hand: `streams` (values and derivatives layer by layer, a product for each) and `stacked`
(one product for all of them).
"""

import os
import sys

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
os.environ["JAX_PLATFORMS"] = "cpu"

import functools

import protocol

try:
    import jax
    import jax.numpy as jnp
    from jax.experimental import jet
except ImportError:
    protocol.decline("module `jax` is missing: pip install jax")

jax.config.update("jax_enable_x64", sys.argv[1].endswith("d"))

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
STEPS_A_CALL = {"1": 40, "2": 10, "3": 2}


def network(parameters, x):
    for layer, (w, b) in enumerate(parameters):
        x = jnp.tanh(x) if layer else x
        x = x @ w + b
    return x


def gradients(parameters, x, second):
    u = lambda point: network(parameters, point)[0]
    first = jax.grad(u)

    def of_point(point):
        derivatives = first(point)
        return u(point), derivatives, [jax.grad(lambda p, i=i: first(p)[i])(point)[i] for i in second]

    return jax.vmap(of_point)(x)


def hessian(parameters, x, second):
    u = lambda point: network(parameters, point)[0]

    def of_point(point):
        matrix = jax.hessian(u)(point)
        return u(point), jax.grad(u)(point), [matrix[i, i] for i in second]

    return jax.vmap(of_point)(x)


def forward(parameters, x, second):
    u = lambda x: network(parameters, x)[:, 0]
    direction = lambda i: jnp.zeros_like(x).at[:, i].set(1)
    along = lambda i: lambda x: jax.jvp(u, (x,), (direction(i),))
    first, seconds = [], []
    for i in range(2):
        if i in second:
            (values, derivatives), (_, curvature) = jax.jvp(along(i), (x,), (direction(i),))
            seconds.append(curvature)
        else:
            values, derivatives = along(i)(x)
        first.append(derivatives)
    return values, jnp.stack(first, 1), seconds


def taylor(parameters, x, second):
    u = lambda x: network(parameters, x)[:, 0]
    first, seconds = [], []
    for i in range(2):
        direction = jnp.zeros_like(x).at[:, i].set(1)
        if i in second:
            values, (derivatives, curvature) = jet.jet(u, (x,), ((direction, jnp.zeros_like(x)),))
            seconds.append(curvature)
        else:
            values, derivatives = jax.jvp(u, (x,), (direction,))
        first.append(derivatives)
    return values, jnp.stack(first, 1), seconds


def by_hand(parameters, x, second, product):
    """Values, two first derivatives, and the sum of the second ones: that is all that the equations need."""
    zeros = jnp.zeros_like(x)
    streams = [x, zeros.at[:, 0].set(1), zeros.at[:, 1].set(1), zeros]
    for layer, (w, b) in enumerate(parameters):
        if layer:
            z, z0, z1, zz = streams
            y = jnp.tanh(z)
            d = 1 - y * y
            squares = sum((z0, z1)[i] ** 2 for i in second)
            streams = [y, d * z0, d * z1, d * zz - 2 * y * d * squares]
        streams = product(streams, w)
        streams[0] = streams[0] + b
    u, u0, u1, uu = (stream[:, 0] for stream in streams)
    return u, jnp.stack([u0, u1], 1), [uu]


def separate(streams, w):
    return [stream @ w for stream in streams]


def stacked(streams, w):
    return jnp.split(jnp.concatenate(streams) @ w, len(streams))


DERIVATIVES = {
    "gradients": gradients,
    "hessian": hessian,
    "forward": forward,
    "jet": taylor,
    "streams": functools.partial(by_hand, product=separate),
    "stacked": functools.partial(by_hand, product=stacked),
}


def residual(equation, x, u, first, second):
    if equation == "poisson":
        return sum(second) + 2 * jnp.pi**2 * jnp.sin(jnp.pi * x[:, 0]) * jnp.sin(jnp.pi * x[:, 1])
    if equation == "burgers":
        return first[:, 1] + u * first[:, 0] - 0.01 / jnp.pi * second[0]
    return first[:, 1] - 1e-4 * second[0] + 5 * (u**3 - u)


def peer(workload, variant):
    equation = workload.loss
    second = (0, 1) if equation == "poisson" else (0,)
    parameters = [(jnp.array(w), jnp.array(b)) for w, b in workload.parameters()]
    x = jnp.array(workload.points())

    def loss(parameters, x):
        return jnp.mean(residual(equation, x, *DERIVATIVES[variant](parameters, x, second)) ** 2)

    def step(state, _, x):
        parameters, m, v, t = state
        gradient = jax.grad(loss)(parameters, x)
        t = t + 1
        m = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, m, gradient)
        v = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, v, gradient)
        scale_m, scale_v = 1 / (1 - BETA_1**t), 1 / (1 - BETA_2**t)
        parameters = jax.tree.map(
            lambda p, m, v: p - RATE * (m * scale_m) / (jnp.sqrt(v * scale_v) + EPSILON), parameters, m, v
        )
        return (parameters, m, v, t), None

    @functools.partial(jax.jit, static_argnums=2, donate_argnums=0)
    def steps_of(state, x, length):
        return jax.lax.scan(lambda state, _: step(state, _, x), state, None, length=length)[0]

    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    state = [(parameters, zeros(), zeros(), jnp.array(0, x.dtype))]
    unit = STEPS_A_CALL[workload.name[1]]

    def run(steps):
        while steps > 0:
            length = min(steps, unit)
            state[0] = steps_of(state[0], x, length)
            steps -= length
        jax.block_until_ready(state[0])

    run.unit = unit
    return run, lambda: float(jax.jit(loss)(state[0][0], x))


protocol.serve(jax.__version__, peer)
