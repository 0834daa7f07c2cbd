"""Writes keras.onnx in this folder: a small network as Keras exports it through tf2onnx, without weights.

    python export_keras.py FOLDER

Needs tensorflow, tf2onnx, onnx.
"""

import sys
from pathlib import Path

import keras
import numpy
from keras import layers

from strip import strip


def small():
    """A stem, a block with a gate, layer norm, a head: 32 x 32 x 3 to 10 classes."""
    image = x = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="stem_conv")(x)
    x = layers.BatchNormalization(name="stem_norm")(x)
    x = layers.Activation("swish", name="stem_act")(x)
    gate = layers.DepthwiseConv2D(3, padding="same", name="block_depthwise")(x)
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="block_pool")(gate)
    gate = layers.Conv2D(16, 1, activation="sigmoid", name="block_gate")(gate)
    x = layers.Multiply(name="block_multiply")([x, gate])
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool")(x)
    x = layers.LayerNormalization(name="norm")(x)
    x = layers.Dense(10, activation="softmax", name="head")(layers.Flatten(name="flatten")(x))
    return keras.Model(image, x, name="small")


def main(folder):
    path = Path(folder) / "keras.onnx"
    model = small()
    random = numpy.random.default_rng(1)
    for weights in model.weights:
        weights.assign(random.uniform(0.1, 1, weights.shape))
    model(numpy.zeros((1, 32, 32, 3)))
    model.export(path, format="onnx", verbose=False)
    strip(path, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
