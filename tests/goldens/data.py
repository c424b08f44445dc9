"""Writes preprocessing.txt with scikit-learn, and the files of ../data with numpy, pandas and safetensors.

    pip install -r tests/goldens/data-requirements.txt
    python tests/goldens/data.py

A line is a name and its values, written with repr, so that they are read as the same doubles.
"""

import gzip
import pathlib
import struct

import numpy as np
import pandas as pd
import safetensors.numpy
import sklearn
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

HERE = pathlib.Path(__file__).parent
FILES = HERE.parent / "data"
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
    """Returns the sizes of splits. The rows themselves depend on the generator."""
    for rows, size in ((10, 0.25), (150, 0.2), (7, 0.5), (11, 3), (3, 0.01)):
        train, test = train_test_split(np.arange(rows), test_size=size, random_state=0)
        yield line(f"split_{rows} {size}", [len(train), len(test)])
    train, test = train_test_split(np.arange(9), test_size=0.3, shuffle=False)
    yield line("unshuffled train", train)
    yield line("unshuffled test", test)
    # Without equal remainders, the sizes of the classes are unique.
    labels = np.repeat([0, 1, 2, 3], [50, 23, 10, 4])
    for size in (0.2, 0.37, 7):
        train, test = train_test_split(labels, test_size=size, stratify=labels, random_state=0)
        yield line(f"stratified_split {size}", [np.bincount(side, minlength=4) for side in (train, test)])


def numbers(*shape):
    """Returns small values that are exact in every type: 0, 1, …, wrapped to the range -7..=7 or 0..=14."""
    return np.arange(np.prod(shape)).reshape(shape) % 15 - 7


def npy_files():
    for name in ("f2", "f4", "f8", "i1", "i2", "i4", "i8"):
        np.save(FILES / f"{name}.npy", numbers(5, 4).astype(f"<{name}"))
    for name in ("u1", "u2", "u4", "u8"):
        np.save(FILES / f"{name}.npy", (numbers(5, 4) + 7).astype(f"<{name}"))
    np.save(FILES / "bool.npy", numbers(5, 4) > 0)
    np.save(FILES / "big_endian.npy", numbers(5, 4).astype(">f8"))
    np.save(FILES / "fortran.npy", np.asfortranarray(numbers(5, 4).astype("f4")))
    np.save(FILES / "images_fortran.npy", np.asfortranarray(numbers(5, 2, 3).astype(">i2")))
    np.save(FILES / "labels.npy", np.array([2, 0, 1, 2, 0]))
    np.save(FILES / "scalar.npy", np.float64(3))
    np.save(FILES / "record.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
    for version in ((2, 0), (3, 0)):
        with open(FILES / f"version_{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, numbers(5, 4).astype("f4"), version=version)
    arrays = {"x": numbers(5, 4).astype("f4"), "y": np.array([2, 0, 1, 2, 0])}
    np.savez(FILES / "stored.npz", **arrays)
    np.savez_compressed(FILES / "compressed.npz", **arrays)


def safetensors_file():
    tensors = {f"x_{kind}": numbers(5, 4).astype(kind) for kind in ("float16", "float32", "float64", "int8", "int64")}
    tensors["y"] = np.array([2, 0, 1, 2, 0])
    safetensors.numpy.save_file(tensors, FILES / "tensors.safetensors")


def idx_files():
    codes = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
    for name, code in codes.items():
        array = (numbers(5, 2, 2) + (7 if name == "u1" else 0)).astype(f">{name}")
        content = struct.pack(">BBBB3I", 0, 0, code, 3, *array.shape) + array.tobytes()
        (FILES / f"{name}.idx").write_bytes(content)
        (FILES / f"{name}.idx.gz").write_bytes(gzip.compress(content, mtime=0))
    (FILES / "labels.idx").write_bytes(struct.pack(">BBBBI5B", 0, 0, 8, 1, 5, 2, 0, 1, 2, 0))


def csv_files():
    table = pd.DataFrame(
        {
            "sepal length": [5.1, 7.0, 6.3, 0.1 + 0.2],
            "petal width": [2, 14, -25, 0],
            'name, or "class"': ["setosa", "versicolor", "virginica, broad", "setosa"],
            "größe": [1e-300, 1.7976931348623157e308, -0.0, 123456789.123],
        }
    )
    table.to_csv(FILES / "pandas.csv", index=False)
    table.to_csv(FILES / "pandas_excel.csv", index=False, sep=";", encoding="utf-8-sig", lineterminator="\r\n")
    table.iloc[:, :2].to_csv(FILES / "pandas_no_header.csv", index=False, header=False)


def write(name, lines):
    comment = f"# tests/goldens/data.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}\n"
    (HERE / name).write_text(comment + "".join(lines))


if __name__ == "__main__":
    write("preprocessing.txt", [*scalers(), *folds(), *splits()])
    FILES.mkdir(exist_ok=True)
    npy_files()
    safetensors_file()
    idx_files()
    csv_files()
