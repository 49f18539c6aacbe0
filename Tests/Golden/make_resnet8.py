"""Golden values for ResNet-8: resnet8.json. Everything is computed in float64 from float32 numbers that both sides draw alike.

{"batch": n, "divisor": d,
 "tensors": [{"name", "shape"} of all parameters and buffers, as PyTorch declares them],
 "trainingLogits": [n*10], "loss", "evaluationLogits": [n*10], "runningStatistics": {name: [channels]},
 "gradients": {name: {"norm", "projection"}}}

The numbers of the tensors and of the input (number 1000) are those of networks.py. Sample k has label k mod 10; the loss is the sum
of the cross-entropies over d.
`projection` is the scalar product of the gradient with (u − ½) of the same tensor. `runningStatistics` are those after the training
pass, and `evaluationLogits` use them.
"""

import torch
import torch.nn.functional as F

from golden import number, numbers, write
from networks import filled, images, resnet8, tensors, uniform

BATCH, DIVISOR, INPUT = 3, 5, 1000

model = filled(resnet8())
shapes = tensors(model)
names = [name for name, _ in shapes]
inputs = images(INPUT, BATCH)
logits = model(inputs)
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
    "tensors": [{"name": name, "shape": list(shape)} for name, shape in shapes],
    "trainingLogits": numbers(logits), "loss": number(loss), "evaluationLogits": numbers(model(inputs)),
    "runningStatistics": running, "gradients": gradients,
})
