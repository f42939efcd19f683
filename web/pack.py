"""Pack a file by xz, for web/build.mjs: python web/pack.py FILE PACKED"""

import lzma
import sys
from pathlib import Path

if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_bytes(lzma.compress(                  # the page's decoder knows CRC-32 alone
        source.read_bytes(), check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME))
