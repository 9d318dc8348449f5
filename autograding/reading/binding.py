"""Which global names a top-level statement binds, uses and changes, as `symtable` sees them.

What a function uses is its free global names, not every name spelled in it: a local `x` never pulls in a training loop
that happens to bind a global `x`.
"""

import ast
import hashlib
import symtable
from functools import cache

from .notebook import unparsed

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
ALWAYS_DEFINES = (*DEFINITIONS, ast.Assign, ast.AnnAssign, ast.With)
COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # as symtable names their scopes


@cache
def bound(node: ast.stmt) -> set[str]:
    """The global names that a top-level statement binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    symbols = _scope(node).get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


@cache
def used(node: ast.stmt) -> set[str]:
    """The global names that a top-level statement reads, now or when a function that it defines is called."""
    at_once, later = used_when(node)
    return at_once | later


@cache
def used_when(node: ast.stmt) -> tuple[set[str], set[str]]:
    """The global names that a top-level statement reads at once, and those that its functions read when called."""
    at_once, later = set(), set()
    top = _scope(node)
    scopes = [(top, at_once)]
    while scopes:
        scope, names = scopes.pop()
        names.update(
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_referenced() and (scope is top or symbol.is_global())
        )
        for inner in scope.get_children():
            waits = inner.get_type() == "function" and inner.get_name() not in COMPREHENSIONS
            scopes.append((inner, later if waits else names))
    return at_once, later


def calls_itself(node: ast.stmt) -> bool:
    """May a statement call the functions that it defines, as `(lambda x: x + a)(2)` does?"""
    return not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or bool(node.decorator_list)


@cache
def changed(node: ast.stmt) -> set[str]:
    """The names of objects that a statement alters without binding them: `Encoder.forward = …`, `setattr(Encoder, …)`,
    `table[0] = …`."""
    call = getattr(node, "value", None)
    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "setattr" and call.args:
        altered = [call.args[0]]
    else:
        targets = getattr(node, "targets", None) or [getattr(node, "target", None) or ast.Pass()]
        altered = [
            part.value
            for target in targets
            for part in ast.walk(target)
            if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store)
        ]
    return {root.id for root in map(_root, altered) if isinstance(root, ast.Name)}


def is_star_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


@cache
def digest(node: ast.stmt) -> str:
    """Names a statement by its code; comments and layout do not matter."""
    return hashlib.blake2b(unparsed(node).encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _root(node: ast.expr) -> ast.expr:
    """`a` of `a.b[0].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node


def _scope(node: ast.stmt) -> symtable.SymbolTable:
    text = unparsed(node)
    if any(isinstance(part, ast.AugAssign) for part in ast.walk(node)):
        text = ast.unparse(_Spelled().visit(ast.parse(text)))
    return symtable.symtable(text, "statement", "exec")


class _Spelled(ast.NodeTransformer):
    """`n += 1` as `n = n + 1`: symtable does not say that it reads `n`."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        if not isinstance(node.target, ast.Name):
            return node
        read = ast.Name(node.target.id, ast.Load())
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value), lineno=node.lineno)
