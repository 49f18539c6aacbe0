"""Golden values for batch normalisation: batch_norm.json. Inputs are float32, results are computed in float64.

{"cases": [{"shape": [n, c] or [n, h, w, c], "input", "upstream", "shortcut": [as shape], "weight": [c], "bias": [c],
            "runningMean": [c], "runningVar": [c], "nextMean": [c], "nextVar": [c],
            "plain", "rectified", "residual", "evaluation":
                {"output", "inputGradient", "shortcutGradient" or null: [as shape], "weightGradient", "biasGradient": [c]}}]}

`nextMean` and `nextVar` are the running statistics after one training step, with PyTorch's momentum of 0.1. `plain` is the
normalisation in training, `rectified` max(y, 0) of it, `residual` max(y + shortcut, 0), `evaluation` max(y, 0) with the running
statistics. `upstream` is the gradient with respect to the output, not constant.
"""

import torch
import torch.nn.functional as F

from golden import draw, numbers, write


def channels_first(x):
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x


def channels_last(x):
    return x.permute(0, 2, 3, 1) if x.dim() == 4 else x


def normalize(x, weight, bias, mean, var, training):
    y = F.batch_norm(channels_first(x), mean.clone(), var.clone(), weight, bias, training)
    return channels_last(y)


def differentiate(tensors, upstream, form):
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]
    y = form(*leaves)
    y.backward(upstream)
    x, weight, bias, shortcut = (None if leaf.grad is None else numbers(leaf.grad) for leaf in leaves)
    return {"output": numbers(y), "inputGradient": x, "weightGradient": weight, "biasGradient": bias,
            "shortcutGradient": shortcut}


def case(seed, *shape, scale=1.0, offset=0.0):
    generator = torch.Generator().manual_seed(seed)
    c = shape[-1]
    x = (draw(generator, *shape, scale=scale) + offset).to(torch.float32).to(torch.float64)
    upstream, shortcut = draw(generator, *shape), draw(generator, *shape)
    weight, bias = draw(generator, c) + 1, draw(generator, c)
    weight, bias = weight.float().double(), bias.float().double()
    mean, var = draw(generator, c), draw(generator, c).abs() + 0.5
    var = var.float().double()
    tensors = (x, weight, bias, shortcut)
    next_mean, next_var = mean.clone(), var.clone()
    F.batch_norm(channels_first(x), next_mean, next_var, weight, bias, True)

    def y(x, w, b, training=True):
        return normalize(x, w, b, mean, var, training)

    return {"shape": list(shape), "input": numbers(x), "upstream": numbers(upstream), "shortcut": numbers(shortcut),
            "weight": numbers(weight), "bias": numbers(bias), "runningMean": numbers(mean), "runningVar": numbers(var),
            "nextMean": numbers(next_mean), "nextVar": numbers(next_var),
            "plain": differentiate(tensors, upstream, lambda x, w, b, s: y(x, w, b)),
            "rectified": differentiate(tensors, upstream, lambda x, w, b, s: F.relu(y(x, w, b))),
            "residual": differentiate(tensors, upstream, lambda x, w, b, s: F.relu(y(x, w, b) + s)),
            "evaluation": differentiate(tensors, upstream, lambda x, w, b, s: F.relu(y(x, w, b, False)))}


write(__file__, {"cases": [case(1, 5, 3), case(2, 2, 1, 1, 5), case(3, 3, 4, 3, 7), case(4, 2, 3, 3, 17, scale=3.0),
                           case(5, 4, 3, 2, 2, offset=50.0)]})
