"""Makes seed_cnn.json: the seed CNN's logits by Keras, for the weights of models/digits/seed-cnn and stored inputs.

    pip install keras==3.15.1 torch==2.15.0 safetensors==0.8.0 numpy
    KERAS_BACKEND=torch python tests/golden/seed_cnn.py                     # the golden file
    KERAS_BACKEND=torch python tests/golden/seed_cnn.py --train DATA/digits # Keras's own accuracy after 5 epochs

Run the first again whenever the package's weights change; the tests compare the weights' SHA-256 and say so.
"""

import gzip
import hashlib
import json
import pathlib
import sys

import keras
import numpy as np
from safetensors.numpy import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "models/digits/seed-cnn/weights.safetensors"


def network():
    """The article's network, in Keras's own order of axes: height, width, channels."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


def inputs():
    """Twelve images made without any data set: noise of several densities, gradients, strokes."""
    rng = np.random.default_rng(7)
    images = [np.zeros((28, 28)), np.full((28, 28), 255)]
    images += [rng.integers(0, 256, (28, 28)) * (rng.random((28, 28)) < share) for share in (0.05, 0.2, 0.5, 1.0)]
    ramp = np.arange(28) * 9
    images += [np.tile(ramp, (28, 1)), np.tile(ramp[:, None], (1, 28))]
    y, x = np.mgrid[0:28, 0:28]
    ring = np.hypot(x - 13.5, (y - 13.5) * 0.8)
    images += [255 * (abs(ring - 7) < 1.5), 255 * (abs(x - 13.5) < 2) * (abs(y - 13.5) < 10)]
    images += [255 * (abs(x - y) < 2), np.clip(255 - 20 * abs(ring - 6), 0, 255)]
    return np.stack(images).astype(np.uint8)


def golden():
    tensors = {name: value.astype(np.float32) for name, value in load_file(WEIGHTS).items()}
    model = network()
    # PyTorch's convolution is [out, in, height, width], Keras's [height, width, in, out].
    conv = tensors["convolutions.0.conv.weight"].transpose(2, 3, 1, 0)
    # PyTorch flattens channels, height, width, Keras height, width, channels: the 5,408 rows change places.
    dense = tensors["dense.0.weight"].T.reshape(32, 13, 13, 128).transpose(1, 2, 0, 3).reshape(5408, 128)
    model.set_weights(
        [conv, tensors["convolutions.0.conv.bias"], dense, tensors["dense.0.bias"], tensors["dense.1.weight"].T, tensors["dense.1.bias"]]
    )
    images = inputs()
    logits = model.predict(images[..., None].astype(np.float32) / 255, verbose=0)
    return {
        "made_by": f"tests/golden/seed_cnn.py, Keras {keras.__version__} on {keras.backend.backend()}",
        "weights_sha256": hashlib.sha256(WEIGHTS.read_bytes()).hexdigest(),
        "cases": [{"image": image.tobytes().hex(), "logits": [round(float(v), 6) for v in row]} for image, row in zip(images, logits)],
    }


def idx(path, header):
    return np.frombuffer(gzip.open(path).read(), np.uint8, offset=header)


def train(folder):
    """The same five epochs on the same 60,000 images, at Keras's defaults."""
    folder = pathlib.Path(folder)
    images = {split: idx(folder / f"{split}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1) / np.float32(255) for split in ("train", "t10k")}
    labels = {split: idx(folder / f"{split}-labels-idx1-ubyte.gz", 8) for split in ("train", "t10k")}
    keras.utils.set_random_seed(1)
    model = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    model.fit(images["train"], labels["train"], batch_size=32, epochs=5, verbose=2)
    accuracy = model.evaluate(images["t10k"], labels["t10k"], verbose=0)[1]
    print(f"Keras, 5 epochs: {100 * accuracy:.2f}% of the test images")


if __name__ == "__main__":
    if "--train" in sys.argv:
        train(sys.argv[-1])
    else:
        out = ROOT / "tests/golden/seed_cnn.json"
        out.write_text(json.dumps(golden(), indent=1) + "\n")
        print("wrote", out)
