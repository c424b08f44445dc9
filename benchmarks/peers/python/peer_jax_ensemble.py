"""JAX: `vmap` over 32 networks, a step of each in one jitted `lax.scan` over many steps.

Variants: `rows` (one sample per row) and `columns` (one sample per column), each also with `-unrolled`: eight steps per
iteration of the loop.
"""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
os.environ["JAX_PLATFORMS"] = "cpu"

import functools

import protocol

try:
    import jax
    import jax.numpy as jnp
    import numpy as np
except ImportError:
    protocol.decline("module `jax` is missing: pip install jax")

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
MEMBERS = 32
STEPS_A_CALL = 50


def peer(workload, variant):
    columns = variant.startswith("columns")
    unroll = 8 if variant.endswith("unrolled") else 1
    turn = (lambda a: np.ascontiguousarray(a.T)) if columns else (lambda a: a)
    members = [
        [(turn(w), b[:, None] if columns else b) for w, b in workload.parameters(member)] for member in range(MEMBERS)
    ]
    # The first axis of each array is that of the members.
    parameters = jax.tree.map(lambda *arrays: jnp.stack(arrays), *members)
    x, y = jnp.array(turn(workload.x())), jnp.array(turn(workload.y()))

    def loss(parameters, x, y):
        for layer, (w, b) in enumerate(parameters):
            x = jax.nn.relu(x) if layer else x
            x = w @ x + b if columns else x @ w + b
        return jnp.mean(jnp.square(x - y))

    def step_of_member(parameters, m, v, t, x, y):
        gradient = jax.grad(loss)(parameters, x, y)
        m = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, m, gradient)
        v = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, v, gradient)
        scale_m, scale_v = 1 / (1 - BETA_1**t), 1 / (1 - BETA_2**t)
        parameters = jax.tree.map(
            lambda p, m, v: p - RATE * (m * scale_m) / (jnp.sqrt(v * scale_v) + EPSILON), parameters, m, v
        )
        return parameters, m, v

    step_of_all = jax.vmap(step_of_member, in_axes=(0, 0, 0, None, None, None))

    def step(state, _, x, y):
        parameters, m, v, t = state
        return (*step_of_all(parameters, m, v, t + 1, x, y), t + 1), None

    @functools.partial(jax.jit, static_argnums=3, donate_argnums=0)
    def steps_of(state, x, y, length):
        body = lambda state, _: step(state, _, x, y)
        return jax.lax.scan(body, state, None, length=length, unroll=min(unroll, length))[0]

    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    state = [(parameters, zeros(), zeros(), jnp.float32(0))]
    losses = jax.jit(jax.vmap(loss, in_axes=(0, None, None)))

    def run(steps):
        while steps > 0:
            length = min(steps, STEPS_A_CALL)
            state[0] = steps_of(state[0], x, y, length)
            steps -= length
        jax.block_until_ready(state[0])

    run.unit = STEPS_A_CALL
    return run, lambda: float(jnp.mean(losses(state[0][0], x, y)))


protocol.serve(jax.__version__, peer)
