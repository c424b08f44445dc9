"""Writes report.txt with scikit-learn: classification reports, separated by lines of dashes.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/report.py

The test computes the same labels.
"""

import pathlib

import sklearn
from sklearn.metrics import classification_report

labels = [(i * 7) % 4 for i in range(101)]
predicted = [label if i % 3 else (label + i % 5) % 4 for i, label in enumerate(labels)]
sparse = [2, 2, 7, 7, 7, 40]
found = [2, 7, 7, 7, 3, 40]
reports = [
    classification_report(labels, predicted, zero_division=0),
    classification_report(labels, predicted, target_names=["rose", "lily", "a very long flower", "iris"], digits=3),
    classification_report(sparse, found, zero_division=0),
]
lines = f"made by tests/goldens/report.py with scikit-learn {sklearn.__version__}\n"
(pathlib.Path(__file__).parent / "report.txt").write_text(lines + "-----\n" + "-----\n".join(reports), encoding="utf-8")
