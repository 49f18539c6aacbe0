"""Golden values for layers and the loss: layers.json. Inputs are float32, results are computed in float64.

{"linear": [{"batch": n, "inputFeatures": i, "outputFeatures": o,
             "input": [n*i], "weight": [o*i], "bias": [o], "upstream": [n*o],
             "output": [n*o], "inputGradient": [n*i], "weightGradient": [o*i], "biasGradient": [o]}],
 "relu": [{"shape": [...], "input", "upstream", "output", "inputGradient"}],
 "crossEntropy": [{"batch": n, "classes": c, "divisor": d, "logits": [n*c], "labels": [n], "losses": [n],
                   "loss": sum(losses) / d, "logitsGradient": [n*c]}]}

`linear` is y = x Wᵀ + b with the weight [outputFeatures, inputFeatures]. `upstream` is the gradient with respect to the
output, not constant. The cross-entropy's gradient is that of `loss`. The ReLU inputs include 0 and -0, whose gradient is 0.
"""

import torch
import torch.nn.functional as F

from golden import draw, number, numbers, write


def linear(seed, batch, inputs, outputs):
    generator = torch.Generator().manual_seed(seed)
    x = draw(generator, batch, inputs).requires_grad_()
    weight = draw(generator, outputs, inputs).requires_grad_()
    bias = draw(generator, outputs).requires_grad_()
    upstream = draw(generator, batch, outputs)
    y = F.linear(x, weight, bias)
    y.backward(upstream)
    return {"batch": batch, "inputFeatures": inputs, "outputFeatures": outputs,
            "input": numbers(x), "weight": numbers(weight), "bias": numbers(bias), "upstream": numbers(upstream),
            "output": numbers(y), "inputGradient": numbers(x.grad), "weightGradient": numbers(weight.grad),
            "biasGradient": numbers(bias.grad)}


def relu(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    x = draw(generator, *shape)
    x.view(-1)[0], x.view(-1)[-1] = 0.0, -0.0
    x.requires_grad_()
    upstream = draw(generator, *shape)
    y = F.relu(x)
    y.backward(upstream)
    return {"shape": list(shape), "input": numbers(x), "upstream": numbers(upstream), "output": numbers(y),
            "inputGradient": numbers(x.grad)}


def cross_entropy(seed, batch, classes, divisor, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    logits = draw(generator, batch, classes, scale=scale).requires_grad_()
    labels = torch.randint(classes, (batch,), generator=generator)
    losses = F.cross_entropy(logits, labels, reduction="none")
    loss = losses.sum() / divisor
    loss.backward()
    return {"batch": batch, "classes": classes, "divisor": divisor, "logits": numbers(logits),
            "labels": labels.tolist(), "losses": numbers(losses), "loss": number(loss),
            "logitsGradient": numbers(logits.grad)}


write(__file__, {
    "linear": [linear(1, 1, 5, 3), linear(2, 4, 7, 2), linear(3, 17, 12, 10)],
    "relu": [relu(4, 1, 5), relu(5, 4, 7), relu(6, 2, 3, 5, 3)],
    # The divisor is the global sample count: larger than the batch when other ranks hold the rest.
    "crossEntropy": [cross_entropy(7, 1, 2, 1), cross_entropy(8, 4, 10, 16), cross_entropy(9, 17, 5, 17),
                     cross_entropy(10, 3, 4, 3, scale=1e4)],
})
