"""The settings of the library and of reports."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, Field

from virtual_lab.domain import DEFAULT_ROUNDS, MAX_ROUNDS


class LibrarySettings(BaseModel):
    """The folder of the data, the limits for documents, and the form of reports."""

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("virtual-lab", appauthor=False),
        description="Folder of the library and of everything else that is kept.",
    )
    collection: str = Field(
        "default", description="Collection that documents are added to where none is named."
    )
    language: Literal["auto", "ko", "en"] = Field(
        "auto", description="Language of reports; auto takes the question's."
    )
    rounds: int = Field(
        DEFAULT_ROUNDS, ge=1, le=MAX_ROUNDS, description="Most rounds of analysis and critique."
    )
    glossary: Path | None = Field(
        None, description="A CSV file of your own terms (ko,en,field), added to the built-in ones."
    )
    max_document_mb: int = Field(
        100, ge=1, description="Largest document that is read, in megabytes."
    )
    read_timeout_s: float = Field(
        30.0, gt=0, description="Longest time that reading one document may take, in seconds."
    )
    max_upload_mb: int = Field(
        200, ge=1, description="Largest upload to the API, all files together, in megabytes."
    )
    citations: Literal["numbered", "author-year"] = Field(
        "numbered", description="How a report points to its references."
    )
