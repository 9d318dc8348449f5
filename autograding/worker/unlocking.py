"""Opens the checkpoints whose codes stand in a notebook."""

from ..reading.pair import Submission


def unlocked_by(submission: Submission) -> dict[str, str]:
    """The sources that the notebook's checkpoint codes open, for the exercises that the student has not written."""
    sources: dict[str, str] = {}
    for id, code in submission.codes.items():
        try:
            from genlab.checkpoints import unlock  # only here: cryptography is not needed otherwise

            sources |= {name: text for name, text in unlock(id, code).items() if name in submission.untouched}
        except ValueError as error:
            submission.warnings.append(str(error))
        except Exception as error:  # genlab lies in the student's repository: it may be anything
            submission.warnings.append(
                f"Checkpoint {id} could not be opened ({type(error).__name__}: {error}): "
                "is the folder genlab as it was handed out?"
            )
    if sources:
        submission.warnings.append(
            f"{', '.join(sources)} came from a checkpoint: they work for what builds on them, and earn no points themselves."
        )
    return sources
