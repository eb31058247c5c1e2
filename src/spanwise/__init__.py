"""Spanwise: takes AI that works in one business function and makes it work in many."""

__version__ = "0.1.0"
