"""What PyTorch counts and keeps for the backward pass of a network of torchvision or timm.

Networks run on the device `meta` unless told otherwise: autograd builds the same graph there, without arithmetic and
memory. Attention runs by the formula: the fused operator multiplies queries and keys again in the backward pass.
"""

import math

import timm
import torch
import torchvision
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

# Batch norm takes no single image where its map is one pixel; two batches tell bytes per image from bytes per network.
BATCHES = (2, 4)
# Both warn if it is left out.
OPTIONS = {"googlenet": {"init_weights": False}, "inception_v3": {"init_weights": False}}


def made(network, device):
    """The network as the library's constructor makes it, in training mode: auxiliary classifiers run, branches drop."""
    library, _, name = network.partition("/")
    if library == "timm":
        model = timm.create_model(name, pretrained=False)
    else:
        model = torchvision.models.get_model(name, weights=None, **OPTIONS.get(name, {}))
    return model.to(device).train()


def loss(model, image):
    """A sum: it counts no FLOPs, and its backward pass needs no tensor."""
    output = model(image)
    outputs = [output] if isinstance(output, torch.Tensor) else [part for part in output if part is not None]
    return sum(part.sum() for part in outputs)


def convolution_backward(gradient, _input, weight, *_, out_shape=None):
    """FLOPs of the gradients of a convolution: each that is needed costs what the forward run costs.

    PyTorch's formula takes every convolution for one without groups where it counts the gradient of the weights.
    """
    return 2 * math.prod(gradient) * math.prod(weight[1:]) * sum(shape is not None for shape in out_shape[:2])


def macs(model, image):
    """MACs of the forward pass and of the backward pass by PyTorch's counter, and of the latter with groups heeded."""
    counters = [
        FlopCounterMode(display=False),
        FlopCounterMode(display=False),
        FlopCounterMode(display=False, custom_mapping={torch.ops.aten.convolution_backward: convolution_backward}),
    ]
    with sdpa_kernel(SDPBackend.MATH):
        with counters[0]:
            value = loss(model, image)
        with counters[1]:
            value.backward(retain_graph=True)
        with counters[2]:
            value.backward()
    model.zero_grad()
    return [counter.get_total_flops() // 2 for counter in counters]


def kept(model, image):
    """Bytes that autograd keeps for the backward pass: each storage once, without parameters and buffers."""
    own = {tensor.untyped_storage()._cdata for tensor in [*model.parameters(), *model.buffers()]}
    # Storages must outlive the run: PyTorch gives their addresses to later ones. The graph itself gets nothing to keep:
    # it is not run backward, and an output that it kept would keep the graph in turn, for good.
    storages = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        storages[storage._cdata] = storage

    with sdpa_kernel(SDPBackend.MATH), torch.autograd.graph.saved_tensors_hooks(keep, lambda nothing: nothing):
        loss(model, image)
    return sum(storage.nbytes() for address, storage in storages.items() if address not in own)


def by_image(count):
    """What a count says for one image and once for all, from two batches."""
    small, large = BATCHES
    few, many = count(small), count(large)
    each = (many - few) // (large - small)
    return each, few - each * small


def images(batch, side, device="meta"):
    return torch.zeros((batch, 3, side, side), device=device)


def measured(network, side):
    """MACs and bytes of one image in PyTorch, and the bytes that stay the same for any batch."""
    model = made(network, "meta")
    forward, backward, heeded = (count // BATCHES[0] for count in macs(model, images(BATCHES[0], side)))
    each, once = by_image(lambda batch: kept(model, images(batch, side)))
    return {"forward": forward, "backward": backward, "grouped": backward - heeded, "bytes": each, "once": once}
