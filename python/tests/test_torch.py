"""phiscale.torch.count on small modules, and on networks of torchvision where it is installed."""

import logging
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

torch = pytest.importorskip("torch", reason="phiscale.torch needs PyTorch")
pytest.importorskip("onnx", reason="phiscale.torch needs onnx, which PyTorch's exporter imports")
nn = torch.nn

import phiscale  # noqa: E402
import phiscale.torch  # noqa: E402
from phiscale.torch import ExportError, count  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def params(module):
    return sum(parameter.numel() for parameter in module.parameters())


def names(network):
    return [layer["name"] for layer in network.layers]


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Sequential(nn.Dropout(), nn.Linear(8, 4))

    def forward(self, x):
        return self.head(self.pool(self.stem(x)).flatten(1))


class Pair(nn.Module):
    """Two inputs, a keyword, and a dictionary as its result."""

    def __init__(self):
        super().__init__()
        self.left = nn.Linear(3, 4)
        self.right = nn.Linear(5, 4)

    def forward(self, left, right, *, scale=1.0):
        return {"sum": scale * (self.left(left) + self.right(right)), "nothing": None}


CLASSIFIER_PARAMS = 3 * 8 * 9 + 2 * 8 + 8 * 4 + 4
CLASSIFIER_MACS = 3 * 8 * 9 * 6 * 6 + 8 * 4


def test_layers_have_the_names_of_their_modules():
    network = count(Classifier(), (1, 3, 8, 8))
    assert names(network) == ["stem.0", "stem.1", "stem.2", "pool", "head.1"]
    assert (network.params, network.macs) == (CLASSIFIER_PARAMS, CLASSIFIER_MACS)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_dtype_counts_the_same(dtype):
    network = count(Classifier().to(dtype), (1, 3, 8, 8))
    assert (network.params, network.macs) == (CLASSIFIER_PARAMS, CLASSIFIER_MACS)


@pytest.mark.parametrize("wrap", [nn.DataParallel, torch.compile, lambda model: model.to("meta"), lambda model: model])
@pytest.mark.parametrize(
    "given", [(1, 3, 8, 8), [1, 3, 8, 8], torch.zeros(1, 3, 8, 8), {"x": (1, 3, 8, 8)}, (4, 3, 8, 8)]
)
def test_one_image_counts_the_same_however_it_is_given(wrap, given):
    network = count(wrap(Classifier()), given)
    assert (network.params, network.macs) == (CLASSIFIER_PARAMS, CLASSIFIER_MACS)


@pytest.mark.parametrize(
    "given",
    [
        ((1, 3), (1, 5)),
        (torch.zeros(1, 3), (1, 5)),
        {"right": (1, 5), "left": (1, 3)},
        {"left": (1, 3), "right": (1, 5), "scale": 2.0},
    ],
)
def test_several_inputs_are_a_tuple_or_a_dictionary(given):
    network = count(Pair(), given)
    assert (network.params, network.macs) == (params(Pair()), 3 * 4 + 5 * 4)
    assert names(network)[:2] == ["left", "right"]


def test_a_list_of_tensors_is_one_argument():
    class Listed(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(3, 4)

        def forward(self, images):
            return [self.linear(image) for image in images]

    assert count(Listed(), ([torch.zeros(1, 3), torch.zeros(1, 3)],)).macs == 2 * 3 * 4


def test_equal_and_zero_parameters_all_count():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    assert count(model, (1, 4)).params == params(model)


def test_shared_parameters_count_once():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(10, 4)
            self.head = nn.Linear(4, 10, bias=False)
            self.head.weight = self.embedding.weight

        def forward(self, tokens):
            return self.head(self.embedding(tokens))

    assert count(Tied(), torch.zeros(1, 7, dtype=torch.long)).params == 40


@pytest.mark.parametrize("persistent", [True, False])
def test_buffers_do_not_count(persistent):
    class Filtered(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("kernel", torch.rand(4, 4, 3, 3), persistent=persistent)
            self.gain = nn.Parameter(torch.ones(()))
            self.conv = nn.Conv2d(4, 4, 1)

        def forward(self, x):
            return self.gain * self.conv(nn.functional.conv2d(x, self.kernel))

    assert count(Filtered(), (1, 4, 8, 8)).params == 4 * 4 + 4 + 1


def test_params_without_effect_are_warned_of_and_do_not_count():
    model = Classifier()
    model.auxiliary = nn.Sequential(nn.Linear(3, 3))
    with pytest.warns(UserWarning, match=r"12 of the params, and they do not count: auxiliary \(12\)"):
        assert count(model, (1, 3, 8, 8)).params == CLASSIFIER_PARAMS


def state(model):
    modes = [module.training for module in model.modules()]
    hooks = [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()]
    held = [(name, id(value), value._version) for name, value in model.state_dict(keep_vars=True).items()]
    grads = [(parameter.requires_grad, parameter.grad) for parameter in model.parameters()]
    attributes = [sorted(vars(module)) for module in model.modules()]
    return modes, hooks, held, grads, attributes, torch.is_grad_enabled(), torch.backends.mha.get_fastpath_enabled()


@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (1, 4, 8, 8)])
def test_the_module_stays_as_it_was(shape):
    model = Classifier().train()
    model.stem[1].eval()
    model.head[1].weight.requires_grad_(False)
    model.stem.register_forward_hook(lambda *_: None)
    before = state(model)
    try:
        count(model, shape)
    except ExportError:
        assert shape == (1, 4, 8, 8)
    assert state(model) == before


