"""Runs the ONNX files of `cargo test --test onnx --test random_graphs` in onnxruntime and compares the predictions.

    pip install -r tests/goldens/onnx-requirements.txt
    cargo test --test onnx --test random_graphs && python tests/goldens/onnx_run.py

Each file must be valid for `onnx.checker`. Outputs must agree to 1e-6, also for other batch sizes.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

FOLDER = pathlib.Path(__file__).parents[2] / "target" / "tmp" / "onnx"


def read(path, dtype):
    values = {"input": [], "output": []}
    for line in path.read_text().splitlines():
        kind, features, *numbers = line.split()
        values[kind].append(np.array(numbers, dtype=dtype).reshape(-1, int(features)))
    return values["input"], values["output"]


def difference(path):
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    dtype = np.float64 if "double" in session.get_inputs()[0].type else np.float32
    inputs, outputs = read(path.with_suffix(".txt"), dtype)
    worst = 0.0
    for rows in (slice(None), slice(0, 1)):
        feed = {given.name: value[rows] for given, value in zip(session.get_inputs(), inputs, strict=True)}
        for found, expected in zip(session.run(None, feed), outputs, strict=True):
            scale = np.maximum(1.0, np.abs(expected[rows]))
            assert found.shape == expected[rows].shape, (path, found.shape)
            worst = max(worst, float(np.max(np.abs(found - expected[rows]) / scale)))
    return worst


def main():
    paths = sorted(FOLDER.glob("*.onnx"))
    failed = 0
    for path in paths:
        try:
            worst = difference(path)
            if not worst <= 1e-6:
                failed += 1
                print(f"{path.stem}: {worst:.1e} apart")
        except Exception as error:
            failed += 1
            print(f"{path.stem}: {str(error)[:200]}")
    print(f"{len(paths) - failed} of {len(paths)} files agree to 1e-6")
    sys.exit(failed > 0 or not paths)


main()
