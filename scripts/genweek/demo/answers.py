"""What the students of the exam's room write: right answers, all or half of them, and Ada in a way of her own."""

import ast

from ..course.day import Day
from ..making.masters import Master
from .pupils import Work, solved_cells
from .room import ALL, Seat

IN_HER_OWN_WAY = "ada"
NO_ORDER = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.GeneratorExp)  # in which not everything is computed
BLOCKS = (ast.Module, ast.FunctionDef, ast.If, ast.For, ast.While, ast.With)


def write(day: Day, seat: Seat, how_much: str) -> None:
    """day: the exam. Half: of each notebook the first functions; the others are as they were handed out."""
    work = Work(seat.folder, day.on(seat.paper))
    for stem, master in work.masters.items():
        solved = solved_cells(master)
        for number, (name, source) in enumerate(solved.items()):
            if how_much != ALL and number >= len(solved) // 2:
                source = _handed_out(master, name)
            elif seat.sitter.login == IN_HER_OWN_WAY:
                source = one_thing_a_line(source)
            work.write(stem, name, source)


def _handed_out(master: Master, name: str) -> str:
    room = master.stem.partition("_")[0]
    return master.exercises[f"{room}.{name}"]


def one_thing_a_line(source: str) -> str:
    """The same function, with a name for each sum and product: nobody else writes it so."""
    return ast.unparse(_Named().visit(ast.parse(source)))


class _Named(ast.NodeTransformer):
    def __init__(self):
        self.before: list[ast.stmt] = []
        self.count = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, NO_ORDER):
            return node
        if not isinstance(node, BLOCKS):
            return super().generic_visit(node)
        for field in ("body", "orelse"):
            if block := getattr(node, field, []):
                setattr(node, field, [one for statement in block for one in self._statement(statement)])
        return node

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        self.before = []
        changed = self.visit(statement)
        before, self.before = self.before, []
        return [*before, changed]

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        super().generic_visit(node)
        self.count += 1
        name = f"part_{self.count}"
        self.before.append(ast.fix_missing_locations(ast.Assign([ast.Name(name, ast.Store())], node, lineno=0)))
        return ast.Name(name, ast.Load())
