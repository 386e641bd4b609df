// The model that writes, as the environment names it:
//   CHAT_ADDRESS  of a server that speaks like OpenAI's chat completions, "https://host/v1";
//                 an Ollama on this computer is http://localhost:11434/v1
//   CHAT_MODEL    "llama3.2"
//   CHAT_KEY      where the server wants one
#pragma once

#include <vecstore/rag.h>

#include <cstdlib>

namespace chat {

inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

inline bool is_set() { return !variable("CHAT_ADDRESS").empty(); }

// Sends nothing yet. kFailedPrecondition when the environment names none.
inline vecstore::Result<vecstore::RagWriter> writer() {
  if (!is_set())
    return vecstore::failed_precondition(
        "no model that writes: set CHAT_ADDRESS (http://localhost:11434/v1) and CHAT_MODEL");
  return vecstore::writer_on_server({.provider = "compatible",
                                     .model = variable("CHAT_MODEL"),
                                     .address = variable("CHAT_ADDRESS"),
                                     .key = variable("CHAT_KEY")});
}

}  // namespace chat
