"""Golden values for five whole training steps: training.json. Inputs are float32, everything is computed in float64.

{"models": [{"name", "features": [12, ..., 5], "batch": n, "initial": {"0.weight": [o*i], "0.bias": [o], ...},
             "batches": [{"input": [n*features[0]], "labels": [n]}, ...5 of them],
             "runs": [{"name", "momentum", "nesterov", "weightDecay", "learningRate", "losses": [5],
                       "final": {"0.weight": [o*i], "0.bias": [o], ...}}]}]}

The model is a chain of linear layers with ReLU between them: `features` [12, 5] is softmax regression, [12, 7, 5] an MLP
with one hidden layer. Layers are numbered 0, 1, … without counting the ReLUs; weights are [outputFeatures, inputFeatures].
Step k uses batch k; `losses[k]` is the mean cross-entropy of batch k before its update.
"""

import torch
import torch.nn.functional as F

from golden import draw, number, numbers, write

STEPS = 5
BATCH = 8
RATE = 0.1
OPTIMIZERS = [
    ("plain", 0.0, False, 0.0),
    ("momentum", 0.9, False, 0.0),
    ("nesterov", 0.9, True, 0.0),
    ("nesterov, weight decay", 0.9, True, 0.01),
]


def forward(layers, x):
    for index, (weight, bias) in enumerate(layers):
        x = F.linear(F.relu(x) if index else x, weight, bias)
    return x


def parameters(layers):
    return {f"{index}.{name}": numbers(value) for index, layer in enumerate(layers)
            for name, value in zip(("weight", "bias"), layer)}


def problem(generator, features):
    """Initial layers and the batches, the same for every optimizer."""
    layers = [(draw(generator, o, i, scale=0.3), draw(generator, o, scale=0.1))
              for i, o in zip(features, features[1:])]
    batches = [(draw(generator, BATCH, features[0]), torch.randint(features[-1], (BATCH,), generator=generator))
               for _ in range(STEPS)]
    return layers, batches


def run(layers, batches, name, momentum, nesterov, weight_decay):
    layers = [tuple(value.clone().requires_grad_() for value in layer) for layer in layers]
    optimizer = torch.optim.SGD([value for layer in layers for value in layer], lr=RATE, momentum=momentum,
                                nesterov=nesterov, weight_decay=weight_decay)
    losses = []
    for x, labels in batches:
        loss = F.cross_entropy(forward(layers, x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(number(loss))
    return {"name": name, "momentum": momentum, "nesterov": nesterov, "weightDecay": weight_decay,
            "learningRate": RATE, "losses": losses, "final": parameters(layers)}


def model(name, features):
    layers, batches = problem(torch.Generator().manual_seed(11), features)
    return {"name": name, "features": features, "batch": BATCH, "initial": parameters(layers),
            "batches": [{"input": numbers(x), "labels": labels.tolist()} for x, labels in batches],
            "runs": [run(layers, batches, *optimizer) for optimizer in OPTIMIZERS]}


write(__file__, {"models": [model("softmax regression", [12, 5]), model("mlp", [12, 7, 5])]})
