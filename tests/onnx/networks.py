"""The networks of torchvision and timm, with random weights, and what PyTorch counts in them."""

import warnings

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

aten = torch.ops.aten
warnings.filterwarnings("ignore")
# Fused attention cannot be exported to ONNX.
torch.backends.mha.set_fastpath_enabled(False)

# Networks of torchvision that are built for another size than their default weights.
SIDES = {"inception_v3": 299, "vit_h_14": 224}


class Torchvision:
    def names():
        import torchvision

        return torchvision.models.list_models(module=torchvision.models)

    def network(name):
        """The network as it runs, without the auxiliary classifiers of training."""
        import torchvision

        own = {"init_weights": False, "aux_logits": False} if name in ("googlenet", "inception_v3") else {}
        return torchvision.models.get_model(name, weights=None, **own)

    def image(name, _):
        import torchvision

        side = SIDES.get(name)
        if side is None:
            try:
                side = torchvision.models.get_model_weights(name).DEFAULT.transforms().crop_size[0]
            except (ValueError, AttributeError):
                side = 224
        return [1, 3, side, side]


class Timm:
    def names():
        import timm

        return timm.list_models()

    def network(name):
        """The network as timm builds it for export: attention as products, activations without code for training."""
        import timm

        return timm.create_model(name, exportable=True)

    def image(_, module):
        return [1, *module.pretrained_cfg["input_size"]]


LIBRARIES = {"torchvision": Torchvision, "timm": Timm}


class Unfilled(TorchDispatchMode):
    """Leaves out the random numbers with which a network is built: `random` replaces them all."""

    SKIPPED = {aten.normal_.default, aten.uniform_.default, aten.erfinv_.default}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return args[0] if function in self.SKIPPED else function(*args, **(kwargs or {}))


def network(library, name):
    """The network, its weights not set, and the shape of its input."""
    with Unfilled():
        module = LIBRARIES[library].network(name).eval()
    return module, LIBRARIES[library].image(name, module)


def random(module):
    """Sets weights and statistics so that no two tensors are equal and none is zero: exporters drop those.

    Other buffers, such as tables of positions or kernels that blur, keep their values.
    """
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(0.1, 1)
        for name, buffer in module.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                buffer.uniform_(0.1, 1)


class Watched(TorchDispatchMode):
    """Sees what a CNN is decided by: products of two maps, and how many layers with weights look at windows."""

    PRODUCTS = {
        aten.mm.default: (0, 1),
        aten.bmm.default: (0, 1),
        aten.addmm.default: (1, 2),
        aten.baddbmm.default: (1, 2),
    }

    def __init__(self):
        super().__init__()
        self.products = self.windows = self.weighted = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function in self.PRODUCTS:
            if all(self.is_map(args[factor]) for factor in self.PRODUCTS[function]):
                self.products += 1
            else:
                self.weighted += 1
        if function is aten.convolution.default:
            self.weighted += 1
            # A window larger than its stride sees its neighbours' pixels; a patch embedding does not.
            self.windows += any(side > step for side, step in zip(args[1].shape[2:], args[3]))
        results = function(*args, **(kwargs or {}))
        if any(self.is_map(tensor) for tensor in tree_leaves((args, kwargs))):
            for tensor in tree_leaves(results):
                if isinstance(tensor, torch.Tensor):
                    tensor.depends_on_input = True
        return results

    @staticmethod
    def is_map(tensor):
        return getattr(tensor, "depends_on_input", False)


def truth(library, name):
    """What PyTorch counts: params, and MACs as half of the FLOPs when attention is computed as products."""
    try:
        return counted(library, name, "meta")
    except Exception:  # a network that reads values needs values
        return counted(library, name, "cpu")


def counted(library, name, device):
    with torch.device(device):
        module, shape = network(library, name)
        # PyTorch's counter fails on views of params that want gradients.
        module.requires_grad_(False)
        image = torch.zeros(shape)
    image.depends_on_input = True
    counter, watched = FlopCounterMode(display=False), Watched()
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), counter, watched:
        module(image)
    flops = counter.get_flop_counts()
    operators = {str(operator): count // 2 for operator, count in flops["Global"].items()}
    return {
        "params": sum(parameter.numel() for parameter in module.parameters()),
        "macs": sum(operators.values()),
        "input": shape,
        "cnn": is_cnn(operators, watched),
        "operators": operators,
        "products of maps": watched.products,
        "windows": watched.windows,
        "weighted": watched.weighted,
        "modules": {path.partition(".")[2]: sum(at.values()) // 2 for path, at in flops.items() if "." in path},
        "trained": [[name, list(parameter.shape)] for name, parameter in module.named_parameters()],
        "buffers": [[name, list(held.shape)] for name, held in module.named_buffers() if held.is_floating_point()],
    }


def is_cnn(operators, watched):
    """No product of two maps, as attention has; and convolutions do most of the work, or mix the pixels.

    ConvNeXt computes convolutions of 1 x 1 as products of matrices, so most of its MACs are not in convolutions; but
    more than one in ten of its layers with weights looks at windows. Mixers over positions look at none.
    """
    convolutions = sum(macs for operator, macs in operators.items() if "convolution" in operator)
    most = 2 * convolutions > sum(operators.values())
    return watched.products == 0 and (most or 10 * watched.windows > watched.weighted)
