"""Widgets that know no screen: one setter, meaningful signals."""
