"""The benchmarks behind ``sodalyte benchmark``: replays, validation, throughput."""
