"""How much of anything a form, a list or an answer may ask for.

Forms come from an office that means well, files are damaged on their way, and a typing error can
ask for a thousand million lines. Every limit is far above what a real questionnaire needs; going
beyond one is a FormError when a form is loaded, a blank and a warning while it is filled in.
"""

from __future__ import annotations

# -------------------------------------------------------------------- files
MAX_BYTES = 128 * 2**20
"""Of one XML file, a form or a list."""
MAX_DEPTH = 200
"""Of nested elements: readers and writers of trees need at most three of Python's 1,000 frames
a level."""
MAX_ELEMENTS = 1_000_000
"""Of one XML file: some 400 MB of memory. Longer lists are better kept as CSV."""
MAX_ROWS = 2_000_000
"""Of one list."""
SPARE_CELLS = 1_000_000
"""Cells of a table that may be missing for nothing; beyond them three missing ones a cell that is
there. 6,000 items with a column each of their own would make a table of 36 million cells."""
MAX_PATH = 4_000
"""Characters of the path of one node of the form."""
MAX_PROBLEMS = 500
"""Told of one form, and of one session."""
MAX_READS = 500_000
"""Of nodes by expressions, over a whole form: ``count(//*)`` in each of 1,000 binds is too much."""

# -------------------------------------------------------------------- expressions
MAX_EXPRESSION = 50_000
"""Characters of one expression."""
MAX_EXPRESSIONS = 4_000_000
"""Characters of all expressions of one form: ten seconds to compile."""
MAX_NESTING = 80
"""Brackets inside brackets: seven frames each in the parser; a predicate counts as three."""
MAX_FRAMES = 560
"""Of Python's 1,000 for compiling one expression; ``syntax.frames`` counts them."""
LONG_CHAIN = 16
"""Operands of ``or``, ``and`` and ``|``: longer chains become balanced trees, which mean the
same and are no deeper than the logarithm of their length."""
MAX_VISITS = 1_500_000
"""Nodes that the expressions of one step or look may walk over: one to two seconds. Walks along
the form's own paths count a sixteenth, look-ups in lists nothing."""
MAX_TEXT = 1_000_000
"""Characters of a text that an expression makes: forty calculations that double each other would
fill any memory."""
LONG_TEXT = 10_000
"""Characters; what is longer counts against MAX_VISITS, a tenth, and against what is kept for
taking back."""
MAX_LABEL = 100_000
"""Characters of a label with its outputs: the rest is cut off."""
MAX_PATTERN = 5_000
"""Characters of a regular expression."""
PATTERN_SECONDS = 0.4
"""For one match of one regular expression."""
PATTERN_VISITS_A_SECOND = 2_000_000
"""What a slow match takes of MAX_VISITS."""
MAX_NESTED_TEXTS = 10
"""Texts within texts within texts: itext that names itself stops here."""
MAX_INNER_TEXTS = 1_000
"""Texts within one text, over all levels: two that name each other twice, ten levels deep."""

# -------------------------------------------------------------------- a session
MAX_UNDO = 200
"""Steps that can be taken back."""
MAX_UNDO_CHANGES = 1_000_000
"""Changes that are kept for it; a character of a long text counts as a fiftieth."""
MAX_LINES = 5_000
"""Of one repeat: a jr:count beyond it counts as none."""
MAX_NODES = 100_000
"""That a session may hold before counted repeats make no more lines: some 60 MB."""
MAX_EVENTS = 20_000
"""Actions in one step."""
MAX_ROUNDS = 20
"""How often one step may count a repeat anew, check a selection anew or perform the same action
on the same node: what sets itself off stops here."""
