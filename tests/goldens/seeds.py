"""Trains the tutorial's network in PyTorch from 100 seeds and prints quantiles of the final losses.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/seeds.py relu

Network, data, initial distribution (Glorot uniform, zero biases) and optimizer are those of `examples/sine_seeds.rs`.
"""

import sys

import numpy as np
import torch

SEEDS, EPOCHS, WIDTHS = 100, 10_000, [1, 10, 10, 1]


def main(activation):
    torch.set_num_threads(1)
    generator = np.random.default_rng(0)
    weights, biases = [], []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        limit = np.sqrt(6 / (inputs + outputs))
        drawn = generator.uniform(-limit, limit, (SEEDS, inputs, outputs))
        weights.append(torch.tensor(drawn, dtype=torch.float32, requires_grad=True))
        biases.append(torch.zeros(SEEDS, 1, outputs, requires_grad=True))
    x = torch.linspace(0, 2 * np.pi, 1000).reshape(1, -1, 1).expand(SEEDS, -1, -1)
    y = torch.sin(x)
    optimizer = torch.optim.Adam(weights + biases, lr=1e-3, eps=1e-7)
    for _ in range(EPOCHS):
        value = x
        for layer, (weight, bias) in enumerate(zip(weights, biases)):
            value = torch.baddbmm(bias, value, weight)
            if layer < len(weights) - 1:
                value = getattr(torch, activation)(value)
        losses = ((value - y) ** 2).mean((1, 2))
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.step()
    quantiles = np.quantile(losses.detach().numpy(), [0, 0.25, 0.5, 0.75, 1])
    print(activation, "min, quartiles, max:", " ".join(f"{loss:.3e}" for loss in quantiles))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "relu")
