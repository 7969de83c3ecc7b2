"""Small changes to the core: one operator, constant or condition of a function, or one entry of a table.

Functions are changed by their code object and tables in place, so that every module that imported them sees the
change without being imported again.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What is changed, where, and how; `code` is what tests have to run to notice (None: a table, which all read)."""

    place: str
    what: str
    apply: Callable[[], None]
    code: CodeType | None


def changes(module: ModuleType) -> Iterator[Change]:
    """Every change of a module's own functions, methods and tables."""
    tree = ast.parse(inspect.getsource(module))
    by_line = {function.__code__.co_firstlineno: function for function in _functions(module)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first in by_line:
                yield from _of_function(module, node, by_line[first])
    yield from _of_tables(module)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            members = [
                getattr(member, "fget", None) or getattr(member, "__func__", member) for member in vars(value).values()
            ]
        else:
            members = [inspect.unwrap(value)] if callable(value) else []
        for function in members:
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function


def _of_function(module: ModuleType, node: ast.FunctionDef, function: FunctionType) -> Iterator[Change]:
    original = function.__code__
    node = deepcopy(node)
    node.returns, node.decorator_list = None, []
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        argument.annotation = None
    for number in range(sum(1 for _ in _variants(deepcopy(node)))):
        changed = deepcopy(node)
        what = ""
        for at, (words, alter) in enumerate(_variants(changed)):
            if at == number:
                what = words
                alter()
                break
        code = _compiled(changed, original, module)
        if code is not None:
            place = f"{module.__name__}.{function.__qualname__}"
            yield Change(place, what, lambda code=code: setattr(function, "__code__", code), original)  # type: ignore[misc]


def _compiled(node: ast.FunctionDef, original: CodeType, module: ModuleType) -> CodeType | None:
    """The code of the changed function; None when it closes over names, which a bare compilation cannot."""
    tree = ast.Module([ast.parse("from __future__ import annotations").body[0], node], [])
    whole = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
    made = next(
        (const for const in whole.co_consts if isinstance(const, CodeType) and const.co_name == node.name), None
    )
    return made if made is not None and made.co_freevars == original.co_freevars else None


def _variants(function: ast.FunctionDef) -> Iterator[tuple[str, Callable[[], None]]]:
    """What can be altered in this function, in words and as something to call."""
    inside = (node for statement in function.body for node in ast.walk(statement))
    for node in [node for node in inside if not isinstance(node, ast.AnnAssign)]:
        line = f"line {getattr(node, 'lineno', '?')}: "
        if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
            other = COMPARED[type(node.ops[0])]
            yield (
                f"{line}{type(node.ops[0]).__name__} → {other.__name__}",
                lambda n=node, o=other: n.ops.__setitem__(0, o()),
            )
        elif isinstance(node, ast.BoolOp):
            other_way = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield (
                f"{line}{type(node.op).__name__} → {other_way.__name__}",
                lambda n=node, o=other_way: setattr(n, "op", o()),
            )
            for at in range(len(node.values)):
                if len(node.values) > 1:
                    yield f"{line}condition {at + 1} left out", lambda n=node, at=at: _leave_out(n, at)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield f"{line}not left out", lambda n=node: _always(n)
        elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
            counted = COUNTED[type(node.op)]
            yield (
                f"{line}{type(node.op).__name__} → {counted.__name__}",
                lambda n=node, o=counted: setattr(n, "op", o()),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield f"{line}{node.value} → {not node.value}", lambda n=node: setattr(n, "value", not n.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            yield f"{line}{node.value} → {node.value + 1}", lambda n=node: setattr(n, "value", n.value + 1)
        elif isinstance(node, ast.If | ast.IfExp):
            yield f"{line}if turned round", lambda n=node: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
        elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            yield f"{line}returns None", lambda n=node: setattr(n, "value", ast.Constant(None))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield f"{line}call left out", lambda n=node: setattr(n, "value", ast.Constant(None))
        elif isinstance(node, ast.Raise):
            yield f"{line}raises nothing", lambda n=node: _raise_nothing(n, function)


def _leave_out(node: ast.BoolOp, at: int) -> None:
    neutral = ast.Constant(isinstance(node.op, ast.And))
    node.values[at] = neutral


def _always(node: ast.UnaryOp) -> None:
    node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)


def _raise_nothing(node: ast.Raise, function: ast.FunctionDef) -> None:
    for parent in ast.walk(function):
        for _name, value in ast.iter_fields(parent):
            if isinstance(value, list) and node in value:
                value[value.index(node)] = ast.Pass()


def _of_tables(module: ModuleType) -> Iterator[Change]:
    """One entry less in every table of the module, and every row of it with one thing changed."""
    seen: set[int] = set()
    for name, table in list(vars(module).items()):
        if not name.isupper() or id(table) in seen or not isinstance(table, dict | tuple | list):
            continue
        seen.add(id(table))
        rows = table.items() if isinstance(table, dict) else enumerate(table)
        for key, row in list(rows):
            place = f"{module.__name__}.{name}[{key}]"
            if is_dataclass(row) and not isinstance(row, type):
                yield from _of_row(place, row)
            elif isinstance(table, dict):
                for what, value in _less(row):
                    yield Change(place, what, lambda k=key, v=value, t=table: t.__setitem__(k, v), None)


def _of_row(place: str, row: Any) -> Iterator[Change]:
    for one in fields(row):
        for what, value in _less(getattr(row, one.name)):
            apply = lambda r=row, n=one.name, v=value: object.__setattr__(r, n, v)  # noqa: E731
            yield Change(f"{place}.{one.name}", what, apply, None)


def _less(value: Any) -> Iterator[tuple[str, Any]]:
    """The value turned round, or each time without one of its members."""
    if isinstance(value, bool):
        yield f"{value} → {not value}", not value
    elif isinstance(value, frozenset | set):
        for member in sorted(value, key=str):
            yield f"without {member}", value - {member}
    elif isinstance(value, tuple | list):
        for at, member in enumerate(value):
            yield f"without {member}", value[:at] + value[at + 1 :]
