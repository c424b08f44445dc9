"""Keras on TensorFlow. Variants: `fit` (`fit`, `predict`) and `batch` (`train_on_batch`, `predict_on_batch`)."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import protocol

try:
    import keras
    import tensorflow
except ImportError:
    protocol.decline("module `keras` or `tensorflow` is missing: pip install keras tensorflow-cpu")


def peer(workload, variant):
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    model = network(workload)
    x, y = workload.x(), workload.y()
    if workload.training:
        return training(model, x, y, workload.batch, variant)

    def predict(x):
        if variant == "batch":
            return model.predict_on_batch(x)
        return model.predict(x, batch_size=workload.batch, verbose=0)

    def run(steps):
        if workload.task == "latency":
            protocol.feed(predict, x, steps)
        else:
            for _ in range(steps):
                predict(x)

    return run, lambda: float(predict(x)[0, 0])


def network(workload):
    layers = [keras.Input((workload.widths[0],))]
    layers += [keras.layers.Dense(width, workload.activation) for width in workload.widths[1:-1]]
    layers += [keras.layers.Dense(workload.widths[-1])]
    model = keras.Sequential(layers)
    model.set_weights([array for pair in workload.parameters() for array in pair])
    mse, crossentropy = keras.losses.MeanSquaredError, keras.losses.SparseCategoricalCrossentropy
    loss = mse() if workload.loss == "mse" else crossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss)
    return model


def training(model, x, y, batch, variant):
    def run(steps):
        if variant == "batch":
            for _ in range(steps):
                model.train_on_batch(x, y)
        else:
            model.fit(x, y, epochs=steps, batch_size=batch, shuffle=False, verbose=0)

    return run, lambda: float(model.evaluate(x, y, batch_size=batch, verbose=0))


protocol.serve(f"{keras.__version__} on TensorFlow {tensorflow.__version__}", peer)
