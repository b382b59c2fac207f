"""The settings of vectors: the embedding model for the search by meaning, and its endpoint."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class VectorSettings(BaseModel):
    """The embedding model, its endpoint, and the format of its requests."""

    embeddings: str = Field(
        "",
        description="Model of an OpenAI-compatible embeddings endpoint; passages are then found by"
        " meaning as well. Empty: by their words alone.",
    )
    embeddings_url: str = Field(
        "", description="Address of that endpoint (up to /v1) where it is not OPENAI_BASE_URL."
    )
    embeddings_api_key: SecretStr | None = Field(
        None,
        description="Key for that endpoint; OPENAI_API_KEY is shown to no address set for"
        " embeddings alone.",
    )
    embeddings_batch: int = Field(
        64, ge=1, le=256, description="Texts that are embedded with one request."
    )
    embeddings_query_prefix: str = Field(
        "", description='What the model wants before a query, such as "query: ".'
    )
    embeddings_passage_prefix: str = Field(
        "", description='What the model wants before a passage, such as "passage: ".'
    )
