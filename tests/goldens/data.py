"""Writes preprocessing.txt from the real scikit-learn.

    pip install -r tests/goldens/data-requirements.txt
    python tests/goldens/data.py

A line is what was asked and the numbers, which repr writes so that reading them gives the same double.
"""

import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

HERE = pathlib.Path(__file__).parent
# Columns: ordinary, constant, constant up to rounding, far from zero, tiny, whole numbers.
ROWS = 12


def samples():
    generator = np.random.default_rng(0)
    rounding = 0.1 * np.arange(1, ROWS + 1) / np.arange(1, ROWS + 1)
    return np.stack(
        [
            generator.normal(size=ROWS),
            np.full(ROWS, 7.25),
            rounding,
            30 + generator.normal(size=ROWS),
            1e-9 * generator.normal(size=ROWS),
            np.arange(ROWS) % 5.0,
        ],
        axis=1,
    )


def line(name, values):
    return f"{name}: " + " ".join(repr(v.item()) for v in np.asarray(values).ravel()) + "\n"


def scalers():
    for dtype in (np.float64, np.float32):
        x = samples().astype(dtype)
        name = x.dtype.name
        standard = StandardScaler().fit(x)
        yield line(f"{name} x", x)
        yield line(f"{name} mean", standard.mean_)
        yield line(f"{name} scale", standard.scale_)
        yield line(f"{name} standard", standard.transform(x))
        for low, high in ((0, 1), (-2, 3)):
            scaler = MinMaxScaler(feature_range=(low, high)).fit(x)
            yield line(f"{name} min_max_{low}_{high}", scaler.transform(x))


def folds():
    for rows, count in ((10, 3), (7, 7), (12, 5)):
        for fold, (_, test) in enumerate(KFold(count).split(np.zeros(rows))):
            yield line(f"kfold_{rows}_{count} {fold}", test)
    labels = np.array([2, 0, 0, 1, 2, 0, 1, 0, 2, 0, 0, 1, 0, 1, 2, 2, 0])
    yield line("labels", labels)
    for count in (2, 3, 4):
        for fold, (_, test) in enumerate(StratifiedKFold(count).split(labels, labels)):
            yield line(f"stratified_{count} {fold}", test)


def splits():
    """How many rows go where; which ones is the generator's matter."""
    for rows, size in ((10, 0.25), (150, 0.2), (7, 0.5), (11, 3), (3, 0.01)):
        train, test = train_test_split(np.arange(rows), test_size=size, random_state=0)
        yield line(f"split_{rows} {size}", [len(train), len(test)])
    train, test = train_test_split(np.arange(9), test_size=0.3, shuffle=False)
    yield line("unshuffled train", train)
    yield line("unshuffled test", test)
    # Without equal remainders, the numbers of each class are determined.
    labels = np.repeat([0, 1, 2, 3], [50, 23, 10, 4])
    for size in (0.2, 0.37, 7):
        train, test = train_test_split(labels, test_size=size, stratify=labels, random_state=0)
        yield line(f"stratified_split {size}", [np.bincount(side, minlength=4) for side in (train, test)])


def write(name, lines):
    comment = f"# tests/goldens/data.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}\n"
    (HERE / name).write_text(comment + "".join(lines))


if __name__ == "__main__":
    write("preprocessing.txt", [*scalers(), *folds(), *splits()])
