"""Records the output of Keras 2 for `tests/screen.rs`: progress.tsv and the summaries.

Runs Keras's own code, extracted from its files, so that TensorFlow is not needed. Requires numpy:

    pip download --no-deps keras==2.15.0 && unzip -q keras-2.15.0-py3-none-any.whl
    python keras_screen.py keras
"""

import ast
import os
import pathlib
import sys
import types

import numpy as np

keras = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent


def cut(file, name, **scope):
    """Returns one class or function of a module, without running the module."""
    tree = ast.parse((keras / "src/utils" / file).read_text())
    tree.body = [node for node in tree.body if getattr(node, "name", None) == name]
    scope["keras_export"] = lambda _: lambda made: made
    exec(compile(tree, file, "exec"), scope)
    return scope[name]


now = 0.0
printed = []
io_utils = types.SimpleNamespace(print_msg=lambda message, line_break=True: printed.append(message))
clock = types.SimpleNamespace(time=lambda: 64 + now)
Progbar = cut("generic_utils.py", "Progbar", np=np, os=os, sys=sys, time=clock, io_utils=io_utils)


def progress(verbose, steps, updates, metrics):
    """Returns the line after the last update, as `fit` calls it. `end` ends the epoch."""
    global now
    now = 0.0
    bar = Progbar(steps, verbose=verbose, stateful_metrics=metrics)
    for update in updates.split(","):
        step, now = update.split("@")[0], float(update.split("@")[1])
        if step == "end":
            bar.update(steps, list(metrics.items()), finalize=True)
        elif verbose == 1:
            bar.update(int(step), list(metrics.items()), finalize=False)
    line = printed[-1].replace("\b", "").strip("\r\n").rstrip()
    numbers = " ".join(f"{name}={value!r}" for name, value in metrics.items())
    return f"{verbose}\t{steps}\t{updates}\t{numbers}\t{line}\n"


times = ["1@0,end@0", "1@8.4e-7,end@8.4e-7", "1@0.00085,end@0.00085", "1@0.008,end@0.008", "1@0.0165,end@0.0165",
         "1@0.0025,end@0.0025", "1@0.0035,end@0.0035", "1@0.4996,end@0.4996", "1@0.9996,end@0.9996", "1@2.5,end@2.5",
         "1@75,end@80", "end@0.25"]
values = [6.226e-06, 0.7335, 0.001, 0.0010001, 0.00099996, 1.0, 0.0, -0.5, -0.0005, 12345.678, 1e30, 1e-100, 1e100, 0.00125,
          float("nan"), float("inf"), float("-inf")]
partial = ["0@0", "1@0.1", "1@0.1,3@0.3", "3@0.5", "1@0.1,4@0.2,9@4", "1@2000,2@4000,3@6000", "1@100,2@105,3@110",
           "1@0.01,2@0.02,5@0.2", "10@1"]
with open(here / "progress.tsv", "w") as file:
    for verbose in (1, 2):
        for time in times:
            file.write(progress(verbose, 1, time, {"loss": 0.7335}))
        for value in values:
            file.write(progress(verbose, 1, "1@0.008,end@0.016", {"loss": value}))
        file.write(progress(verbose, 10, "1@0.5,2@0.6,10@1.4,end@1.5", {"loss": 0.25, "mean_absolute_error": 0.5}))
        file.write(progress(verbose, 235, "1@0.5,100@0.6,235@1.4,end@2.9", {"loss": 0.25, "mae": 0.5, "val_loss": 2e-4}))
    for updates in partial:
        file.write(progress(1, 10, updates, {"loss": 0.1234}))
    for done in (1, 7, 8, 9, 33, 34, 99, 999, 1000):
        file.write(progress(1, 1000, f"{done}@{done}", {"loss": 0.1234}))


class Weights(list):
    """Placeholder for trainable or non-trainable weights: only their number is used."""


print_summary = cut("layer_utils.py", "print_summary", io_utils=io_utils, count_params=sum, weight_memory_size=sum,
                    readable_memory_size=str, get_layer_index_bound_by_layer_name=lambda model, range: (0, None),
                    print_dtensor_variable_summary=lambda *_: None,
                    tf=types.SimpleNamespace(nest=types.SimpleNamespace(flatten=lambda it: list(it))))


def layer(name, kind, shape, trainable, fixed=0, inbound=()):
    node = types.SimpleNamespace(iterate_inbound=lambda: [(i, 0, 0, None) for i in inbound], keras_inputs=inbound)
    made = type(kind, (), {})()
    made.__dict__.update(name=name, output_shape=shape, built=True, count_params=lambda: trainable + fixed,
                         trainable=trainable, fixed=fixed, _inbound_nodes=[node])
    return made


def summary(file, kind, name, layers):
    nodes = {depth: each._inbound_nodes for depth, each in enumerate(layers)}
    model = type(kind, (), {})()
    model.__dict__.update(name=name, layers=layers, _is_graph_network=True, _nodes_by_depth=nodes,
                          trainable_weights=Weights(each.trainable for each in layers),
                          non_trainable_weights=Weights(each.fixed for each in layers))
    lines = []
    print_summary(model, print_fn=lines.append)
    # Older versions of Keras 2, such as that of the tutorial, print the totals without their size in bytes.
    lines = [line.split(" (")[0] if "params:" in line else line.rstrip() for line in lines]
    (here / file).write_text("\n".join(lines) + "\n")


summary("sequential.txt", "Sequential", "sequential", [
    layer("dense_1", "Dense", (None, 10), 20),
    layer("dense_2", "Dense", (None, 10), 110),
    layer("dense_3", "Dense", (None, 1), 11),
])
summary("long_names.txt", "Sequential", "sequential", [
    layer("a_name_longer_than_its_column_by_far", "BatchNormalization", (None, 1234567), 4938268, 2469134),
    layer("größe_und_länge_αβγδεζ", "Dense", (None, 1), 12345678901),
])
source = layer("input_1", "InputLayer", [(None, 1)], 0)
dense_1 = layer("dense_1", "Dense", (None, 10), 20, inbound=[source])
dense_2 = layer("dense_2", "Dense", (None, 10), 110, inbound=[dense_1])
add = layer("add", "Add", (None, 10), 0, inbound=[dense_1, dense_2])
dense_3 = layer("dense_3", "Dense", (None, 1), 11, inbound=[add])
summary("functional.txt", "Functional", "model", [source, dense_1, dense_2, add, dense_3])
