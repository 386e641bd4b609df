"""What a docstring must have, as rules that a test checks.

Every public name has one. Every parameter of a public function, and every member of a public record of data, is described: by ``:param``, by its name
in double back-ticks, by a comment ``#:`` behind the member, or on the page of arguments that mean the same everywhere. What is described, or said to be raised,
exists. "The same, awaited" is said of the twin of a call that has at least its parameters.
"""

import builtins
import importlib
import inspect
import pathlib
import re
import typing

from sphinx.pycode import ModuleAnalyzer

import vecstore

FOLDER = pathlib.Path(__file__).parent
#: Where public names are found; the first that has a name is where the pages have it.
MODULES = [
    *("vecstore", "vecstore.reports", "vecstore.arguments", "vecstore.arrays", "vecstore.records", "vecstore.columns"),
    *("vecstore.database", "vecstore.aio", "vecstore.aio_models", "vecstore.adapters", "vecstore.langchain.caches", "vecstore.haystack.document_store"),
    *("vecstore.langchain", "vecstore.llama_index", "vecstore.haystack"),
]
#: Modules all of whose public names are explained.
PUBLIC = ["vecstore", "vecstore.reports", "vecstore.langchain", "vecstore.llama_index", "vecstore.haystack"]
#: Classes whose objects come from calls, never from their constructors.
MADE_BY_CALLS = {
    *("FolderWatch", "AnswerEvaluation", "AsyncConversation", "Conversation", "Evaluation", "Opening", "AsyncCollection", "AsyncDatabase", "AsyncDiff", "Collection", "Database", "Diff", "AnswerStream", "AsyncAnswerStream", "Explanation", "Hits", "HitsBatch", "Scan", "Field"),
    *("Model", "CrossEncoder", "TokenEmbedder", "SparseEmbedder", "EngineEmbedder", "EngineReranker", "Hit", "ArmScore", "Highlight", "BatchResult", "WriteResult", "RecordVersion", "RecordChange", "CollectionChange", "Operation"),
}
#: What the page of arguments that mean the same everywhere explains: to all, and beyond that to the stores for frameworks.
EVERYWHERE, FRAMEWORKS = (set(re.findall(r"^   (\w+)$", part, re.M)) for part in (FOLDER / "arguments.rst").read_text().split("\nOf the stores", 1))
SAME = "The same, awaited."


def names(module):
    """The public names of a module: its ``__all__``, or of reports the classes that it defines."""
    found = importlib.import_module(module)
    if module == "vecstore.reports":
        return [n for n, thing in vars(found).items() if inspect.isclass(thing) and thing.__module__ == module and not n.startswith("_")]
    return [n for n in found.__all__ if not n.startswith("_")]


def functions_of(cls):
    """The public methods and properties of a class that are the package's own, inherited ones too."""
    for name in dir(cls):
        owner = next((base for base in cls.__mro__ if name in vars(base)), None)
        if name.startswith(("_", "model_")) or owner is None or not owner.__module__.startswith("vecstore"):
            continue
        thing = vars(owner)[name]
        thing = thing.__func__ if isinstance(thing, (classmethod, staticmethod)) else thing
        if callable(thing) and not inspect.isclass(thing) or isinstance(thing, property):
            yield name, thing


def parameters(function):
    """The names of the parameters; of ``**options`` with known keys, those keys after it."""
    try:
        known = inspect.signature(function).parameters.values()
    except ValueError:  # of the compiled part: its first line says them
        line = (function.__doc__ or "").partition("\n")[0]
        return [n for n in re.findall(r"[(,] ?\*{0,2}(\w+)", line) if n != "self"], set()
    keys = set()
    for one in known:
        if found := re.search(r"Unpack\[(\w+)\]", str(one.annotation)):
            keys |= set(getattr(vecstore, found[1]).__annotations__)
    return [p.name for p in known if p.name not in ("self", "cls") and not p.name.startswith("_")], keys


def text_of(thing):
    """The docstring, without what a compiled function says of its signature."""
    text = inspect.getdoc(thing) or ""
    return re.sub(r"\A\w+\([^\n]*\n*", "", text)


def described(place, name, text):
    """Whether the text, or the page of common arguments, says what the name is."""
    if name in EVERYWHERE or (name in FRAMEWORKS and place.startswith(tuple(MODULES[-3:]))):
        return True
    return re.search(rf":param {name}:|``{name}\b", text) is not None


