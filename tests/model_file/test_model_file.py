"""A model file is whole, or it is a ModelFileError."""

import random

import numpy as np
import pytest

import neurona.files.header as header
from neurona import Dense, Network, load
from neurona.errors import ModelFileError, NeuronaError, OutputError
from neurona.files import read_tensors, write_tensors
from neurona.model_file import load_model
from neurona.train.state import CHECKPOINT_NAME
from tests.train.runs import X, Y, everything, options


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    network = everything()
    network.fit(X, Y, **options(epochs=1))
    network.save(path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "small.safetensors"
    Network([Dense(1)], n_inputs=1).save(path)
    return path


def test_a_file_cut_short_at_any_byte_is_refused(small, tmp_path):
    content, cut = small.read_bytes(), tmp_path / "cut.safetensors"
    for length in range(len(content)):
        cut.write_bytes(content[:length])
        with pytest.raises(ModelFileError, match=r"cut\.safetensors"):
            load(cut)


def test_a_file_with_something_added_is_refused(small, tmp_path):
    longer = tmp_path / "longer.safetensors"
    longer.write_bytes(small.read_bytes() + b"\0")
    with pytest.raises(ModelFileError):
        load(longer)


def test_a_file_with_a_flipped_bit_is_refused(model, tmp_path):
    content, flipped = model.read_bytes(), tmp_path / "flipped.safetensors"
    draw = random.Random(0)
    for _ in range(300):
        changed = bytearray(content)
        changed[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        flipped.write_bytes(changed)
        with pytest.raises(ModelFileError):
            load(flipped)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"a,b\n1,2\n", b"{}", b"\0" * 64])
def test_another_kind_of_file_is_refused(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError):
        load(path)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ModelFileError, match="no file"):
        load(tmp_path / "nothing.safetensors")
    with pytest.raises(ModelFileError):
        load(tmp_path)


def test_a_checkpoint_is_no_model(tmp_path):
    everything().fit(X, Y, **options(epochs=1, checkpoint=tmp_path))
    with pytest.raises(ModelFileError, match="holds a checkpoint, not a model"):
        load(tmp_path / CHECKPOINT_NAME)


def test_a_newer_version_says_so(model, tmp_path, monkeypatch):
    found = read_tensors(model)
    path = tmp_path / "new.safetensors"
    with monkeypatch.context() as later:
        later.setattr(header, "FORMAT_VERSION", 2)
        write_tensors(path, found.tensors, found.metadata)
    with pytest.raises(ModelFileError, match="newer version"):
        load(path)


def rewrite(model, path, change):
    """Write a model again with its content changed, its hash as it should be."""
    found = read_tensors(model)
    change(found.metadata, found.tensors)
    write_tensors(path, found.tensors, found.metadata)


def layer_of(metadata, name="dense_1"):
    return metadata["architecture"]["layers"][name]


