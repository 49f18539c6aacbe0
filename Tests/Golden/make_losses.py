"""Golden values for the losses: losses.json. Inputs are float32, results are computed in float64.

{"crossEntropy": [{"shape": [n, c], "input": [n*c], "labels": [n], "targets": [n*c], "upstream": [items],
                   "losses": [items], "sum", "mean", "gradient": [n*c], "meanGradient": [n*c]}],
 "crossEntropyOfProbabilities": [...], "binaryCrossEntropy": [...], "negativeLogLikelihood": [...],
 "meanSquaredError": [...]}

Every case has labels, for the losses that take them, and targets, for the others: rows of probabilities for the cross-entropy of
probabilities (the first row is one-hot), numbers in [0, 1] for the binary cross-entropy. There is a loss for each row, or for each
element in the binary cross-entropy and the mean squared error, which is half of PyTorch's. `gradient` is that of the losses summed
with the weights `upstream`, `meanGradient` that of their mean.
"""

import torch
import torch.nn.functional as F

from golden import draw, number, numbers, write


def case(loss, make_targets, seed, *shape, scale=1.0, make_input=lambda x: x):
    generator = torch.Generator().manual_seed(seed)
    x = make_input(draw(generator, *shape, scale=scale)).to(torch.float32).to(torch.float64).requires_grad_()
    labels = torch.randint(shape[1], (shape[0],), generator=generator)
    targets = make_targets(draw(generator, *shape)).to(torch.float32).to(torch.float64)
    losses = loss(x, labels, targets)
    upstream = draw(generator, *losses.shape)
    gradient, = torch.autograd.grad((losses * upstream).sum(), x, retain_graph=True)
    mean_gradient, = torch.autograd.grad(losses.mean(), x)
    return {"shape": list(shape), "input": numbers(x), "labels": labels.tolist(), "targets": numbers(targets),
            "upstream": numbers(upstream), "losses": numbers(losses), "sum": number(losses.sum()),
            "mean": number(losses.mean()), "gradient": numbers(gradient), "meanGradient": numbers(mean_gradient)}


def probabilities(x):
    rows = torch.softmax(x, -1)
    rows[0] = F.one_hot(torch.tensor(x.shape[1] - 1), x.shape[1])
    return rows


def between_zero_and_one(x):
    targets = torch.sigmoid(x)
    targets[x > 1], targets[x < -1] = 1.0, 0.0
    return targets


def cases(loss, make_targets, seed, **more):
    return [case(loss, make_targets, seed, 1, 1, **more), case(loss, make_targets, seed + 1, 4, 10, **more),
            case(loss, make_targets, seed + 2, 17, 5, scale=3.0, **more),
            case(loss, make_targets, seed + 3, 3, 4, scale=1e4, **more)]


write(__file__, {
    "crossEntropy": cases(lambda x, labels, _: F.cross_entropy(x, labels, reduction="none"), probabilities, 60),
    "crossEntropyOfProbabilities": cases(
        lambda x, _, targets: F.cross_entropy(x, targets, reduction="none"), probabilities, 70),
    "binaryCrossEntropy": cases(
        lambda x, _, targets: F.binary_cross_entropy_with_logits(x, targets, reduction="none"), between_zero_and_one,
        80),
    "negativeLogLikelihood": cases(
        lambda x, labels, _: F.nll_loss(x, labels, reduction="none"), probabilities, 90,
        make_input=lambda x: torch.log_softmax(x, -1)),
    "meanSquaredError": cases(
        lambda x, _, targets: F.mse_loss(x, targets, reduction="none") / 2, lambda x: x, 100),
})
