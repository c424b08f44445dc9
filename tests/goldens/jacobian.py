"""Writes jacobian.txt with the Jacobian of a network by its parameters, by JAX.

    pip install -r tests/goldens/derivatives-requirements.txt
    python tests/goldens/jacobian.py

The network is 3-6-5-2 with tanh, sigmoid and no activation. Its parameters lie layer by layer: the weights column by column,
then the biases. A row of the Jacobian is an output of a sample.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
SIZES = [3, 6, 5, 2]
ACTIVATIONS = [jnp.tanh, jax.nn.sigmoid, lambda z: z]
SAMPLES = 20


def network(parameters, x):
    first = 0
    for inputs, outputs, activation in zip(SIZES[:-1], SIZES[1:], ACTIVATIONS):
        weights = parameters[first : first + inputs * outputs].reshape(inputs, outputs)
        first += inputs * outputs
        x = activation(x @ weights + parameters[first : first + outputs])
        first += outputs
    return x


if __name__ == "__main__":
    random = np.random.default_rng(0)
    count = sum((inputs + 1) * outputs for inputs, outputs in zip(SIZES[:-1], SIZES[1:]))
    parameters, x = random.normal(size=count), random.normal(size=(SAMPLES, SIZES[0]))
    jacobian = jax.vmap(jax.jacrev(network), in_axes=(None, 0))(parameters, x)
    lines = [f"# made by tests/goldens/jacobian.py with JAX {jax.__version__}"]
    for name, values in {"parameters": parameters, "x": x, "jacobian": np.asarray(jacobian)}.items():
        lines.append(f"{name}: " + " ".join(repr(float(value)) for value in values.ravel()))
    Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")
