"""Benchmarks that users can run: what the questionnaire engine takes, beside another engine."""