def test_buffers_that_forward_writes_stay_as_they_were():
    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("calls", torch.zeros(1))
            self.linear = nn.Linear(3, 3)

        def forward(self, x):
            self.calls += 1
            self.last = x
            return self.linear(x)

    model = Counting()
    count(model, (1, 3))
    assert model.calls.item() == 0 and not hasattr(model, "last")


def test_nothing_is_printed_or_warned(capfd):
    class Branching(nn.Module):
        def forward(self, x):
            return torch.fft.fft2(x).real if x.sum() > 1e9 else x + 1

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        count(Branching(), (1, 3, 8, 8))
    assert capfd.readouterr() == ("", "")


def test_threads_take_turns():
    before = os.fstat(1).st_ino, logging.root.manager.disable
    with ThreadPoolExecutor(4) as pool:
        networks = [*pool.map(lambda _: count(Classifier(), (1, 3, 8, 8)), range(8))]
    assert {network.macs for network in networks} == {CLASSIFIER_MACS}
    assert (os.fstat(1).st_ino, logging.root.manager.disable) == before


@pytest.mark.parametrize(
    ("model", "given", "error", "text"),
    [
        (nn.Linear, (1, 3), TypeError, "the class Linear, not a torch.nn.Module; call it"),
        (lambda x: x, (1, 3), TypeError, "of type function, not a torch.nn.Module"),
        (nn.Linear(3, 4), None, TypeError, "input is of type NoneType"),
        (nn.Linear(3, 4), (1.0, 3), TypeError, r"input is \(1.0, 3\), without a tensor"),
        (nn.Linear(3, 4), (0, 3), ValueError, r"the shape \(0, 3\) has a size below 1"),
        (nn.Linear(3, 4), (1, 5), ExportError, r"Linear does not run on the input, \(1, 5\) torch.float32"),
        (nn.Embedding(3, 4), (1, 5), ExportError, "Embedding does not run on the input, .* Long"),
    ],
)
def test_mistakes_are_explained(model, given, error, text):
    with pytest.raises(error, match=text):
        count(model, given)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_torchscript_is_refused():
    with pytest.raises(TypeError, match="model is TorchScript"):
        count(torch.jit.script(nn.Linear(3, 4)), (1, 3))


def test_a_module_that_cannot_be_copied_is_refused():
    model = nn.Linear(3, 4)
    model.lock = threading.Lock()
    with pytest.raises(ExportError, match="Linear cannot be copied: cannot pickle"):
        count(model, (1, 3))


def test_the_error_of_the_exporter_is_chained(capfd):
    class Fourier(nn.Module):
        def forward(self, x):
            return torch.fft.fft2(x).real

    with pytest.raises(ExportError, match="exporter refuses Fourier: .*fft_fft2") as raised:
        count(Fourier(), (1, 3, 8, 8))
    assert raised.value.__cause__ is not None
    assert capfd.readouterr() == ("", "")


def test_an_operator_that_is_unknown_is_an_error_unless_it_is_allowed():
    model = nn.LSTM(4, 4)
    with pytest.raises(phiscale.Error, match="LSTM"):
        count(model, (5, 1, 4))
    assert count(model, (5, 1, 4), allow_unknown=True).params == params(model)


def test_attention_counts_as_its_products():
    model = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    network = count(model, (1, 5, 8))
    assert network.params == params(model)
    assert network.macs == 5 * (4 * 8 * 8 + 2 * 8 * 16) + 2 * 5 * 5 * 8


@pytest.mark.parametrize(
    ("name", "macs"),
    [("resnet18", 1_814_073_344), ("mobilenet_v3_small", 56_510_400), ("swin_t", 4_490_566_656)],
)
def test_networks_of_torchvision(name, macs):
    torchvision = pytest.importorskip("torchvision", reason="needs torchvision")
    with torch.device("meta"):
        model = torchvision.models.get_model(name, weights=None)
    network = count(model, (1, 3, 224, 224))
    assert (network.params, network.macs) == (params(model), macs)


class Reusing(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.r = torch.nn.Linear(4, 4)
        self.r_1 = torch.nn.Linear(4, 4)
        self.relu = torch.nn.ReLU()

    def forward(self, x):
        return self.r_1(self.relu(self.r(self.relu(self.r(x)))))


def test_a_module_that_runs_twice_has_one_name():
    network = phiscale.torch.count(Reusing(), (1, 4))
    modules = [layer["name"].split("/")[0] for layer in network.layers]
    assert modules == ["r", "r", "relu", "relu", "r_1"]  # stage by stage
    assert [layer["params"] for layer in network.layers] == [20, 0, 0, 0, 20]


def test_statistics_of_norms_are_stored_and_not_trained():
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8))
    network = phiscale.torch.count(module, (1, 3, 8, 8))
    assert network.params == sum(parameter.numel() for parameter in module.parameters())
    assert network.table()["totals"]["norm_stats"] == 16
