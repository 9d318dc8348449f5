"""What to try next, by the kind of error that a student's code raised."""

import re

HINTS = [
    (
        r"can't allocate memory|MemoryError|std::bad_alloc",
        "It asked for more memory than a call may have (3 GB). "
        "Which shape is larger than you think? Broadcasting (B, 1) with (B,) gives (B, B).",
    ),
    (
        r"size of tensor a|must match the size|shapes cannot be multiplied|shape .* is invalid|broadcast",
        "Two shapes do not fit: print the `.shape` of everything in that line.",
    ),
    (
        r"CUDA|NVIDIA|cuda|\bmps\b|\bMPS\b",
        'Grading runs on a machine without a GPU: leave `.cuda()` and `.to("cuda")` out, or use `x.device` of an input.',
    ),
    (r"NoneType", "Something is None: does every function on the way end with a `return`?"),
    (
        r"expected scalar type|same dtype|dtype",
        "Two dtypes do not fit: create new tensors with `…_like(x)` or `dtype=x.dtype`.",
    ),
    (
        r"does not require grad",
        "No gradient reaches the parameters: look for `detach`, `item`, `.data`, `no_grad` or "
        "`torch.tensor(…)` on the way to the loss.",
    ),
    (
        r"missing \d+ required|takes \d+ positional|unexpected keyword",
        "The call does not fit the signature: compare the `def` line with the starter's.",
    ),
    (r"NameError", "Is the name spelled as where it is defined, and is that cell saved in the notebook?"),
    (
        r"ModuleNotFoundError|ImportError",
        "Only the packages in requirements.txt and this repository are there when the work is graded.",
    ),
    (
        r"IndexError|out of (range|bounds)",
        "An index is one too far: what are the smallest and the largest value that it takes?",
    ),
    (r"RecursionError", "The function calls itself without end."),
    (r"WireError", "Is the shape of the answer the one that the docstring asks for?"),
    (r"EOFError", "Nobody is there to type while the work is graded: leave `input()` out of a notebook."),
    (r"SystemExit|KeyboardInterrupt", "Leave `exit`, `quit` and `sys.exit` out of a notebook."),
]


def hint_for(error: str) -> str:
    """A sentence for an error written as `Type: text`; a general one when nothing special is known."""
    for pattern, sentence in HINTS:
        if re.search(pattern, error):
            return sentence
    return "Run the check cell again after each change; the line above is where it happened."
