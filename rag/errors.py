"""What can go wrong with settings and models.

RagError                    exit code of the command line
├── BadSetting           2  unknown key or impossible value
├── BadInput            65  a line of --input that is not a question
├── TermsNotAccepted     2  a model whose licence must be accepted first
├── ModelMissing        78  not fetched yet
├── ModelDamaged        78  hash or size differs; both are named
├── FetchFailed         74  no source could deliver
├── BuildFailed         74  no build of a dependency works on this machine
├── WorkerCrashed       74  the model's process died (it is restarted for the next question)
└── CannotServe         74  port in use, page cannot start

Every message says what is wrong, with both values, and then the fix.
"""

from __future__ import annotations


class RagError(Exception):
    """Base of all errors that `rag` raises on purpose; its text is meant for the user."""

    exit_code = 74


class BadSetting(RagError):
    """A setting that does not exist or cannot have this value."""

    exit_code = 2


class BadInput(RagError):
    """Input data that cannot be read as questions."""

    exit_code = 65


class TermsNotAccepted(RagError):
    """The model's terms have to be accepted before it is fetched."""

    exit_code = 2


class ModelMissing(RagError):
    """The model has not been fetched."""

    exit_code = 78


class ModelDamaged(RagError):
    """A model file is not what its hash says."""

    exit_code = 78


class FetchFailed(RagError):
    """No source of a model could deliver it."""

    exit_code = 74


class BuildFailed(RagError):
    """A dependency cannot be installed in a way that works on this machine."""

    exit_code = 74


class WorkerCrashed(RagError):
    """The process that runs the model died."""

    exit_code = 74


class CannotServe(RagError):
    """The server cannot start."""

    exit_code = 74
