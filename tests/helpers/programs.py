"""Programs in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


# Programs of their own

def program(*arguments, **environment):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=False, timeout=60, env=os.environ | environment)
