"""The model that writes, as the environment names it: CHAT_ADDRESS of a server that speaks like OpenAI's chat completions (an Ollama on this
computer is http://localhost:11434/v1), CHAT_MODEL ("llama3.2") and, where the server wants one, CHAT_KEY."""

import os

import vecstore


def is_set():
    return bool(os.environ.get("CHAT_ADDRESS"))


def model():
    """Sends nothing yet."""
    if not is_set():
        raise vecstore.FailedPrecondition("no model that writes: set CHAT_ADDRESS (http://localhost:11434/v1) and CHAT_MODEL")
    address, name, key = (os.environ.get(variable, "") for variable in ("CHAT_ADDRESS", "CHAT_MODEL", "CHAT_KEY"))
    return vecstore.RemoteChat("compatible", name, address=address, key=key or None)
