"""The questionnaire engine: runs ODK XForms. One facade, see ``facade``."""

from enumerator.xform.facade import (
    NO_CHANGES,
    Answer,
    Aspect,
    AuditSettings,
    ChangeSet,
    Choice,
    DeviceRequest,
    Element,
    Failure,
    Form,
    FormError,
    FormSession,
    Kind,
    Media,
    Problem,
    Ref,
    Result,
    Submission,
)
from enumerator.xform.form import load_form
from enumerator.xform.media import FolderMedia, LayeredMedia, MemoryMedia

__all__ = [
    "NO_CHANGES",
    "Answer",
    "Aspect",
    "AuditSettings",
    "ChangeSet",
    "Choice",
    "DeviceRequest",
    "Element",
    "Failure",
    "FolderMedia",
    "Form",
    "FormError",
    "FormSession",
    "Kind",
    "LayeredMedia",
    "Media",
    "MemoryMedia",
    "Problem",
    "Ref",
    "Result",
    "Submission",
    "load_form",
]
