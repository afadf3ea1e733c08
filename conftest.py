"""Fixtures of every suite."""

pytest_plugins = ["qiantai.testing.plugin"]
