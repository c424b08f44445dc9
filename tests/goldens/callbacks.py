"""Writes callbacks.txt and tensorboard.tfevents of this folder from the real Keras 3 and TensorFlow.

    pip install -r tests/goldens/requirements.txt
    python tests/goldens/callbacks.py
    python tests/goldens/callbacks.py read FOLDER    # prints the content of event files

Keras's callbacks receive sequences of metric values, without a training. A line of callbacks.txt is a case:
`early | options | values | stopped epoch, or none | best epoch | epoch of the final weights` or
`plateau | options | values | learning rate after each epoch`. callbacks_verbose.txt has the lines that verbose callbacks print.
"""

import contextlib
import io
import os
import random
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

FOLDER = Path(__file__).parent


class Model:
    """The part of a model that callbacks use. Its weights are the epoch."""

    def __init__(self):
        self.stop_training = False
        self.weights = None
        self.optimizer = type("Optimizer", (), {"learning_rate": 0.1})()

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def run(callback, values):
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, figure in enumerate(values):
        model.weights = epoch
        callback.on_epoch_end(epoch, {"val_loss": figure})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return model, rates


def series(generator, length):
    """Returns values that fall and then wander. Steps are exact in floats, so that ties occur."""
    value, values = 32, []
    for _ in range(length):
        value = max(0, value + generator.choice([-4, -2, -1, 0, 0, 1, 2]))
        values.append(value / 16)
    return values


def verbose_lines(keras):
    """Returns the lines that four callbacks print for these values, without empty lines."""
    model = Model()
    model.optimizer.learning_rate = 0.5
    model.save_weights = lambda path, overwrite: None
    model.weights = 0
    path = "best-{epoch}.weights.h5"
    callbacks = [
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.75 if epoch == 1 else rate, verbose=1),
        keras.callbacks.ModelCheckpoint(path, save_best_only=True, save_weights_only=True, verbose=1),
        keras.callbacks.ModelCheckpoint("last.weights.h5", save_weights_only=True, verbose=1),
        keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=2, verbose=1),
        keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True, verbose=1),
    ]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for callback in callbacks:
            callback.set_model(model)
            callback.on_train_begin()
        for epoch, figure in enumerate([1.0, 0.1234567, 0.5, 0.25, 0.1234567, 0.75]):
            for callback in callbacks:
                callback.on_epoch_begin(epoch)
            for callback in callbacks:
                callback.on_epoch_end(epoch, {"val_loss": figure})
            if model.stop_training:
                break
        for callback in callbacks:
            callback.on_train_end()
    lines = [line for line in printed.getvalue().splitlines() if line]
    return "\n".join([f"# made by tests/goldens/callbacks.py with Keras {keras.__version__}", *lines]) + "\n"


def text(options):
    return " ".join(f"{name}={value}" for name, value in options.items())


def write():
    import keras
    import tensorflow

    generator = random.Random(0)
    choose = lambda **choices: {name: generator.choice(values) for name, values in choices.items()}
    lines = [f"# made by tests/goldens/callbacks.py with Keras {keras.__version__}"]
    for _ in range(60):
        options = choose(
            patience=[0, 1, 2, 4],
            min_delta=[0, 0.0625, 0.125],
            mode=["min", "max"],
            baseline=["none", "none", 1.5],
            start_from_epoch=[0, 0, 3],
            restore_best_weights=[True, False],
        )
        arguments = {**options, "baseline": None if options["baseline"] == "none" else options["baseline"]}
        values = series(generator, 16)
        callback = keras.callbacks.EarlyStopping("val_loss", **arguments)
        model, _ = run(callback, values)
        stopped = callback.stopped_epoch if model.stop_training else "none"
        lines.append(f"early | {text(options)} | {' '.join(map(str, values))} | {stopped} | {callback.best_epoch} | {model.weights}")
    for _ in range(60):
        options = choose(
            patience=[1, 2, 3],
            min_delta=[0, 0.0625, 0.125],
            mode=["min", "max"],
            cooldown=[0, 1, 3],
            factor=[0.5, 0.25],
            min_lr=[0, 0.02],
        )
        values = series(generator, 20)
        _, rates = run(keras.callbacks.ReduceLROnPlateau("val_loss", **options), values)
        lines.append(f"plateau | {text(options)} | {' '.join(map(str, values))} | {' '.join(map(str, rates))}")
    (FOLDER / "callbacks.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (FOLDER / "callbacks_verbose.txt").write_text(verbose_lines(keras), encoding="utf-8")

    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    path = FOLDER / "tensorboard.tfevents"
    with tensorflow.io.TFRecordWriter(str(path)) as writer:
        writer.write(Event(wall_time=1.5, file_version="brain.Event:2").SerializeToString())
        for time, step, tag, value in [(2.5, 0, "epoch_loss", 0.25), (3.5, 300, "epoch_learning_rate", 1e-3)]:
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            writer.write(Event(wall_time=time, step=step, summary=summary).SerializeToString())


def read(folder):
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

    multiplexer = EventMultiplexer().AddRunsFromDirectory(folder)
    multiplexer.Reload()
    for run_name in sorted(multiplexer.Runs()):
        for tag in sorted(multiplexer.Runs()[run_name]["tensors"] + multiplexer.Runs()[run_name]["scalars"]):
            try:
                events = [(event.step, event.value) for event in multiplexer.Scalars(run_name, tag)]
            except KeyError:
                from tensorboard.util.tensor_util import make_ndarray

                events = [
                    (event.step, float(make_ndarray(event.tensor_proto))) for event in multiplexer.Tensors(run_name, tag)
                ]
            print(run_name, tag, *(f"{step}:{value:.6g}" for step, value in events))


if __name__ == "__main__":
    read(sys.argv[2]) if sys.argv[1:2] == ["read"] else write()
