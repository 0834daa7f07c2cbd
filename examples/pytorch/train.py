#!/usr/bin/env python3
"""Trains a network that `phiscale export` wrote, and leaves its accuracy in result.json.

    phiscale export mine.toml --phi 0.5 --to pytorch -o network.py
    python train.py network.py --data fashion-mnist --epochs 12

DATA is a folder with IDX files as MNIST has them (train-images-idx3-ubyte and so on, also with .gz), or one with
`train/CLASS/*.jpg` and `val/CLASS/*.jpg`. Images are brought to the network's input size. Needs PyTorch, and torchvision
for folders of images.

AdamW with a warm-up and a cosine schedule, label smoothing, and an average of the weights (EMA), which is what is tested.
On GPUs it trains in mixed precision, on all that there are. After every epoch the state goes to checkpoint.pt; the same
command goes on from there after a kill, and on one processor ends with the same weights as if nothing had happened.

As the evaluator of a search, which runs it in the folder of each candidate, and keeps checkpoints of all attempts at a
candidate in one place (PHISCALE_STATE):

    phiscale search mine.toml --evaluator 'python "$PHISCALE_FOLDER/train.py" network.py --data "$PHISCALE_FOLDER/data"'
"""

import argparse
import contextlib
import gzip
import importlib.util
import json
import math
import os
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

CHECKPOINT, RESULT = "checkpoint.pt", "result.json"

# What the loss of an auxiliary classifier counts (Szegedy et al. 2014, arXiv:1409.4842, section 5).
AUXILIARY_SHARE = 0.3

# What a run must share with the one that it goes on from.
RECIPE = ["epochs", "batch", "learning_rate", "weight_decay", "label_smoothing", "warmup", "ema", "limit", "validation", "seed", "precision"]


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("network", type=Path, help="the module that `phiscale export --to pytorch` wrote")
    parser.add_argument("--data", type=Path, required=True, help="a folder of IDX files, or of images by class")
    parser.add_argument("--folder", type=Path, default=Path("."), help="where result.json goes, and checkpoint.pt")
    parser.add_argument("--epochs", type=positive(int), default=12)
    parser.add_argument("--batch", type=positive(int), default=128, help="images in a step, on all GPUs together")
    parser.add_argument("--learning-rate", type=positive(float), default=0.004, help="the highest")
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--label-smoothing", type=share, default=0.1)
    parser.add_argument("--warmup", type=share, default=0.1, help="the share of the steps in which the rate rises")
    parser.add_argument("--ema", type=share, default=0.999, help="what the average of weights keeps each step; 0: none")
    parser.add_argument("--limit", type=positive(int), help="use the first N images of each set of IDX files only")
    parser.add_argument(
        "--validation", type=int, default=0, help="keep the last N training images of IDX files back, and measure on them"
    )
    parser.add_argument("--precision", choices=["auto", "float32", "bfloat16", "float16"], default="auto")
    parser.add_argument("--workers", type=int, default=8, help="processes that read images, on each GPU")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def positive(kind):
    """A number above 0."""

    def number(text):
        value = kind(text)
        if not 0 < value < math.inf:
            raise argparse.ArgumentTypeError(f"{text} must be above 0")
        return value

    number.__name__ = kind.__name__
    return number


def share(text):
    """A number from 0 to below 1."""
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} must be from 0 to below 1")
    return value


def main():
    options = arguments()
    heed_variant(options)
    options.state = Path(os.environ.get("PHISCALE_STATE", options.folder))
    for folder in [options.folder, options.state]:
        folder.mkdir(parents=True, exist_ok=True)
    if start_on_every_gpu():
        return
    with processes() as (rank, count, device):
        options.precision = precision(options.precision, device)
        train(options, rank, count, device)


def heed_variant(options):
    """What a design or a study wants of this training, as candidate.json beside the network says."""
    path = options.network.parent / "candidate.json"
    variant = json.loads(path.read_text()).get("variant", {}) if path.is_file() else {}
    for name in ["epochs", "learning_rate", "seed"]:
        setattr(options, name, variant.get(name, getattr(options, name)))
    if variant.get("images") == "test":
        options.validation = 0


def start_on_every_gpu():
    """Where there are several GPUs, runs this command once on each; whether it has done so."""
    if "RANK" in os.environ or torch.cuda.device_count() < 2:
        return False
    from torch.distributed import run

    run.main(["--standalone", f"--nproc-per-node={torch.cuda.device_count()}", *sys.argv])
    return True


