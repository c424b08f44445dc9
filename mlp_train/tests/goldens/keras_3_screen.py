"""Records the output of Keras 3 for `tests/screen.rs`: progress_3.tsv and the summaries of `*_3.txt`.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax COLUMNS=80 python keras_3_screen.py
"""

import pathlib
import time
import types

import keras
from keras.src.utils import io_utils, progbar, summary_utils

here = pathlib.Path(__file__).parent
now = 0.0
printed = []
io_utils.print_msg = lambda message, line_break=True: printed.append(message)
progbar.io_utils = io_utils
progbar.time = types.SimpleNamespace(time=lambda: 64 + now)


def progress(verbose, steps, updates, metrics):
    """Returns the line after the last update, as `fit` calls it. `end` ends the epoch."""
    global now
    now = 0.0
    bar = progbar.Progbar(steps or None, verbose=verbose, stateful_metrics=metrics)
    bar._dynamic_display = True
    for update in updates.split(","):
        step, now = update.split("@")[0], float(update.split("@")[1])
        if step.startswith("end"):
            # The length of a stream is known when its first epoch ends.
            bar.target = steps or int(step[3:])
            bar.update(bar.target, list(metrics.items()), finalize=True)
        elif verbose == 1:
            bar.update(int(step), list(metrics.items()), finalize=False)
    line = printed[-1].replace("\b", "").strip("\r\n").rstrip()
    numbers = " ".join(f"{name}={value!r}" for name, value in metrics.items())
    return f"{verbose}\t{steps}\t{updates}\t{numbers}\t{line}\n"


times = ["1@0,end@0", "1@8.4e-7,end@8.4e-7", "1@0.00085,end@0.00085", "1@0.008,end@0.008", "1@0.0165,end@0.0165",
         "1@0.0025,end@0.0025", "1@0.4996,end@0.4996", "1@0.9996,end@0.9996", "1@2.5,end@2.5", "1@75,end@80", "end@0.25"]
values = [6.226e-06, 0.7335, 0.001, 0.0010001, 1.0, 0.0, -0.5, -0.0005, 12345.678, 1e30, 1e-100, 0.00125, float("nan"),
          float("inf"), float("-inf")]
partial = ["1@0.1", "1@0.1,3@0.3", "3@0.5", "1@0.1,4@0.2,9@4", "1@2000,2@4000,3@6000", "1@100,2@105,3@110",
           "1@0.01,2@0.02,5@0.21", "10@1"]
with open(here / "progress_3.tsv", "w") as file:
    for verbose in (1, 2):
        for moment in times:
            file.write(progress(verbose, 1, moment, {"loss": 0.7335}))
        for value in values:
            file.write(progress(verbose, 1, "1@0.008,end@0.016", {"loss": value}))
        file.write(progress(verbose, 235, "1@0.5,100@0.6,235@1.4,end@2.9", {"loss": 0.25, "mae": 0.5, "val_loss": 2e-4}))
        file.write(progress(verbose, 0, "1@0.5,2@0.6,7@1.4,end7@1.5", {"loss": 0.25}))
    for updates in partial:
        file.write(progress(1, 10, updates, {"loss": 0.1234}))
    for done in (1, 7, 49, 50, 99, 999, 1000):
        file.write(progress(1, 1000, f"{done}@{done}", {"loss": 0.1234}))
    file.write(progress(1, 0, "1@0.5,7@1.4", {"loss": 0.25}))


def summary(file, model):
    lines = []
    model.summary(print_fn=lambda text, line_break=True: lines.append(text))
    (here / file).write_text("\n".join(line.rstrip() for line in "".join(lines).splitlines()) + "\n")


layers, Input = keras.layers, keras.Input
summary("sequential_3.txt", keras.Sequential([
    Input((1,)),
    layers.Dense(10, name="dense_1"),
    layers.Dense(10, name="dense_2"),
    layers.Dense(1, name="dense_3"),
], name="sequential"))
summary("long_names_3.txt", keras.Sequential([
    Input((12345,)),
    layers.BatchNormalization(name="a_name_longer_than_its_column_by_far"),
    layers.Dense(1, name="größe_und_länge_αβγδεζ"),
], name="sequential"))
source = Input((1,), name="input_1")
dense_1 = layers.Dense(10, name="dense_1")(source)
dense_2 = layers.Dense(10, name="dense_2")(dense_1)
added = layers.Add(name="add")([dense_1, dense_2])
summary("functional_3.txt", keras.Model(source, layers.Dense(1, name="dense_3")(added), name="model"))
