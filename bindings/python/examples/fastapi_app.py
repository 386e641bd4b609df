"""Notes that are found by what they say, with FastAPI: every call is awaited, none holds up the event loop.

    pip install fastapi uvicorn vecstore
    NOTES_DB=notes.db uvicorn fastapi_app:app

One process writes a database at a time: run one worker, or let further ones open it with read_only=True.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

import vecstore


class Note(BaseModel):
    text: str
    metadata: dict[str, Any] = Field(default_factory=dict)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with vecstore.aopen(os.environ.get("NOTES_DB", "notes.db")) as db:
        app.state.notes = await db.collection("notes", embedder=vecstore.builtin_model())
        yield


app = FastAPI(title="Notes", lifespan=lifespan)


@app.exception_handler(vecstore.InvalidArgument)
async def bad_request(request: Request, error: vecstore.InvalidArgument) -> JSONResponse:
    """A filter that does not parse, say: the message names the column."""
    return JSONResponse({"detail": str(error)}, 400)


@app.exception_handler(vecstore.NotFound)
async def not_found(request: Request, error: vecstore.NotFound) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 404)


@app.put("/notes/{id}")
async def write(request: Request, id: str, note: Note) -> dict[str, int]:
    result = await request.app.state.notes.upsert_text(id, note.text, metadata=note.metadata)
    return {"inserted": result.inserted, "replaced": result.replaced}


@app.get("/notes/{id}")
async def read(request: Request, id: str) -> Note:
    record = await request.app.state.notes.get(id)
    return Note(text=record.text, metadata=record.metadata)


@app.delete("/notes/{id}")
async def remove(request: Request, id: str) -> dict[str, int]:
    return {"removed": (await request.app.state.notes.remove(id)).replaced}


@app.get("/search")
async def search(request: Request, q: str, k: Annotated[int, Query(ge=1, le=100)] = 5, filter: str | None = None) -> list[dict[str, Any]]:
    """By meaning and by words: /search?q=opening+files&filter=year>=2020. A client that leaves ends the search."""
    hits = await request.app.state.notes.search(q, k, filter=filter, timeout=2.0)
    return [{"id": hit.id, "score": hit.score, "text": hit.text, "metadata": hit.metadata} for hit in hits]
