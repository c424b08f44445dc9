"""JAX: one jitted `lax.scan` over many steps.

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
STEPS_A_CALL = {"W1": 1000, "W2": 200, "W3": 500, "W4": 5, "W5": 20}


def peer(workload, variant):
    columns = variant.startswith("columns")
    unroll = 8 if variant.endswith("unrolled") else 1
    activation = jax.nn.relu if workload.activation == "relu" else jnp.tanh
    turn = (lambda a: np.ascontiguousarray(a.T)) if columns else (lambda a: a)
    parameters = [
        (jnp.array(turn(w)), jnp.array(b[:, None] if columns else b)) for w, b in workload.parameters()
    ]
    x = jnp.array(turn(workload.x()))
    y = jnp.array(turn(workload.y()) if workload.loss == "mse" else workload.y())

    def forward(parameters, x):
        for layer, (w, b) in enumerate(parameters):
            x = activation(x) if layer else x
            x = w @ x + b if columns else x @ w + b
        return x

    def loss(parameters, x, y):
        outputs = forward(parameters, x)
        if workload.loss == "mse":
            return jnp.mean(jnp.square(outputs - y))
        classes = 0 if columns else 1
        picked = jnp.take_along_axis(jax.nn.log_softmax(outputs, classes), jnp.expand_dims(y, classes), classes)
        return -jnp.mean(picked)

    def step(state, _, x, y):
        parameters, m, v, t = state
        gradient = jax.grad(loss)(parameters, x, y)
        t = t + 1
        m = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, m, gradient)
        v = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, v, gradient)
        scale_m, scale_v = 1 / (1 - BETA_1**t), 1 / (1 - BETA_2**t)
        parameters = jax.tree.map(
            lambda p, m, v: p - RATE * (m * scale_m) / (jnp.sqrt(v * scale_v) + EPSILON), parameters, m, v
        )
        return (parameters, m, v, t), None

    @functools.partial(jax.jit, static_argnums=3, donate_argnums=0)
    def steps_of(state, x, y, length):
        body = lambda state, _: step(state, _, x, y)
        return jax.lax.scan(body, state, None, length=length, unroll=min(unroll, length))[0]

    if workload.training:
        return training(workload, parameters, x, y, steps_of, jax.jit(loss))
    predict = jax.jit(forward)

    @jax.jit
    def predict_after(parameters, x, first):
        output = forward(parameters, x)
        return x.at[0, 0].set(first + 1e-3 * output[0, 0])

    def run(steps):
        if workload.task == "latency":
            fed, first = x, x[0, 0]
            for _ in range(steps):
                fed = predict_after(parameters, fed, first)
            fed.block_until_ready()
        else:
            for _ in range(steps):
                predict(parameters, x).block_until_ready()

    return run, lambda: float(predict(parameters, x)[0, 0])


def training(workload, parameters, x, y, steps_of, loss):
    zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
    state = [(parameters, zeros(), zeros(), jnp.float32(0))]
    unit = STEPS_A_CALL[workload.name]

    def run(steps):
        while steps > 0:
            length = min(steps, unit)
            state[0] = steps_of(state[0], x, y, length)
            steps -= length
        jax.block_until_ready(state[0])

    run.unit = unit
    return run, lambda: float(loss(state[0][0], x, y))


protocol.serve(jax.__version__, peer)