@contextlib.contextmanager
def processes():
    """The rank of this process, how many there are, and its device."""
    rank, count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
    if count == 1:
        yield rank, count, device
        return
    torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield rank, count, device
    finally:
        torch.distributed.destroy_process_group()


def precision(asked, device):
    """The precision of the arithmetic: mixed where a GPU has it."""
    if asked != "auto":
        return asked
    if device.type != "cuda":
        return "float32"
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"


def load(path):
    """The module at a path."""
    if not path.is_file():
        sys.exit(f"error: {path} is not a file; `phiscale export SPEC --to pytorch -o {path}` writes it")
    spec = importlib.util.spec_from_file_location("network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ["build", "INPUT"]:
        if not hasattr(module, name):
            sys.exit(f"error: {path} does not define `{name}`; was it written by `phiscale export --to pytorch`?")
    return module


def idx(folder, name):
    """The tensor of an IDX file, which may be compressed; its first dimension counts images."""
    for path, opened in [(folder / name, open), (folder / f"{name}.gz", gzip.open)]:
        if path.is_file():
            with opened(path, "rb") as file:
                content = bytearray(file.read())
            dimensions = content[3]
            start = 4 + 4 * dimensions
            shape = [int.from_bytes(content[at : at + 4], "big") for at in range(4, start, 4)]
            if content[:3] != b"\0\0\x08" or len(content) != start + math.prod(shape):
                sys.exit(f"error: {path} is not an IDX file of bytes")
            return torch.frombuffer(content, dtype=torch.uint8, offset=start).reshape(shape)
    sys.exit(f"error: {folder} has neither {name} nor {name}.gz")


class Idx:
    """Images of IDX files, in memory, at the network's size."""

    def __init__(self, folder, shape, limit, validation, device):
        self.device = device
        channels, height, width = shape
        sets = {}
        for part, prefix in [("train", "train"), ("val", "train" if validation else "t10k")]:
            images = idx(folder, f"{prefix}-images-idx3-ubyte")
            labels = idx(folder, f"{prefix}-labels-idx1-ubyte").long()
            if len(images) != len(labels):
                sys.exit(f"error: {folder} has {len(images)} images and {len(labels)} labels in its {prefix} files")
            if validation:
                kept_back = len(labels) - validation
                if kept_back < 1:
                    sys.exit(f"error: {folder} has {len(labels)} training images; --validation leaves none")
                images, labels = [all[:kept_back] if part == "train" else all[kept_back:] for all in (images, labels)]
            images, labels = images[:limit].unsqueeze(1).float() / 255, labels[:limit]
            images = functional.interpolate(images, (height, width), mode="bilinear", antialias=True)
            sets[part] = images.expand(-1, channels, -1, -1), labels
        deviation, mean = torch.std_mean(sets["train"][0])
        self.sets = {part: ((images - mean) / deviation, labels) for part, (images, labels) in sets.items()}
        self.classes = 1 + max(int(labels.max()) for _, labels in sets.values())

    def batches(self, part, batch, order=None):
        """Images and labels, batch by batch: in the given order without a last part of a batch, or all as they are."""
        images, labels = self.sets[part]
        order = torch.arange(len(labels)) if order is None else order[: len(order) // batch * batch]
        for index in order.split(batch):
            yield images[index].to(self.device), labels[index].to(self.device)

    def count(self, part):
        return len(self.sets[part][1])


class Folder:
    """Images in a folder for each class, read when they are needed."""

    def __init__(self, folder, shape, workers, device):
        try:
            from torchvision import datasets, transforms
        except ImportError:
            sys.exit("error: folders of images need torchvision: pip install torchvision")
        size = shape[1:]
        normal = [transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
        enlarged = [round(side / 0.875) for side in size]
        views = {
            "train": [transforms.RandomResizedCrop(size), transforms.RandomHorizontalFlip(), *normal],
            "val": [transforms.Resize(enlarged), transforms.CenterCrop(size), *normal],
        }
        self.sets = {part: datasets.ImageFolder(folder / part, transforms.Compose(view)) for part, view in views.items()}
        if self.sets["train"].classes != self.sets["val"].classes:
            sys.exit(f"error: {folder}/train and {folder}/val have other classes")
        self.classes = len(self.sets["train"].classes)
        self.workers, self.device = workers, device

    def batches(self, part, batch, order=None):
        order, is_training = (range(self.count(part)), False) if order is None else (order.tolist(), True)
        loader = torch.utils.data.DataLoader(
            self.sets[part],
            batch,
            sampler=order,
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            drop_last=is_training,
        )
        for images, labels in loader:
            yield images.to(self.device, non_blocking=True), labels.to(self.device, non_blocking=True)

    def count(self, part):
        return len(self.sets[part])


def data_of(options, shape, device):
    """The images of a folder, whichever form it has."""
    if (options.data / "train").is_dir():
        return Folder(options.data, shape, options.workers, device)
    return Idx(options.data, shape, options.limit, options.validation, device)


def train(options, rank, count, device):
    """Trains, from the checkpoint if there is one, and writes the result."""
    torch.manual_seed(options.seed)
    module = load(options.network)
    data = data_of(options, module.INPUT, device)
    model = module.build().to(device)
    outputs = classes_of(model, module.INPUT, device)
    if outputs < data.classes:
        sys.exit(f"error: the images have {data.classes} classes, the network {outputs}: export it with --classes")
    batch = options.batch // count
    steps = data.count("train") // count // batch
    if steps == 0:
        sys.exit(f"error: {data.count('train')} training images are fewer than a batch of {options.batch}")
    run = Run(options, model, steps, count, device)
    run.resume()
    for epoch in range(run.epoch, options.epochs):
        run.train_epoch(data, epoch, batch, rank, count)
        if rank == 0:
            run.save(epoch + 1)
    accuracy = run.accuracy(data, batch, rank, count)
    if rank == 0:
        seconds = run.seconds + time.monotonic() - run.start
        weights = f"EMA of {options.ema}" if options.ema else "last weights"
        notes = f"{options.epochs} epochs, seed {options.seed}, {weights}, {options.precision}, torch {torch.__version__}"
        write(options.folder / RESULT, {"accuracy": accuracy, "seconds": round(seconds, 3), "notes": notes})
        print(f"{accuracy:.2f} % of {data.count('val')} images", file=sys.stderr)


@torch.no_grad()
def classes_of(model, shape, device):
    model.eval()
    return model(torch.zeros(1, *shape, device=device)).shape[1]


class Run:
    """A training run: the model, its average, the optimizer, and where they are."""

    def __init__(self, options, model, steps, count, device):
        self.options, self.device, self.steps, self.total = options, device, steps, steps * options.epochs
        self.epoch, self.seconds, self.start = 0, 0.0, time.monotonic()
        self.model = model
        self.trained = nn.parallel.DistributedDataParallel(model) if count > 1 else model
        self.average = AveragedModel(model, multi_avg_fn=self.averaged, use_buffers=True) if options.ema else None
        # Norms and biases are not decayed.
        decayed = [param for param in model.parameters() if param.ndim > 1]
        others = [param for param in model.parameters() if param.ndim <= 1]
        groups = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]
        rate, decay = options.learning_rate, options.weight_decay
        self.optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=decay)
        self.scaler = torch.amp.GradScaler(device.type, enabled=options.precision == "float16")
        self.loss = nn.CrossEntropyLoss(label_smoothing=options.label_smoothing)

    def averaged(self, averages, weights, number):
        """Moves averages towards weights, at first fast, so that a short run is not held back by its start."""
        keep = min(self.options.ema, (1 + number.item()) / (10 + number.item()))
        get_ema_multi_avg_fn(keep)(averages, weights, number)

    def parts(self):
        """Everything with a state, by its name in a checkpoint."""
        parts = {"model": self.model, "average": self.average, "optimizer": self.optimizer, "scaler": self.scaler}
        return {name: part for name, part in parts.items() if part is not None}

    def recipe(self):
        return {name: getattr(self.options, name) for name in RECIPE}

    def save(self, epoch):
        """Writes the state after `epoch` epochs: whole, or not at all."""
        state = {name: part.state_dict() for name, part in self.parts().items()}
        seconds = self.seconds + time.monotonic() - self.start
        state |= {"epoch": epoch, "seconds": seconds, "recipe": self.recipe()}
        written = self.options.state / f"{CHECKPOINT}.part"
        torch.save(state, written)
        os.replace(written, self.options.state / CHECKPOINT)

    def resume(self):
        """Goes on from the checkpoint, if there is one."""
        path = self.options.state / CHECKPOINT
        if not path.is_file():
            return
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as problem:  # whatever a damaged file makes torch raise
            sys.exit(f"error: {path} cannot be read: remove it to start again ({type(problem).__name__})")
        changed = [name for name, value in self.recipe().items() if state["recipe"].get(name) != value]
        if changed:
            sys.exit(f"error: {path} is of a run with other values of {', '.join(changed)}: give those, or remove the file")
        for name, part in self.parts().items():
            try:
                part.load_state_dict(state[name])
            except (RuntimeError, ValueError):
                sys.exit(f"error: {path} is of another network: remove the file")
        self.epoch, self.seconds = state["epoch"], state["seconds"]
        print(f"going on after epoch {self.epoch} of {self.options.epochs}", file=sys.stderr)

    def rate(self, step):
        """The learning rate: up to the highest in the warm-up, then down to 0 along a cosine."""
        warmup = max(1, round(self.options.warmup * self.total))
        if step < warmup:
            return self.options.learning_rate * (step + 1) / warmup
        along = (step - warmup) / max(1, self.total - warmup)
        return self.options.learning_rate * (1 + math.cos(math.pi * along)) / 2

    def train_epoch(self, data, epoch, batch, rank, count):
        """Trains an epoch, on this process' share of the images."""
        self.trained.train()
        # Chance depends on the seed, the epoch and the process alone, so a resumed run is the same.
        torch.manual_seed(1_000_003 * self.options.seed + epoch)
        own = torch.randperm(data.count("train"))[rank::count][: self.steps * batch]
        torch.manual_seed(1_000_003 * self.options.seed + 1000 * (rank + 1) + epoch)
        progress = Progress(epoch, self.steps, self.total) if rank == 0 else None
        for index, (images, labels) in enumerate(data.batches("train", batch, own)):
            step = epoch * self.steps + index
            for group in self.optimizer.param_groups:
                group["lr"] = self.rate(step)
            with self.mixed():
                loss = self.loss_of(self.trained(images), labels)
            self.optimizer.zero_grad()
            self.scaler.scale(loss).backward()
            self.scaler.step(self.optimizer)
            self.scaler.update()
            if self.average:
                self.average.update_parameters(self.model)
            if progress:
                progress.show(index + 1, loss)
        if not torch.isfinite(loss):
            sys.exit(f"error: the loss of epoch {epoch + 1} is not finite: lower --learning-rate")

    def loss_of(self, outputs, labels):
        """The loss of an output, with a share of those of auxiliary classifiers."""
        output, *auxiliary = outputs if isinstance(outputs, tuple) else (outputs,)
        return self.loss(output, labels) + AUXILIARY_SHARE * sum(self.loss(one, labels) for one in auxiliary)

    def mixed(self):
        kinds = {"bfloat16": torch.bfloat16, "float16": torch.float16}
        kind = kinds.get(self.options.precision)
        return torch.autocast(self.device.type, kind) if kind else contextlib.nullcontext()

    @torch.no_grad()
    def accuracy(self, data, batch, rank, count):
        """Accuracy on the images that are not trained on, in percent."""
        model = self.average or self.model
        model.eval()
        right = torch.zeros((), device=self.device)
        for index, (images, labels) in enumerate(data.batches("val", batch)):
            if index % count == rank:
                with self.mixed():
                    right += (model(images).argmax(1) == labels).sum()
        if count > 1:
            torch.distributed.all_reduce(right)
        return 100 * right.item() / data.count("val")


class Progress:
    """A line on a terminal, and one for each epoch elsewhere."""

    def __init__(self, epoch, steps, total):
        self.epoch, self.steps, self.total = epoch, steps, total
        self.start = self.shown = time.monotonic()

    def show(self, done, loss):
        now = time.monotonic()
        is_last = done == self.steps
        if not is_last and (now - self.shown < 0.5 or not sys.stderr.isatty()):
            return
        self.shown = now
        left = (now - self.start) / done * (self.total - self.epoch * self.steps - done)
        place = f"epoch {self.epoch + 1} of {self.total // self.steps}, step {done} of {self.steps}"
        end = "\n" if is_last else "\r"
        print(f"{place}, loss {loss.item():.3f}, {left:.0f} s left ", end=end, file=sys.stderr, flush=True)


def write(path, value):
    """Writes a JSON file: whole, or not at all."""
    written = path.with_name(f"{path.name}.part")
    written.write_text(json.dumps(value) + "\n")
    os.replace(written, path)


if __name__ == "__main__":
    main()
