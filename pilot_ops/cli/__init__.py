"""The command line: what an operator or a script needs, without a browser.

Every command exits 0, or says in one line on stderr what is wrong and exits 2 for bad input, 1 for a failure.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from pilot_ops.cli.answer import BadInput, complain
from pilot_ops.cli.parser import make_parser
from pilot_ops.jobs.timetable import UnknownJob
from pilot_ops.kernel.settings import BadSettings

_BAD_INPUT = 2
_FAILURE = 1
# Keys, database and reports are nobody else's on the machine.
_OWNER_ALONE = 0o077


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    os.umask(_OWNER_ALONE)
    asked = make_parser().parse_args(arguments)
    try:
        return int(asked.run(asked) or 0)
    except (BadInput, BadSettings, UnknownJob) as wrong:
        complain(str(wrong))
        return _BAD_INPUT
    except SQLAlchemyError as fault:
        complain(f"the database: {str(getattr(fault, 'orig', None) or fault).splitlines()[0]}")
        return _FAILURE
    except OSError as fault:
        complain(str(fault))
        return _FAILURE
    except KeyboardInterrupt:
        return _FAILURE
