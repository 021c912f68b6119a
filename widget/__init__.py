"""Chatdock: docks any AI agent to any web page."""

__version__ = "0.1.0"
