"""A million formulations judged in blocks, resumable, on any number of workers."""