CHANGES = {
    "an unknown layer": lambda m, t: layer_of(m).update(type="layer.convolution"),
    "an unknown activation": lambda m, t: layer_of(m)["activation"].update(type="a.b"),
    "a layer of code": lambda m, t: layer_of(m).update(type="os.system"),
    "another width": lambda m, t: layer_of(m).update(units=7),
    "a million million units": lambda m, t: layer_of(m).update(units=10**12),
    "a setting too many": lambda m, t: layer_of(m).update(more=1),
    "no layers": lambda m, t: m["architecture"].update(layers={}),
    "no architecture": lambda m, t: m.pop("architecture"),
    "an architecture that is a list": lambda m, t: m.update(architecture=[]),
    "another kind": lambda m, t: m.update(kind="cake"),
    "no kind": lambda m, t: m.pop("kind"),
    "a seed that is text": lambda m, t: m["architecture"].update(seed="0"),
    "a negative seed": lambda m, t: m["architecture"].update(seed=-1),
    "no seed": lambda m, t: m["architecture"].pop("seed"),
    "another precision": lambda m, t: m.update(dtype="float64"),
    "no such precision": lambda m, t: m.update(dtype="float16"),
    "no dtype": lambda m, t: m.pop("dtype"),
    "history of text": lambda m, t: m.update(history="long"),
    "damaged history": lambda m, t: m.update(history={"epochs": [1]}),
    "preparation of text": lambda m, t: m.update(preparation="text"),
    "training of text": lambda m, t: m.update(training="text"),
    "losses of other outputs": lambda m, t: m["training"].update(loss={"other": 1}),
    "no losses": lambda m, t: m["training"].pop("loss"),
    "losses of text": lambda m, t: m["training"].update(loss="mse"),
    "an unknown loss": lambda m, t: m["training"]["loss"]["output"].update(
        type="loss.x"
    ),
    "a loss that does not fit": lambda m, t: m["training"].update(
        loss={"output": {"type": "loss.gaussian_nll", "full": True}}
    ),
    "an unknown optimizer": lambda m, t: m["training"]["optimizer"].update(name="x",
                                                                         type="x"),
    "no optimizer": lambda m, t: m["training"].pop("optimizer"),
    "slots without training": lambda m, t: m.update(training=None),
    "a missing parameter": lambda m, t: t.pop("dense_1.weight"),
    "a parameter too many": lambda m, t: t.update({"dense_9.bias": np.zeros(3, "f4")}),
    "a parameter of another shape": lambda m, t: t.update(
        {"dense_1.weight": t["dense_1.weight"].T.copy()}
    ),
    "a parameter of another precision": lambda m, t: t.update(
        {"dense_1.weight": t["dense_1.weight"].astype("f8")}
    ),
    "a parameter of whole numbers": lambda m, t: t.update(
        {"dense_1.weight": t["dense_1.weight"].astype("i4")}
    ),
    "a missing state": lambda m, t: t.pop("state/batch_norm_1.mean"),
    "a state of another shape": lambda m, t: t.update(
        {"state/batch_norm_1.mean": np.zeros(1, "f4")}
    ),
    "a metric too large": lambda m, t: m["history"]["epochs"][0]["metrics"].update(
        accuracy=10**400
    ),
    "a loss too large": lambda m, t: m["history"]["epochs"][0].update(loss=10**400),
    "a best epoch that never was": lambda m, t: m["history"].update(best_epoch=9),
    "a missing slot": lambda m, t: t.pop(
        next(name for name in t if name.startswith("optimizer/"))
    ),
    "a missing average": lambda m, t: t.pop("average/dense_1.weight"),
    "averages that it does not keep": lambda m, t: m["training"].update(average=None),
    **{
        f"{kind} that is {value}": lambda m, t, kind=kind, value=value: t[
            next(n for n in t if n.startswith(kind))
        ].flat.__setitem__(0, value)
        for kind in ("dense_1", "state/", "optimizer/", "average/")
        for value in (np.nan, np.inf)
    },
    **{
        f"{name} {value!r}": lambda m, t, name=name, value=value: m["training"].update(
            {name: value}
        )
        for name, value in [
            ("seed", "x"), ("seed", -1), ("seed", 2**63), ("step", None), ("step", -1),
            ("step", 1.5), ("reduction", []), ("average", -1), ("clip_value", "x"),
            ("metrics", -1), ("metrics", [1]), ("epochs", 0), ("patience", 0),
            ("l1", -1), ("batch_size", "some"), ("batch_size", 0), ("shuffle", 1),
            ("class_weight", "even"), ("class_weight", {"0": "x"}),
            ("min_change", None), ("schedule", "constant"), ("more", 1),
        ]
    },
    "no step": lambda m, t: m["training"].pop("step"),
    "a slot of nothing": lambda m, t: t.update({"optimizer/x/y": np.zeros(1, "f4")}),
    "a slot of another shape": lambda m, t: t.update(
        {"average/dense_1.weight": np.zeros(1, "f4")}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_whole_file_that_says_what_cannot_be_is_refused(model, tmp_path, name):
    path = tmp_path / "changed.safetensors"
    rewrite(model, path, CHANGES[name])
    with pytest.raises(ModelFileError, match=r"changed\.safetensors"):
        load(path)


def test_the_same_content_written_again_is_accepted(model, tmp_path):
    path = tmp_path / "same.safetensors"
    rewrite(model, path, lambda metadata, tensors: None)
    assert path.read_bytes() == model.read_bytes()
    load(path)


def test_a_record_holds_each_kind_of_number_apart(model):
    record = load_model(model)
    assert set(record.parameters) == set(load(model).parameters)
    assert set(record.states) == {"batch_norm_1.mean", "batch_norm_1.variance"}
    assert {name.split("/")[0] for name in record.slots} == {"optimizer", "average"}
    assert record.training["seed"] == 5
    assert record.training["step"] == 5


def test_a_path_that_cannot_be_written_is_an_output_error(tmp_path):
    for path in (tmp_path, tmp_path / "no" / "m.safetensors"):
        with pytest.raises(OutputError):
            everything().save(path)
    assert not (tmp_path / "no").exists()


def test_what_is_not_in_the_registry_cannot_be_saved(tmp_path):
    class Mine(Dense):
        pass

    with pytest.raises(NeuronaError, match="cannot be saved"):
        Network([Mine(1)], n_inputs=1).save(tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())


def test_what_could_not_be_loaded_is_not_saved(tmp_path):
    network = everything()
    network.parameters["dense_1.bias"][0] = np.nan
    with pytest.raises(OutputError, match=r"dense_1\.bias .* not finite"):
        network.save(tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())
