"""What the scripts on whole networks share: the networks in PyTorch's terms, and numbers that both sides draw alike.

Element i of tensor number t, in the order in which PyTorch declares parameters and buffers, or of an input (t ≥ 1000), is made of
u = hash(t, i) / 2³², uniform in [0, 1), with hash(t, i) = x ^ (x >> 15), x = (2654435761 · (1000003 · t + i + 1)) mod 2³²: u for an
input, √(24 / fanIn) · (u − ½) for weights of convolutions and linear layers, 1 + (u − ½) for weights of normalisations, (u − ½) / 5
for every bias, u − ½ for running means and u + ½ for running variances; all rounded to float32.
"""

import math

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.c2, self.b2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.sc = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.sc = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.b1(self.c1(x)))
        return F.relu(self.b2(self.c2(y)) + self.sc(x))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))


def resnet8():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Block(16, 16, 1), Block(16, 32, 2),
        Block(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def uniform(tensor, count):
    with numpy.errstate(over="ignore"):
        x = (numpy.uint32(2654435761) * (numpy.uint32(1000003) * numpy.uint32(tensor)
                                         + numpy.arange(1, count + 1, dtype=numpy.uint32)))
    return (x ^ (x >> numpy.uint32(15))).astype(numpy.float64) / 2**32


def rounded(values, shape):
    """The numbers as float32 has them, in float64."""
    return torch.from_numpy(values.astype(numpy.float32).astype(numpy.float64)).reshape(shape)


def elements(name, index, shape):
    u = uniform(index, math.prod(shape))
    if name.endswith("running_mean"):
        values = u - 0.5
    elif name.endswith("running_var"):
        values = u + 0.5
    elif name.endswith("bias"):
        values = (u - 0.5) / 5
    elif len(shape) == 1:
        values = u + 0.5
    else:
        values = math.sqrt(24 / math.prod(shape[1:])) * (u - 0.5)
    return rounded(values, shape)


def images(tensor, batch):
    return rounded(uniform(tensor, batch * 784), (batch, 1, 28, 28))


def tensors(model):
    """Names and shapes of what the formula fills."""
    return [(name, tuple(value.shape)) for name, value in model.state_dict().items()
            if not name.endswith("num_batches_tracked")]


def filled(model):
    """The model in float64 with the numbers of the formula."""
    model = model.double()
    state = {name: elements(name, index, shape) for index, (name, shape) in enumerate(tensors(model))}
    model.load_state_dict(state, strict=False)
    return model
