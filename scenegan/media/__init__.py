"""Photos, videos and animations: files in and out."""

import os

# Read once each: by OpenCV when it is imported, by its FFmpeg with the first video.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
