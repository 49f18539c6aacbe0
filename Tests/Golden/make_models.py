"""Golden values for whole models and five training steps of each: models.json. Computed in float64 from the numbers of networks.py.

{"models": [{"name", "batch": n, "tensors": [{"name", "shape"} of all parameters and buffers, as PyTorch declares them],
             "optimizer": {"learningRate", "momentum", "weightDecay"},
             "firstLogits": [n*10], "losses": [5], "lastLogits": [n*10]}]}

Step k, from 0, takes input number 1000 + k, of [n, 28, 28, 1]; sample j of it has label (7 · j + k) mod 10. `losses[k]` is the mean
cross-entropy of step k before its update. `firstLogits` and `lastLogits` are those of input 1000 in evaluation mode, before the first
and after the last step. Rates are so small that rounding to float32 does not grow: at ten times the rate ResNet-8 answers a change of
1e-7 in its weights by one of 1e-3 in the last logits.
"""

import torch
import torch.nn.functional as F

from golden import number, numbers, write
from networks import cnn, filled, images, lenet, resnet8, tensors

STEPS = 5


def model(name, network, batch, rate, momentum=0.0, weight_decay=0.0):
    network = filled(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum, weight_decay=weight_decay)
    first = evaluate(network, batch)
    losses = [number(step(network, optimizer, batch, index)) for index in range(STEPS)]
    return {"name": name, "batch": batch,
            "tensors": [{"name": name, "shape": list(shape)} for name, shape in tensors(network)],
            "optimizer": {"learningRate": rate, "momentum": momentum, "weightDecay": weight_decay},
            "firstLogits": first, "losses": losses, "lastLogits": evaluate(network, batch)}


def step(network, optimizer, batch, index):
    network.train()
    labels = (7 * torch.arange(batch) + index) % 10
    loss = F.cross_entropy(network(images(1000 + index, batch)), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def evaluate(network, batch):
    network.eval()
    with torch.no_grad():
        return numbers(network(images(1000, batch)))


write(__file__, {"models": [
    model("lenet", lenet(), 12, rate=0.9),
    model("cnn", cnn(), 12, rate=0.01, momentum=0.9),
    model("resnet8", resnet8(), 12, rate=0.0005, momentum=0.9, weight_decay=1e-3),
]})
