"""Measures 100 of the tutorial's 10,000 epochs in Keras: `pip install keras tensorflow-cpu`."""

import os
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

EPOCHS = 100

x = np.linspace(0, 2 * np.pi, 1000, dtype="float32").reshape(-1, 1)
y = np.sin(x)
dense = keras.layers.Dense
model = keras.Sequential([keras.Input((1,)), dense(10, activation="relu"), dense(10, activation="relu"), dense(1)])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss="mse")
# The first call compiles the training step and is not measured.
model.fit(x, y, epochs=3, batch_size=1000, verbose=0)
start = time.perf_counter()
history = model.fit(x, y, epochs=EPOCHS, batch_size=1000, verbose=0)
seconds = time.perf_counter() - start
loss = history.history["loss"][-1]
print(f"Keras {keras.__version__}: {EPOCHS} epochs in {seconds:.2f} s, {1e3 * seconds / EPOCHS:.1f} ms each, loss {loss:.2e}")