def of_function(place, function, extra=""):
    """What is wrong with the docstring of a function. ``extra`` describes parameters too."""
    text = text_of(function)
    if not text:
        yield f"{place} has no docstring"
        return
    if isinstance(function, property):
        return
    own, keys = parameters(function)
    for name in own if text != SAME else []:
        if not described(place, name, text + extra):
            yield f"{place}: the parameter '{name}' is not described"
    for name in re.findall(r":param (\w+):", text):
        if name not in own and name not in keys:
            yield f"{place} describes the parameter '{name}', which it does not have"
    yield from raised(place, text)
    for name in re.findall(r"^ *:(\w+)", text, re.M):
        if name not in ("param", "raises", "returns", "class", "meth", "func", "attr", "exc"):
            yield f"{place}: ':{name}' is no field of a docstring"


def raised(place, text):
    """Errors that a docstring names and nobody has."""
    for name in re.findall(r":raises (\w+):", text):
        if not (hasattr(vecstore, name) or hasattr(builtins, name)):
            yield f"{place} raises '{name}', which is not there"


def typed_dicts_in(cls):
    """Those of its module whose members a TypedDict has too: it does not tell its bases."""
    if not typing.is_typeddict(cls):
        return []
    others = vars(importlib.import_module(cls.__module__)).values()
    return [other for other in others if typing.is_typeddict(other) and other.__annotations__.keys() <= cls.__annotations__.keys()]


def members_of(cls):
    """The names of the data in a class, of its bases in the package too, with what comments say of them."""
    found = {}
    for base in cls.__mro__:
        if base.__module__.startswith("vecstore") and base.__module__ != "vecstore._vecstore":
            comments = ModuleAnalyzer.for_module(base.__module__).find_attr_docs()
            bases = {base.__name__, *(other.__name__ for other in typed_dicts_in(base))}
            for name in vars(base).get("__annotations__", {}):
                if not name.startswith("_") and not name.startswith("model_"):
                    found.setdefault(name, any((one, name) in comments for one in bases))
    return found


def of_class(place, cls):
    """What is wrong with a class and all that is in it."""
    text = text_of(cls) if cls.__doc__ else ""
    if not text:
        yield f"{place} has no docstring"
    for name, commented in members_of(cls).items():
        if not commented and not described(place, name, text) and not (inspect.isclass(cls) and issubclass(cls, BaseException)):
            yield f"{place}.{name} is not described"
    methods = dict(functions_of(cls))
    for name, function in methods.items():
        yield from of_function(f"{place}.{name}", function)
        if text_of(function) == SAME:
            yield from of_twin(place, name, function, methods)
    yield from of_making(place, cls, text)


def of_making(place, cls, text):
    """What is wrong with what is said of the parameters of a class that users call; its members are told elsewhere."""
    made = vars(cls).get("__init__")
    if cls.__name__ in MADE_BY_CALLS or not inspect.isfunction(made) or hasattr(cls, "__dataclass_fields__") or getattr(cls, "_is_protocol", False):
        return
    for problem in of_function(f"{place}()", made, text):
        if not problem.endswith("no docstring"):
            yield problem


def of_twin(place, name, function, methods):
    """What is wrong with "The same, awaited"."""
    twin = methods.get(name[1:]) if name.startswith("a") else None
    twin = twin or methods.get(name.removesuffix("_async").removeprefix("async_"))
    if twin is None or twin is function:
        yield f"{place}.{name} is the same as nothing"
    elif missing := set(parameters(function)[0]) - set(parameters(twin)[0]):
        yield f"{place}.{name}: {', '.join(sorted(missing))} is not the same"


def problems(module):
    """What is wrong with the docstrings of a module's public names."""
    found = importlib.import_module(module)
    if not found.__doc__:
        yield f"{module} has no docstring"
    for name in names(module):
        thing = getattr(found, name)
        if inspect.isclass(thing):
            yield from of_class(f"{module}.{name}", thing)
        elif callable(thing):
            yield from of_function(f"{module}.{name}", thing)


def everything():
    """Every public name with its docstring: ``(place, text)``."""
    for module in PUBLIC:
        found = importlib.import_module(module)
        yield module, found.__doc__ or ""
        for name in names(module):
            thing = getattr(found, name)
            if callable(thing):
                yield f"{module}.{name}", text_of(thing)
            for member, function in functions_of(thing) if inspect.isclass(thing) else ():
                yield f"{module}.{name}.{member}", text_of(function)
