"""Catalogues of the interface's words; ``python -m ui.translations`` keeps them."""
