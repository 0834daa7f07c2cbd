"""Removes the parts of a file that counting does not read."""

import onnx

NAMES = "pkg.torch.onnx.name_scopes"


def strip(path, to, most=256):
    """Writes the file at `path` to `to`, weights of more than `most` bytes as external data that is not there."""
    model = onnx.load(path, load_external_data=False)
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) > most or tensor.data_location == onnx.TensorProto.EXTERNAL:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            del tensor.external_data[:]
            tensor.external_data.add(key="location", value="weights.bin")
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if entry.key == NAMES]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
        node.doc_string = ""
    onnx.save(model, to)
