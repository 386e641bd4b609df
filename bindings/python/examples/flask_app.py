"""Notes that are found by what they say, with Flask.

    pip install flask vecstore
    flask --app "flask_app:create_app('notes.db')" run

Handles may be used by any number of threads. A server that forks its workers has to open the database in each of them, after the fork,
and one process writes at a time: the others open it with read_only=True.
"""

from __future__ import annotations

import atexit

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

import vecstore


def create_app(path: str) -> Flask:
    app = Flask(__name__)
    db = vecstore.open(path)
    atexit.register(db.close)
    notes = db.collection("notes", embedder=vecstore.builtin_model())

    @app.errorhandler(vecstore.InvalidArgument)
    def bad_request(error: vecstore.InvalidArgument) -> ResponseReturnValue:
        return jsonify(error=str(error)), 400

    @app.errorhandler(vecstore.NotFound)
    def not_found(error: vecstore.NotFound) -> ResponseReturnValue:
        return jsonify(error=str(error)), 404

    @app.put("/notes/<id>")
    def write(id: str) -> ResponseReturnValue:
        note = request.get_json()
        result = notes.upsert_text(id, note["text"], metadata=note.get("metadata", {}))
        return jsonify(inserted=result.inserted, replaced=result.replaced)

    @app.get("/notes/<id>")
    def read(id: str) -> ResponseReturnValue:
        record = notes.get(id)
        return jsonify(text=record.text, metadata=record.metadata)

    @app.delete("/notes/<id>")
    def remove(id: str) -> ResponseReturnValue:
        return jsonify(removed=notes.remove(id).replaced)

    @app.get("/search")
    def search() -> ResponseReturnValue:
        hits = notes.search(request.args["q"], request.args.get("k", 5, int), filter=request.args.get("filter"))
        return jsonify([{"id": hit.id, "score": hit.score, "text": hit.text, "metadata": hit.metadata} for hit in hits])

    return app
