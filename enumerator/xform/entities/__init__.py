"""ODK Entities: what a form declares, what a submission changes, lists that follow at once."""
