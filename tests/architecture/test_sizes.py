"""Small is the rule: kernel, files, functions, doors, templates; what is bigger stands here with its reason."""

from __future__ import annotations

import ast
import re

KERNEL_AT_MOST = 1000
FILE_AT_MOST = 600
FUNCTION_AT_MOST = 40
POSITIONAL_AT_MOST = 4
VERBS_AT_MOST = 25
TEMPLATE_AT_MOST = 120
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

# Functions longer than the rule, as "file:function": why it reads better in one piece.
LONG_FUNCTIONS: dict[str, str] = {}

# Doors with more verbs than the rule: how many at most, and why.
WIDE_DOORS = {
    "motcham.blocks.cases.api": (65, "what every application is made of: acts, lists, figures and what the public reads of cases")
}


def test_the_kernel_stays_small(sources):
    kernel = [source for source in sources if source.module.startswith("motcham.kernel") and not source.is_test]
    assert sum(len(source.text.splitlines()) for source in kernel) <= KERNEL_AT_MOST


def test_no_file_is_longer_than_a_sitting(sources, root):
    outside = [
        *root.glob("tests/**/*.py"),
        *root.glob("bench/**/*.py"),
        *root.glob("verify/**/*.py"),
        *root.glob("scripts/**/*.py"),
    ]
    sizes = {source.name: len(source.text.splitlines()) for source in sources}
    sizes |= {str(path.relative_to(root)): len(path.read_text().splitlines()) for path in outside}
    assert {name: size for name, size in sizes.items() if size > FILE_AT_MOST} == {}


def test_functions_fit_on_a_screen(code):
    long = {
        f"{source.name}:{node.name}": size
        for source in code
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (size := _length(node)) > FUNCTION_AT_MOST
    }
    assert {name: size for name, size in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "the exemption is no longer needed"


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body: what its signature and docstring need is not held against it."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_take_few_arguments_by_position(code):
    wrong = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in code
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not _called_by_name(node)
        and len([a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]) > POSITIONAL_AT_MOST
    ]
    assert not wrong, "use keyword-only arguments:\n" + "\n".join(wrong)


def _called_by_name(node: ast.FunctionDef) -> bool:
    """Tell whether click or a template calls the function: they pass arguments in their own way."""
    return any(ast.unparse(decorator).startswith(("click.", "register.")) for decorator in node.decorator_list)


def test_the_face_of_a_block_is_small(code):
    for source in code:
        if re.fullmatch(r"motcham\.blocks\.\w+\.api", source.module):
            verbs = [name for name in _handed_on(source.tree) if name.islower()]
            most, _why = WIDE_DOORS.get(source.module, (VERBS_AT_MOST, ""))
            assert len(verbs) <= most, f"{source.name} has {len(verbs)} verbs"


def _handed_on(tree: ast.Module) -> list[str]:
    """Return what a door offers: the names of its `__all__`, else the functions that it defines."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def test_templates_are_short(templates, package):
    sizes = {str(path.relative_to(package)): len(path.read_text().splitlines()) for path in templates}
    assert {name: size for name, size in sizes.items() if size > TEMPLATE_AT_MOST} == {}


def test_no_module_is_a_drawer(sources, root):
    paths = [
        *(source.path for source in sources),
        *root.glob("tests/**/*.py"),
        *root.glob("bench/**/*.py"),
        *root.glob("verify/**/*.py"),
    ]
    wrong = [str(path) for path in paths if {*path.relative_to(root).with_suffix("").parts} & FORBIDDEN_NAMES]
    assert not wrong, "name the module for what it holds:\n" + "\n".join(wrong)


def test_every_module_says_what_a_reader_finds(code):
    wrong = [source.name for source in code if source.text.strip() and not (ast.get_docstring(source.tree) or "").strip()]
    assert not wrong, "write one sentence at the top:\n" + "\n".join(wrong)


def test_public_functions_of_doors_say_what_they_do(code):
    wrong = []
    for source in code:
        if source.path.stem not in ("api", "define") and not source.module.startswith("motcham.kernel"):
            continue
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                wrong.append(f"{source.name}:{node.lineno} {node.name}")
    assert not wrong, "write a docstring:\n" + "\n".join(wrong)
