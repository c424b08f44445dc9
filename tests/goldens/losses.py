"""Writes losses.txt and metrics.txt with Keras 3, or with PyTorch or scikit-learn where Keras has no such loss.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/losses.py

340 samples of three outputs, in double precision: the mean loss, and the gradient of the sum with respect to the predictions
of every ninth sample, without and with sample weights. The test uses the same formulas for predictions and targets.
"""

import generate
import sklearn.metrics
from generate import keras, np, set_dtype, tensorflow, torch, write

generate.MADE_BY = generate.MADE_BY.replace("generate.py", "losses.py")
SAMPLES, OUTPUTS = 340, 3
# First of all, because a loss keeps the dtype of its construction.
set_dtype("float64")
row, column = np.indices((SAMPLES, OUTPUTS)).astype(np.float64)

logits = 2.0 * np.sin(row * 0.7 + column * 1.3)
probabilities = 0.5 + 0.49 * np.sin(row * 0.9 + column * 2.1)
numbers = 1.5 * np.sin(row * 0.31 + column * 0.7 + 1.0)
yes = ((row * 7 + column * 3) % 5 < 2).astype(np.float64)
classes = row[:, :1] % OUTPUTS
one_hot = (row % OUTPUTS == column).astype(np.float64)
shares = (1.0 + (row + column) % 3) / 6.0
counts = (row * 3 + column) % 4
weights = 0.5 + (np.arange(SAMPLES) % 4) * 0.5

losses = keras.losses
LOSSES = {
    "mean_squared_error": (losses.MeanSquaredError(), logits, numbers),
    "mean_absolute_error": (losses.MeanAbsoluteError(), logits, numbers),
    "sparse_categorical_crossentropy": (losses.SparseCategoricalCrossentropy(from_logits=True), logits, classes),
    "sparse_categorical_crossentropy_of_probabilities": (
        losses.SparseCategoricalCrossentropy(),
        probabilities,
        classes,
    ),
    "mean_absolute_percentage_error": (losses.MeanAbsolutePercentageError(), logits, numbers),
    "mean_squared_logarithmic_error": (losses.MeanSquaredLogarithmicError(), probabilities, np.abs(numbers)),
    "huber": (losses.Huber(), logits, numbers),
    "huber_delta": (losses.Huber(delta=0.3), logits, numbers),
    "log_cosh": (losses.LogCosh(), logits, numbers),
    "poisson": (losses.Poisson(), probabilities, counts),
    "binary_crossentropy": (losses.BinaryCrossentropy(from_logits=True), logits, yes),
    "binary_crossentropy_smoothed": (losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2), logits, yes),
    "binary_crossentropy_of_probabilities": (losses.BinaryCrossentropy(), probabilities, yes),
    "focal": (losses.BinaryFocalCrossentropy(from_logits=True), logits, yes),
    "focal_balanced": (
        losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.3, gamma=1.5, label_smoothing=0.1),
        probabilities,
        yes,
    ),
    "hinge": (losses.Hinge(), logits, 2 * yes - 1),
    "squared_hinge": (losses.SquaredHinge(), logits, 2 * yes - 1),
    "categorical_crossentropy": (losses.CategoricalCrossentropy(from_logits=True), logits, one_hot),
    "categorical_crossentropy_smoothed": (
        losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        logits,
        one_hot,
    ),
    "categorical_crossentropy_of_probabilities": (losses.CategoricalCrossentropy(), probabilities, shares),
    "kl_divergence": (losses.KLDivergence(), probabilities, shares),
    "cosine_similarity": (losses.CosineSimilarity(), logits, numbers),
}

