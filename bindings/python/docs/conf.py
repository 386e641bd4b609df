"""The reference pages of the Python package, made from its docstrings.

sphinx-build -n -W bindings/python/docs build/docs/python, with the built package on PYTHONPATH; `make docs` does it, and so does the test
python.docs. Nothing is fetched: the pages are made and read without a network.
"""

import builtins
import pathlib
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).parent))

# Before Sphinx does it: autodoc imports anew with TYPE_CHECKING set, which the frameworks do not bear.
import vecstore.haystack
import vecstore.langchain
import vecstore.llama_index  # noqa: F401

import docstrings
from docutils import nodes
from sphinx import addnodes
from sphinx.util.nodes import make_refnode

project = "VecStore for Python"
author = "the VecStore authors"
release = vecstore.__version__

extensions = ["sphinx.ext.autodoc"]
nitpicky = True  # a reference that leads nowhere is a warning
nitpick_ignore_regex = [("py:class", r"(pandas|polars|pyarrow)\..*|Unpack|T")]  # imported for types alone

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
smartquotes = False  # what stands in quotes is what one types
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_title = f"VecStore {release} for Python"
html_show_sphinx = False
html_copy_source = False


def types_as_written(thing, *_, **__):
    """In place of typing.get_type_hints: VectorLike stays VectorLike, not the twelve types that it stands for."""
    return {name: kind for one in reversed(getattr(thing, "__mro__", [thing])) for name, kind in vars(one).get("__annotations__", {}).items()}


def signature_for_users(app, what, name, thing, options, signature, returns):
    """Handles and answers come from calls: how the package makes them is nobody's business. A member that begins empty says so."""
    if what == "class" and signature and name.rpartition(".")[2] in docstrings.MADE_BY_CALLS:
        return "", None
    return (signature.replace("<factory>", "{}"), returns) if signature else None


def without_builtins(app, tree):
    """`bytes` is Python's, not the member of a report that is called so."""
    for node in list(tree.findall(addnodes.pending_xref)):
        if node.get("refdomain") == "py" and hasattr(builtins, node["reftarget"]):
            node.replace_self(nodes.Text(node["reftarget"]))


def public_name(app, env, node, content):
    """Types are known by where they are defined, vecstore.hits.Hits; the pages have them by where users find them, vecstore.Hits."""
    objects = env.get_domain("py").objects
    last = node.get("reftarget", "").rpartition(".")[2]
    for module in docstrings.MODULES:
        if found := objects.get(f"{module}.{last}"):
            shown = content.deepcopy() if isinstance(content, nodes.Element) else nodes.Text(last)
            return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, shown, f"{module}.{last}")
    return content if is_from_outside(node.get("reftarget", "").partition(".")[0]) else None


def is_from_outside(name):
    """Whether a module of the package has the name from somewhere else: Python, NumPy, a framework. No link leads there, as nothing is fetched."""
    of_package = [vars(module) for known, module in sys.modules.items() if known.partition(".")[0] == "vecstore"]
    return any(name in names and not str(getattr(names[name], "__module__", "")).startswith("vecstore") for names in of_package)


def setup(app):
    """What Sphinx calls."""
    typing.get_type_hints = types_as_written
    app.connect("autodoc-process-signature", signature_for_users)
    app.connect("doctree-read", without_builtins)
    app.connect("missing-reference", public_name)
