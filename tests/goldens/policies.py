"""Writes policies.txt with PyTorch's distributions.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/policies.py

60 samples of three components, or of five classes, in double precision. The last 20 samples are far in the saturation of
`tanh` and of softmax. A gradient is that of `weight_log_prob * log_prob + weight_entropy * entropy`, or, of a sample, that of
`weight_action · action + weight_log_prob * log_prob`.

PyTorch has no entropy of a squashed Gaussian. It is integrated here on a fine grid.
"""

from pathlib import Path

import numpy as np
import torch
from torch.distributions import Categorical, Independent, Normal, TransformedDistribution
from torch.distributions.transforms import TanhTransform

SAMPLES, COMPONENTS, CLASSES = 60, 3, 5
MADE_BY = f"made by tests/goldens/policies.py with PyTorch {torch.__version__.partition('+')[0]}"
random = np.random.default_rng(0)
saturated = np.where(np.arange(SAMPLES) < 40, 1.0, 30.0)[:, None]


def tensor(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


inputs = {
    "mean": random.normal(size=(SAMPLES, COMPONENTS)) * saturated,
    "log_std": random.normal(size=(SAMPLES, COMPONENTS)) * 0.7 - 0.5,
    "noise": random.normal(size=(SAMPLES, COMPONENTS)),
    "logits": random.normal(size=(SAMPLES, CLASSES)) * 2.0 * saturated,
    "class": random.integers(CLASSES, size=(SAMPLES, 1)),
    "weight_log_prob": random.normal(size=(SAMPLES, 1)),
    "weight_entropy": random.normal(size=(SAMPLES, 1)),
    "weight_action": random.normal(size=(SAMPLES, COMPONENTS)),
}
noise = torch.tensor(inputs["noise"])
classes = torch.tensor(inputs["class"][:, 0])
weight_log_prob, weight_entropy = (torch.tensor(inputs[f"weight_{name}"][:, 0]) for name in ("log_prob", "entropy"))
weight_action = torch.tensor(inputs["weight_action"])


def numbers(value):
    return value.detach().numpy()


def gradient(scalar, *outputs):
    return np.hstack([numbers(part) for part in torch.autograd.grad(scalar, outputs, retain_graph=True)])


def squashed_entropy(mean, std):
    """Integrates −p ln p of the action over the value before `tanh`."""
    grid = torch.linspace(-12, 12, 100_001, dtype=torch.float64)
    u = mean[..., None] + std[..., None] * grid
    density = torch.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
    log_density = -(grid**2) / 2 - torch.log(std)[..., None] - np.log(2 * np.pi) / 2
    log_density = log_density - 2 * (np.log(2) - u - torch.nn.functional.softplus(-2 * u))
    return -torch.trapezoid(density * log_density, grid).sum(-1)


def gaussian_lines(name, squashed):
    mean, log_std = tensor(inputs["mean"]), tensor(inputs["log_std"])
    policy = Independent(Normal(mean, log_std.exp()), 1)
    if squashed:
        # The cache keeps the value before `tanh` of the last sample.
        policy = TransformedDistribution(policy, TanhTransform(cache_size=1))
    before = mean + log_std.exp() * noise
    action = policy.transforms[0](before) if squashed else before
    log_prob = policy.log_prob(action)
    yield f"{name}.action", numbers(action)
    yield f"{name}.log_prob", numbers(log_prob)

    scalar = (weight_action * action).sum() + (weight_log_prob * log_prob).sum()
    yield f"{name}.sample_gradient", gradient(scalar, mean, log_std)

    entropy = squashed_entropy(mean, log_std.exp()) if squashed else policy.entropy()
    # A constant action. Its density after `tanh` differs by a constant factor, without a gradient.
    log_prob = Independent(Normal(mean, log_std.exp()), 1).log_prob(before.detach())
    scalar = (weight_log_prob * log_prob).sum() + (weight_entropy * entropy).sum()
    yield f"{name}.entropy", numbers(entropy)
    yield f"{name}.gradient", gradient(scalar, mean, log_std)


def categorical_lines():
    logits = tensor(inputs["logits"])
    policy = Categorical(logits=logits)
    log_prob, entropy = policy.log_prob(classes), policy.entropy()
    scalar = (weight_log_prob * log_prob).sum() + (weight_entropy * entropy).sum()
    yield "categorical.log_prob", numbers(log_prob)
    yield "categorical.entropy", numbers(entropy)
    yield "categorical.mode", numbers(policy.mode)
    yield "categorical.gradient", gradient(scalar, logits)


lines = [f"# {MADE_BY}"]
for name, values in [
    *inputs.items(),
    *gaussian_lines("gaussian", False),
    *gaussian_lines("squashed_gaussian", True),
    *categorical_lines(),
]:
    lines.append(f"{name}: {' '.join(map(str, np.ravel(values)))}")
(Path(__file__).parent / "policies.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
