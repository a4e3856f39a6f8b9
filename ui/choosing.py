"""Choosing files on a stick."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QDir, QStorageInfo
from PySide6.QtWidgets import QFileDialog, QWidget

# lupdate knows the name ``translate``; it has to be called with literals.
translate = QCoreApplication.translate

_STICKS: Final = ("/media/", "/run/media/", "/Volumes/", "/mnt/")


def stick_folder() -> str:
    """Where a stick is mounted; the user's own folder where none is found."""
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        if not volume.isReady() or volume.isRoot() or volume.isReadOnly():
            continue
        if root.startswith(_STICKS) or (len(root) == 3 and root[1] == ":" and root[0] > "C"):
            return root
    return QDir.homePath()


def choose_target(parent: QWidget, title: str, name: str, suffix: str) -> Path | None:
    """A new file's place, by default on the stick; None when the user thinks better of it."""
    dialog = _dialog(parent, title, suffix)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, translate("choosing", "Save"))
    dialog.selectFile(name)
    return _chosen(dialog)[0] if dialog.exec() else None


def choose_files(parent: QWidget, title: str, suffix: str) -> Sequence[Path]:
    """Files that are there; none when the user thinks better of it."""
    dialog = _dialog(parent, title, suffix)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, translate("choosing", "Open"))
    return _chosen(dialog) if dialog.exec() else ()


def choose_file(parent: QWidget, title: str) -> Path | None:
    """One that is there, of any kind: whoever sent it on may have named it anew. None when the
    user thinks better of it."""
    dialog = _dialog(parent, title, "")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, translate("choosing", "Open"))
    return _chosen(dialog)[0] if dialog.exec() else None


def _dialog(parent: QWidget, title: str, suffix: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, stick_folder(), f"*{suffix}")
    dialog.setLabelText(QFileDialog.DialogLabel.Reject, translate("choosing", "Cancel"))
    dialog.setLabelText(QFileDialog.DialogLabel.FileName, translate("choosing", "File"))
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, translate("choosing", "Kind"))
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, translate("choosing", "Folder"))
    return dialog


def _chosen(dialog: QFileDialog) -> list[Path]:
    return [Path(file) for file in dialog.selectedFiles()]
