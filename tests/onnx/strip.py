"""Removes the parts of a file that counting does not read."""

import onnx

NAMES = "pkg.torch.onnx.name_scopes"


def strip(path, to, most=256):
    """Writes the file at `path` to `to`, tensors of more than `most` bytes as external data that is not there.

    External data of at most `most` bytes is read, so that the values of small tensors stay.
    """
    model = onnx.load(path, load_external_data=False)
    for _, tensor in tensors(model.graph):
        if tensor.data_location == onnx.TensorProto.EXTERNAL and size(tensor, path) <= most:
            onnx.external_data_helper.load_external_data_for_tensor(tensor, str(path.parent))
            tensor.data_location = onnx.TensorProto.DEFAULT
            del tensor.external_data[:]
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


def tensors(graph):
    """The graph's stored tensors and their names, among them those of Constant nodes."""
    for tensor in graph.initializer:
        yield tensor.name, tensor
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield node.output[0], attribute.t


def size(tensor, path):
    """Bytes of a tensor in external data; a tensor without a length has a file to itself."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    return int(entries.get("length") or (path.parent / entries["location"]).stat().st_size)
