"""Answers that are not what they look like."""
# ruff: noqa: E501 (the lines of an attack stay together)

from .arena import Attack


def returns(expression: str, before: str = "") -> str:
    return f"import torch, numpy\n{before}\ndef scale(x):\n    return {expression}\n"


LIAR = """
class Liar:
    shape, dtype, ndim, size = (4, 3), torch.float32, 2, 12
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __float__(self): return 0.0
    def __len__(self): return 4
    def __array__(self, *a, **k): return numpy.zeros((4, 3), numpy.float32)
    def __getattr__(self, name): return lambda *a, **k: True
    def __reduce__(self): import os; return os.system, ("touch /tmp/owned",)
    def __repr__(self): return "pass"
"""
TENSOR = """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True if function.__name__ in ("eq", "allclose", "isclose") else super().__torch_function__(function, types, args, kwargs)
    def __eq__(self, other): return True
    def __reduce_ex__(self, protocol): import os; return os.system, ("touch /tmp/owned",)
"""
SUBCLASSES = """
class Float(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
class List(list):
    def __eq__(self, other): return True
    def __iter__(self): return iter(())
class Forever(list):
    def __iter__(self):
        while True: yield 0
class Dict(dict):
    def __eq__(self, other): return True
    def items(self): return [(b"key", 1), (None, 2)]
class Text(str):
    def __eq__(self, other): return True
class Array(numpy.ndarray):
    def __eq__(self, other): return True
    def tobytes(self, *a): return b"\\x00" * 48
class Disguised:
    __class__ = torch.Tensor
"""
ATTACKS = [
    Attack(name, tries, returns(expression, before), sign)
    for name, tries, expression, sign, before in [
        ("equal_to_all", "is equal to everything", "Liar()", "an object of type Liar", LIAR),
        ("list_of_liars", "hides liars in a list", "[Liar()] * 4", "a sequence of 4", LIAR),
        ("tensor_subclass", "is a tensor that overrides its comparisons", "x.as_subclass(Liar)", "", TENSOR),
        ("tensor_data", "is a parameter of a tensor subclass", "torch.nn.Parameter(x).as_subclass(Liar)", "", TENSOR),
        ("float_subclass", "is a number that equals all numbers", "Float(1)", "an object of type Float", SUBCLASSES),
        ("list_subclass", "is a list that says another thing each time", "List([1, 2, 3, 4])", "", SUBCLASSES),
        ("dict_subclass", "is a dict with keys that are no text", "Dict(a=1)", "", SUBCLASSES),
        ("text_subclass", "is a text that equals all texts", "Text('pass')", "", SUBCLASSES),
        ("array_subclass", "is an array with other bytes than it holds", "x.numpy().view(Array)", "", SUBCLASSES),
        ("disguised", "says that it is a tensor", "Disguised()", "", SUBCLASSES),
        ("object_array", "is an array of objects", "numpy.array([[object()] * 3] * 4)", "an object of type ndarray", ""),
        (
            "structured_array",
            "is an array of records",
            "numpy.zeros((4, 3), [('a', 'f4'), ('b', 'O')])",
            "an object of type",
            "",
        ),
        ("masked_array", "is an array that is masked all over", "numpy.ma.masked_all((4, 3), numpy.float32)", "", ""),
        ("nan", "hopes that NaN is never unequal", "x * float('nan')", "12 of 12 entries are NaN", ""),
        ("infinity", "hopes for a tolerance that is infinite", "x + float('inf')", "infinity", ""),
        ("one_number", "hopes to be broadcast", "torch.zeros(())", "its shape is ()", ""),
        ("one_row", "hopes to be broadcast along rows", "torch.zeros(1, 3)", "its shape is (1, 3)", ""),
        ("empty", "has no entry that could be wrong", "x[:0]", "its shape is (0, 3)", ""),
        ("many_axes", "has 64 axes", "torch.zeros([1] * 64)", "impossible shape", ""),
        ("sparse", "is sparse", "x.to_sparse()", "", ""),
        ("quantised", "is quantised", "torch.quantize_per_tensor(x, 1.0, 0, torch.qint8)", "", ""),
        ("complex", "is complex: its real part alone is compared", "x + 1j", "its dtype is complex64", ""),
        ("meta", "has no data at all", "torch.empty(4, 3, device='meta')", "", ""),
        ("nested", "is a nested tensor", "torch.nested.nested_tensor([x, x])", "", ""),
        ("booleans", "is true everywhere", "x == x", "its dtype is bool", ""),
        ("text", "is the right answer in words", "'the right answer'", "'the right answer'", ""),
        ("generator", "is a generator that never ends", "iter(int, 1)", "an object of type callable_iterator", ""),
        ("coroutine", "is a promise of a value", "(lambda: (yield))()", "an object of type generator", ""),
        ("awaitable", "is a coroutine", "later()", "an object of type coroutine", "async def later(): return 1"),
        ("future", "is a future of another thread", "torch.futures.Future()", "an object of type Future", ""),
        ("view", "is a view of memory", "memoryview(bytes(48))", "an object of type memoryview", ""),
        ("module", "is a module", "torch", "an object of type module", ""),
        ("contains_itself", "is a list that contains itself", "(lambda l: l.append(l) or l)([])", "Recursion", ""),
        ("deep", "is nested 900 levels deep", "__import__('functools').reduce(lambda a, _: [a], range(900), 1)", "", ""),
        ("huge_int", "is a number of a million digits", "10**1_000_000", "more than 64 bits", ""),
        ("keys", "has 300,000 keys", "dict.fromkeys(map(str, range(300_000)))", "", ""),
        ("millions_of_lists", "is a million empty lists", "[[]] * 10**6", "more than 2 MB", ""),
        ("wrong_grad", "claims gradients that it does not have", "x.detach().requires_grad_() * 1", "entries are wrong", ""),
        ("its_argument", "returns its input, changed in place to what it wishes", "x.zero_()", "", ""),
    ]
] + [
    Attack(
        "stretched",
        "is a tensor of a trillion entries with one number behind them",
        returns("torch.zeros(1).expand(10**12)"),
        limit=1.5,
    ),
    Attack("endless_list", "is a list that never ends", returns("Forever([1])", SUBCLASSES), limit=1.5),
]
