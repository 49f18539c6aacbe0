"""Golden values for ResNet-8: resnet8.json. Everything is computed in float64 from float32 numbers that both sides draw alike.

{"batch": n, "divisor": d,
 "tensors": [{"name", "shape"} of all parameters and buffers, as PyTorch declares them],
 "trainingLogits": [n*10], "loss", "evaluationLogits": [n*10], "runningStatistics": {name: [channels]},
 "gradients": {name: {"norm", "projection"}}}

Element i of tensor number t in `tensors`, or of the input (t = 1000) [n, 28, 28, 1], is made of u = hash(t, i) / 2³², uniform in
[0, 1), with hash(t, i) = x ^ (x >> 15), x = (2654435761 · (1000003 · t + i + 1)) mod 2³²: u for the input, √(24 / fanIn) · (u − ½)
for weights of convolutions and the linear layer, 1 + (u − ½) for weights of normalisations, (u − ½) / 5 for every bias, u − ½ for
running means and u + ½ for running variances. Sample k has label k mod 10; the loss is the sum of the cross-entropies over d.
`projection` is the scalar product of the gradient with (u − ½) of the same tensor. `runningStatistics` are those after the training
pass, and `evaluationLogits` use them.
"""

import math

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F

from golden import number, numbers, write

BATCH, DIVISOR, INPUT = 3, 5, 1000


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


def uniform(tensor, count):
    with numpy.errstate(over="ignore"):
        x = (numpy.uint32(2654435761) * (numpy.uint32(1000003) * numpy.uint32(tensor)
                                         + numpy.arange(1, count + 1, dtype=numpy.uint32)))
    return (x ^ (x >> numpy.uint32(15))).astype(numpy.float64) / 2**32


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
    return torch.from_numpy(values.astype(numpy.float32).astype(numpy.float64)).reshape(shape)


model = nn.Sequential(nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Block(16, 16, 1),
                      Block(16, 32, 2), Block(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
model = model.double()
names = [name for name in model.state_dict() if not name.endswith("num_batches_tracked")]
state = {name: elements(name, index, tuple(model.state_dict()[name].shape)) for index, name in enumerate(names)}
model.load_state_dict(state, strict=False)

images = torch.from_numpy(uniform(INPUT, BATCH * 784).astype(numpy.float32).astype(numpy.float64))
images = images.reshape(BATCH, 1, 28, 28)
logits = model(images)
loss = F.cross_entropy(logits, torch.arange(BATCH) % 10, reduction="sum") / DIVISOR
loss.backward()
gradients = {}
for name, parameter in model.named_parameters():
    weights = torch.from_numpy(uniform(names.index(name), parameter.numel()) - 0.5)
    gradients[name] = {"norm": number(parameter.grad.norm()), "projection": number(parameter.grad.reshape(-1) @ weights)}
running = {name: numbers(value) for name, value in model.named_buffers() if "running" in name}
model.eval()
write(__file__, {
    "batch": BATCH, "divisor": DIVISOR,
    "tensors": [{"name": name, "shape": list(state[name].shape)} for name in names],
    "trainingLogits": numbers(logits), "loss": number(loss), "evaluationLogits": numbers(model(images)),
    "runningStatistics": running, "gradients": gradients,
})
