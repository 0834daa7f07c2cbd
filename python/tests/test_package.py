"""Networks, families and errors."""

import copy
import json
import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import phiscale
import pytest

DYNAMO = Path(__file__).parents[2] / "tests" / "onnx" / "dynamo.onnx"

B0 = phiscale.network("efficientnet:b0")

# Params and MACs of published networks.
KNOWN = [
    ("efficientnet:b0", 5_288_548, 385_814_752),
    ("efficientnet:b3", 12_233_232, 1_827_141_392),
    ("torchvision/resnet50", 25_557_032, 4_089_184_256),
    ("mobilenetv2", 3_504_872, 300_774_272),
]

SPEC = """
input = { size = 32, classes = 10 }
[[stage]]
name = 'stem'
block = 'conv_norm_activation'
width = 16
kernel = 3
"""


@pytest.mark.parametrize(("name", "params", "macs"), KNOWN)
def test_published_networks_have_their_counts(name: str, params: int, macs: int) -> None:
    network = phiscale.network(name)
    assert (network.params, network.macs, network.flops) == (params, macs, 2 * macs)


def test_network_says_what_it_is() -> None:
    assert (B0.name, B0.title, B0.input) == ("efficientnet:b0", "EfficientNet", (3, 224, 224))
    assert B0.scale == (1.0, 1.0, 1.0)
    assert (B0.notes, B0.remarks) == ([], [])
    assert repr(B0) == "<phiscale.Network efficientnet:b0: 5,288,548 params, 385,814,752 MACs, input 3×224×224>"


def test_usual_name_has_a_remark() -> None:
    network = phiscale.network("resnet50")
    assert network.name == "resnet:50"
    assert network.remarks[0].startswith("resnet50: taken as resnet:50")


def test_input_and_classes_can_be_set() -> None:
    assert phiscale.network("efficientnet:b0", input=(192, 256)).input == (3, 192, 256)
    square = phiscale.network("efficientnet:b0", input=192, classes=10)
    assert square.input == (3, 192, 192)
    assert square.params == B0.params - 990 * 1281


def test_ledger_holds_what_is_counted() -> None:
    ledger = B0.ledger()
    assert ledger["conv_macs"]["main"] + ledger["linear_macs"]["main"] == B0.macs
    stored = ["conv_weights", "conv_biases", "linear_weights", "linear_biases", "norm_affine"]
    assert sum(ledger[event]["main"] for event in stored) == B0.params


def test_conventions_give_the_numbers_of_tools() -> None:
    assert B0.count() == B0.macs
    assert B0.count("thop") == 415_145_024
    assert B0.count("torch", batch=8) == 8 * B0.flops
    with pytest.raises(phiscale.Error, match="fvcore"):
        B0.count("fvcor")


def test_memory_is_in_bytes() -> None:
    stored = B0.params + B0.ledger()["norm_statistics"]["main"]
    for dtype, size in [("fp32", 4), ("fp16", 2), ("bf16", 2), ("int8", 1)]:
        memory = B0.memory(dtype)  # type: ignore[arg-type]
        assert memory["weights_bytes"] == size * stored
        assert memory["total_bytes"] == memory["weights_bytes"] + memory["peak_activation_bytes"]
        assert memory["at"] == "stage3/1/depthwise/conv"
    one, two = B0.memory(), B0.memory(batch=2)
    assert two["peak_activation_bytes"] == 2 * one["peak_activation_bytes"]


def test_family_gives_its_members_and_scales() -> None:
    family = phiscale.family("efficientnet")
    assert (family.name, family.input, family.classes) == ("efficientnet", (3, 224, 224), 1000)
    assert family.coefficients == (1.2, 1.1, 1.15)
    assert "b3" in family.members
    assert family.network("b3").macs == phiscale.network("efficientnet:b3").macs
    assert family.network().macs == family.network(phi=0).macs == B0.macs
    assert family.network(phi=1).macs == 992_629_472
    alpha, beta, gamma = family.coefficients
    by_hand = family.network(depth=alpha, width=beta, resolution=gamma)
    assert (by_hand.macs, by_hand.input) == (992_629_472, (3, 258, 258))
    assert by_hand.scale == (alpha, beta, gamma)
    assert family.network(input=32, classes=10).input == (3, 32, 32)


def test_family_takes_phi_or_multipliers() -> None:
    family = phiscale.family("efficientnet")
    with pytest.raises(ValueError, match="phi"):
        family.network(phi=1, width=2)
    assert phiscale.family("resnet").coefficients is None
    with pytest.raises(phiscale.Error):
        phiscale.family("resnet").network(phi=1)


def test_spec_is_read_from_text_and_from_a_file(tmp_path: Path) -> None:
    network = phiscale.spec(SPEC, "mine").network()
    assert (network.name, network.macs) == ("mine", 32 * 32 * 27 * 16)
    path = tmp_path / "mine.toml"
    path.write_text(SPEC, encoding="utf-8")
    assert phiscale.network(path).macs == phiscale.network(str(path)).macs == network.macs


def test_onnx_is_read_from_bytes_and_from_a_file() -> None:
    read = phiscale.onnx(DYNAMO.read_bytes(), "mine")
    assert (read.name, read.params, read.macs) == ("mine", 1778, 315_808)
    assert "batch norm is folded into 5 convolutions" in read.notes[0]
    assert phiscale.network(DYNAMO).macs == read.macs
    with pytest.raises(phiscale.Error):
        phiscale.onnx(b"not a model")


