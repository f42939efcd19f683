"""What `import scenegan` offers: few functions, typed, and cheap to import."""

import ast
import inspect
import pydoc
import subprocess
import sys
from configparser import ConfigParser
from importlib import resources
from pathlib import Path

import pytest

import scenegan

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", scenegan.__all__)
def test_public_functions_are_typed_and_take_keywords(name):
    function = getattr(scenegan, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not signature.empty
    for index, parameter in enumerate(signature.parameters.values()):
        assert parameter.annotation is not parameter.empty, parameter
        assert index == 0 or parameter.kind is parameter.KEYWORD_ONLY, parameter
    assert inspect.getdoc(function)


def test_fields_of_dataclasses_have_a_type_of_their_own():
    fields = [(path.name, node.name, field.target.id, ast.unparse(field.annotation))
              for path in (ROOT / "scenegan").rglob("*.py")
              for node in ast.walk(ast.parse(path.read_text()))
              if isinstance(node, ast.ClassDef)
              and any("dataclass" in ast.unparse(line) for line in node.decorator_list)
              for field in node.body if isinstance(field, ast.AnnAssign)]
    assert len(fields) > 100
    assert not [field for field in fields if field[-1] == "object"]


def test_types_are_told_to_who_installs_it():
    assert resources.files(scenegan).joinpath("py.typed").is_file()
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options.package_data"]["scenegan"] == "py.typed"


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        scenegan.paint                                               # noqa: B018


def test_help_shows_the_public_functions():
    text = pydoc.plain(pydoc.render_doc(scenegan))
    for name in scenegan.__all__:
        assert f"\n    {name}(" in text, name


def test_import_is_cheap():
    code = ("import sys, scenegan; "
            "print(*{'keras', 'tensorflow', 'jax', 'cv2', 'asyncio'} & set(sys.modules))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
