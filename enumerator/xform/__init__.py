"""The questionnaire engine: ODK XForms in Python. One facade: ``load_form`` and ``FormSession``."""
