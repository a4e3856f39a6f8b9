"""Random runs of questionnaires in two engines, ours and JavaRosa's, compared after every step.

``python -m tests.differential --forms N --seed S`` needs the conformance material beside the
project (forms and the driver), Java 17 and pyxform, in whose package JavaRosa comes.
"""
