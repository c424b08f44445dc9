"""Trains the network of `digits.rs` with scikit-learn, from 10 seeds: `pip install scikit-learn`."""

import os
import time
import warnings

# One thread, as in the example.
for library in ["OMP", "OPENBLAS", "MKL"]:
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

EPOCHS, SEEDS = 60, 10

# The number of epochs is fixed, as in the example.
warnings.simplefilter("ignore", ConvergenceWarning)
digits = load_digits()
x, y = (digits.data / 16).astype(np.float32), digits.target

accuracies = []
for seed in range(SEEDS):
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)
    model = MLPClassifier(
        hidden_layer_sizes=(64,),
        activation="relu",
        solver="adam",
        learning_rate_init=1e-3,
        batch_size=32,
        alpha=0,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS + 1,
        random_state=seed,
    )
    start = time.perf_counter()
    model.fit(x_train, y_train)
    seconds = time.perf_counter() - start
    accuracies.append(model.score(x_test, y_test))
    print(f"seed {seed}: {EPOCHS} epochs in {seconds:.2f} s, accuracy {accuracies[-1]:.4f}")
print(f"mean accuracy {np.mean(accuracies):.4f}, from {min(accuracies):.4f} to {max(accuracies):.4f}")