metrics = keras.metrics
METRICS = {
    "cosine_similarity": (lambda: metrics.CosineSimilarity(), logits, numbers),
    "binary_accuracy": (lambda: metrics.BinaryAccuracy(), probabilities, yes),
    "categorical_accuracy": (lambda: metrics.CategoricalAccuracy(), logits, one_hot),
    "sparse_categorical_accuracy": (lambda: metrics.SparseCategoricalAccuracy(), logits, classes),
    "top_k_categorical_accuracy": (lambda: metrics.TopKCategoricalAccuracy(k=2, dtype="float32"), logits, one_hot),
    "sparse_top_k_categorical_accuracy": (
        lambda: metrics.SparseTopKCategoricalAccuracy(k=2, dtype="float32"),
        logits,
        classes,
    ),
    "precision": (lambda: metrics.Precision(), probabilities, yes),
    "recall": (lambda: metrics.Recall(thresholds=0.3), probabilities, yes),
    "f1_micro": (lambda: metrics.F1Score(average="micro", threshold=0.5), probabilities, yes),
    "f1_macro": (lambda: metrics.F1Score(average="macro", threshold=0.5), probabilities, yes),
    "f1_weighted": (lambda: metrics.F1Score(average="weighted", threshold=0.5), probabilities, yes),
    "f1_largest_macro": (lambda: metrics.F1Score(average="macro"), probabilities, one_hot),
    "f1_largest_weighted": (lambda: metrics.F1Score(average="weighted"), probabilities, one_hot),
    "auc": (lambda: metrics.AUC(), probabilities, yes),
    "auc_precision_recall": (lambda: metrics.AUC(curve="PR"), probabilities, yes),
    "auc_few": (lambda: metrics.AUC(num_thresholds=5), probabilities, yes),
    "r2_score": (lambda: metrics.R2Score(), logits, numbers),
    "root_mean_squared_error": (lambda: metrics.RootMeanSquaredError(), logits, numbers),
}


def loss_lines():
    for name, (loss, predictions, targets) in LOSSES.items():
        for suffix, sample_weight in [("", None), ("_weighted", weights)]:
            given = tensorflow.Variable(predictions)
            with tensorflow.GradientTape() as tape:
                value = loss(targets, given, sample_weight)
            yield f"{name}{suffix}.value", [float(value)]
            yield f"{name}{suffix}.gradient", np.ravel(tape.gradient(value, given).numpy()[::9] * SAMPLES)
    yield from gaussian_lines()
    for suffix, sample_weight in [("", np.ones(SAMPLES)), ("_weighted", weights)]:
        pinball = sklearn.metrics.mean_pinball_loss(numbers, logits, sample_weight=sample_weight, alpha=0.3)
        # scikit-learn divides by the sum of the weights, Keras by the number of samples.
        yield f"quantile{suffix}.value", [pinball * sample_weight.mean()]
        pinballs = [
            sklearn.metrics.mean_pinball_loss(numbers[:, 0], output, sample_weight=sample_weight, alpha=alpha)
            for output, alpha in zip(logits.T, [0.1, 0.5, 0.8])
        ]
        yield f"quantiles{suffix}.value", [np.mean(pinballs) * sample_weight.mean()]


def gaussian_lines():
    for suffix, sample_weight in [("", np.ones(SAMPLES)), ("_weighted", weights)]:
        mean = torch.tensor(logits, requires_grad=True)
        variance = torch.tensor(probabilities, requires_grad=True)
        each = torch.nn.GaussianNLLLoss(reduction="none")(mean, torch.tensor(numbers), variance)
        value = (each * torch.tensor(sample_weight[:, None])).mean()
        value.backward()
        yield f"gaussian{suffix}.value", [value.item()]
        yield f"gaussian{suffix}.gradient", np.concatenate([mean.grad.numpy(), variance.grad.numpy()], axis=1)[::9].ravel() * SAMPLES


def metric_lines():
    for name, (make, predictions, targets) in METRICS.items():
        for suffix, sample_weight in [("", None), ("_weighted", weights)]:
            metric = make()
            for part in [slice(0, 7), slice(7, 31), slice(31, SAMPLES)]:
                weight = None if sample_weight is None else sample_weight[part]
                # TensorFlow's top-k supports only single precision.
                given = predictions.astype(metric.dtype)[part]
                metric.update_state(targets[part], given, sample_weight=weight)
            yield f"{name}{suffix}", [float(metric.result())]


if __name__ == "__main__":
    write("losses.txt", ["The mean loss, and the gradient of the sum for every ninth sample."], dict(loss_lines()))
    write("metrics.txt", ["After three batches."], dict(metric_lines()))
