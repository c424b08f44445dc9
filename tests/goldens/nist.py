"""Writes nist.txt: problems of nonlinear regression with certified results.

    python tests/goldens/nist.py FOLDER

FOLDER has the data files of the Statistical Reference Datasets of NIST, such as Misra1a.dat:
https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml
"""

import re
import sys
from pathlib import Path

PROBLEMS = (
    "Misra1a Chwirut2 Lanczos3 DanWood Kirby2 Hahn1 MGH17 Lanczos1 Roszman1 Thurber BoxBOD Rat42 MGH09 MGH10 Eckerle4 "
    "Rat43 Bennett5"
)


def read(path):
    lines = path.read_text().splitlines()
    parameters = []
    for line in lines:
        match = re.match(r"\s*b\d+\s*=\s*(.+)", line)
        if match and len(match[1].split()) >= 4:
            parameters.append(match[1].split()[:4])
        if "Residual Sum of Squares" in line:
            squares = line.split(":")[1].strip()
    # The lines of the data are in the head of the file: "Data (lines 61 to 74)".
    first, last = next(
        map(int, match.groups()) for line in lines if (match := re.search(r"Data\s+\(lines\s+(\d+)\s+to\s+(\d+)\)", line))
    )
    rows = [line.split() for line in lines[first - 1 : last] if line.strip()]
    start1, start2, certified, deviations = zip(*parameters)
    return {
        "y": [row[0] for row in rows],
        "x": [row[1] for row in rows],
        "start1": start1,
        "start2": start2,
        "certified": certified,
        "deviations": deviations,
        "sum_of_squares": [squares],
    }


if __name__ == "__main__":
    lines = ["# made by tests/goldens/nist.py from the Statistical Reference Datasets of NIST"]
    for problem in PROBLEMS.split():
        for name, values in read(Path(sys.argv[1]) / f"{problem}.dat").items():
            lines.append(f"{problem} {name}: " + " ".join(repr(float(value)) for value in values))
    Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")
