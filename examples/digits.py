"""scikit-learn's answer to `digits.rs`: `pip install scikit-learn`.

It reads lines, a seed, a number of epochs and the rows of the test, and answers each with an accuracy and the seconds of the
training.
"""

import os
import sys
import time
import warnings

# One thread, as the example has.
for library in ["OMP", "OPENBLAS", "MKL"]:
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

# The number of epochs is given; that the loss still falls is no matter.
warnings.simplefilter("ignore", ConvergenceWarning)
digits = load_digits()
x, y = (digits.data / 16).astype(np.float32), digits.target

for line in sys.stdin:
    seed, epochs, *test = map(int, line.split())
    train = np.setdiff1d(np.arange(len(y)), test)
    model = MLPClassifier(
        hidden_layer_sizes=(64,),
        activation="relu",
        solver="adam",
        learning_rate_init=1e-3,
        batch_size=32,
        alpha=0,
        max_iter=epochs,
        n_iter_no_change=epochs + 1,
        random_state=seed,
    )
    start = time.perf_counter()
    model.fit(x[train], y[train])
    seconds = time.perf_counter() - start
    print(model.score(x[test], y[test]), seconds, flush=True)
