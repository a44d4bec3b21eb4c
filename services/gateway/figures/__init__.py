"""Figures as last said: held in memory, read as JSON, followed live, and shown beside targets and benchmarks."""
