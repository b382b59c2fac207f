"""The value: the base class of everything in the domain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from virtual_lab.messages import Language as Language

Mode = Literal["extractive", "model"]
Score = Annotated[int, Field(ge=1, le=5)]


class Value(BaseModel):
    """A frozen value; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
