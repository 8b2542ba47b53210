"""``python -m alignproof.checks FILE...``: check certificates with the kernel alone, see :func:`kernel.main`."""

import sys

from alignproof.checks.kernel import main

sys.exit(main(sys.argv[1:]))