def test_table_explain_and_check_are_the_commands() -> None:
    name = "efficientnet:b0"
    assert B0.table().to_dict() == phiscale.count(name).to_dict()
    per_layer = phiscale.count(name, per="layer", dtype="int8", batch=2, convention="thop")
    assert B0.table(per="layer", dtype="int8", batch=2, convention="thop").to_dict() == per_layer.to_dict()
    assert B0.explain().to_dict() == phiscale.explain(name).to_dict()
    between = ("thop", "fvcore")
    assert B0.explain(between=between).to_dict() == phiscale.explain(name, between=between).to_dict()
    budgets: dict[str, Any] = {"max_macs": "600M", "max_params": 5_000_000, "max_memory": "30MB"}
    assert B0.check(**budgets).to_dict() == phiscale.check(name, **budgets).to_dict()


def test_layers_are_the_rows_of_the_table() -> None:
    assert B0.layers == phiscale.count("efficientnet:b0", per="layer")["layers"]
    assert B0.layers[0]["name"] == "stem/conv"


def test_model_explorer_is_for_onnx_files() -> None:
    data = json.loads(phiscale.network(DYNAMO).model_explorer("macs"))
    nodes = data["main_graph"]["results"]
    assert sum(node["value"] for node in nodes.values()) == 315_808
    with pytest.raises(phiscale.Error, match="ONNX"):
        B0.model_explorer()


def test_check_passes_or_not() -> None:
    assert B0.check(max_macs="600M", max_params=6e6, max_memory="30MB").passes
    assert not B0.check(max_macs=385_814_751).passes
    assert B0.check(max_macs=385_814_752).passes
    with pytest.raises(ValueError, match="max_macs"):
        B0.check()
    with pytest.raises(ValueError, match="'many' for 'max_macs'"):
        B0.check(max_macs="many")


def test_error_has_places() -> None:
    with pytest.raises(phiscale.Error) as raised:
        phiscale.spec(SPEC.replace("kernel", "kernal"), "mine.toml")
    problems = raised.value.problems
    unknown = next(problem for problem in problems if "kernal" in problem.message)
    assert (unknown.file, unknown.line, unknown.column) == ("mine.toml", 7, 1)
    assert "did you mean `kernel`?" in unknown.help
    assert all(problem.message in str(raised.value) for problem in problems)
    assert "mine.toml:7:1" in str(raised.value)
    assert "mine.toml:7:1" in repr(unknown)
    assert isinstance(raised.value, ValueError)


def test_error_can_be_pickled_and_copied() -> None:
    with pytest.raises(phiscale.Error) as raised:
        phiscale.spec("input = 1", "mine.toml")
    for again in (pickle.loads(pickle.dumps(raised.value)), copy.deepcopy(raised.value)):
        assert type(again) is phiscale.Error
        assert str(again) == str(raised.value)
        assert [*map(repr, again.problems)] == [*map(repr, raised.value.problems)]
        assert again.problems[0].help == raised.value.problems[0].help


def test_names_are_texts_or_paths() -> None:
    with pytest.raises(TypeError, match="int"):
        phiscale.network(3)  # type: ignore[arg-type]
    for name in ("-", "-:b0"):
        with pytest.raises(ValueError, match="standard input"):
            phiscale.network(name)
    with pytest.raises(phiscale.Error, match="b0"):
        phiscale.network("efficientnet:b9")
    with pytest.raises(phiscale.Error):
        phiscale.network("no-such-file.toml")


def test_wrong_choices_name_the_right_ones() -> None:
    with pytest.raises(ValueError, match="fp32, fp16, bf16, int8"):
        B0.memory("fp8")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stage, layer"):
        B0.table(per="block")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="0 is not from 1"):
        B0.table(batch=0)
    with pytest.raises(ValueError, match="0 is not from 1"):
        phiscale.network("efficientnet:b0", input=0)


def test_threads_give_equal_results() -> None:
    def work(_: int) -> tuple[int, dict[str, object], str]:
        network = phiscale.network("efficientnet:b0")
        growth = phiscale.check("efficientnet", phi=[0, 1])
        return network.macs, growth.to_dict(), phiscale.plot("efficientnet", "resnet").svg()

    with ThreadPoolExecutor(8) as threads:
        first, *others = threads.map(work, range(8))
    assert first[0] == 385_814_752
    assert all(other == first for other in others)


def draw() -> None:
    assert phiscale.plot("efficientnet", "resnet").svg().startswith("<svg")


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
def test_forked_process_draws_too() -> None:
    draw()
    child = multiprocessing.get_context("fork").Process(target=draw)
    child.start()
    child.join(timeout=300)
    assert child.exitcode == 0


def test_layers_and_stages_are_the_rows_of_their_tables() -> None:
    assert B0.layers == phiscale.count("efficientnet:b0", per="layer")["layers"]
    assert B0.stages == phiscale.count("efficientnet:b0", per="stage")["layers"]
    assert sum(stage["macs"] for stage in B0.stages) == B0.macs


def test_a_report_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="passes"):
        bool(phiscale.check("efficientnet:b0", max_macs="1G"))


def test_a_schema_is_found_by_what_a_report_says_of_itself() -> None:
    report = phiscale.count("efficientnet:b0")
    assert phiscale.schema(report["schema"]) == phiscale.schema("report-count")


def test_a_network_is_no_name() -> None:
    with pytest.raises(TypeError, match="a Network has"):
        phiscale.count(B0)  # type: ignore[arg-type]
