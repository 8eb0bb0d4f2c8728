"""What makes an object is called on its class; on an instance it would read as changing that."""

import ast
import inspect
import pickle
import pydoc
from importlib import import_module
from pathlib import Path

import pytest

import rheobase as rb
from rheobase.errors import ParameterError, class_only
from rheobase.units import mV

SOURCE = Path(rb.__file__).parent


def makers():
    """Every public class method of rheobase: its class, and its name."""
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for kind in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            for method in (node for node in kind.body if isinstance(node, ast.FunctionDef)):
                marks = {mark.id for mark in method.decorator_list if isinstance(mark, ast.Name)}
                if "classmethod" in marks and not method.name.startswith("_"):
                    module = ".".join(("rheobase", *file.relative_to(SOURCE).with_suffix("").parts))
                    yield pytest.param(
                        module, kind.name, method.name, id=f"{kind.name}.{method.name}"
                    )


MAKERS = list(makers())


@pytest.mark.parametrize(("module", "kind", "name"), MAKERS)
def test_on_an_instance_it_is_refused(module, kind, name):
    owner = getattr(import_module(module), kind)
    instance = owner.__new__(owner)
    with pytest.raises(ParameterError) as caught:
        getattr(instance, name)("path")
    assert f"{name!r} makes another object, and was called on a {kind}" in caught.value.message
    # What it is of is run as a Network.
    assert f"{kind.removesuffix('Description')}.{name}(" in caught.value.mend


def test_those_of_the_face_are_among_them():
    found = {one.id for one in MAKERS}
    assert {"Network.restore", "NetworkDescription.from_dict", "LearningRule.from_dict"} <= found


def test_it_can_be_looked_at():
    net = rb.Network()
    assert inspect.signature(net.restore) == inspect.signature(rb.Network.restore)
    assert dict(inspect.getmembers(net))["restore"].__doc__ == rb.Network.restore.__doc__
    kinds = {one.name: one.kind for one in inspect.classify_class_attrs(rb.Network)}
    assert kinds["restore"] == kinds["from_dict"] == "class method"
    assert "that `save` wrote" in pydoc.render_doc(net, renderer=pydoc.plaintext)


def test_nothing_else_of_a_class_method_changes():
    class First:
        @class_only("First.made(value)")
        @classmethod
        def made(cls, value):
            return cls, value

    class Second(First):
        @classmethod
        def made(cls, value):
            return super().made(value + 1)

    assert First.made(1) == (First, 1) and Second.made(1) == (Second, 2)
    net = rb.Network(seed=7)
    assert rb.Network.from_dict(net.to_dict()).to_dict() == net.to_dict()
    rule = rb.PairSTDP(1 * mV)
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301
