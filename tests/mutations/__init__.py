"""Rules broken on purpose: the detector of each must notice."""
