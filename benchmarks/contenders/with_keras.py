"""Keras 3 on PyTorch: a stretch is one call of its fit."""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import torch
from works import Work


def prepare(work: Work, threads: int) -> Callable[[], None] | None:
    if work.batch == 1:
        # Some milliseconds a step: the run of single samples would take minutes.
        return None
    torch.set_num_threads(threads)
    X, y = work.data()
    layers: list[keras.Layer] = [keras.Input((work.widths[0],))]
    for width in work.widths[1:-1]:
        layers.append(keras.layers.Dense(width))
        if work.batch_norm:
            layers.append(keras.layers.BatchNormalization())
        layers.append(keras.layers.Activation(work.activation))
        if work.dropout:
            layers.append(keras.layers.Dropout(work.dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(work.widths[-1])])
    losses = keras.losses
    rate: object = work.learning_rate
    if work.cosine:
        rate = keras.optimizers.schedules.CosineDecay(rate, work.total_steps)
    model.compile(
        optimizer=keras.optimizers.get(
            {
                "class_name": {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}[
                    work.optimizer
                ],
                "config": {"learning_rate": rate},
            }
        ),
        loss=losses.SparseCategoricalCrossentropy(from_logits=True)
        if work.widths[-1] > 1
        else losses.BinaryCrossentropy(from_logits=True),
    )

    def stretch() -> None:
        torch.set_num_threads(threads)
        model.fit(X, y, batch_size=work.batch, epochs=1, shuffle=False, verbose=0)

    return stretch
