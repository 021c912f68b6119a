"""Figures of design.md §9: ``make bench`` prints them as tables and writes JSON beside."""
