"""The laptop's end of the wire."""
