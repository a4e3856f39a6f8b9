"""A sample operation: the real questionnaire, real areas, synthetic families."""
