// The two functions of each provider, for the table in provider.cc. Shapes as documented in 2025.
#pragma once

#include "embed/remote/provider.h"

namespace vecstore {

// {"data": [{"index", "embedding"}], "usage": {"total_tokens"}}: OpenAI, and who speaks like it.
Result<EmbedAnswer> read_openai(const Value& answer, std::size_t texts, std::size_t dimension);
HttpRequest openai_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts);
HttpRequest compatible_request(const RemoteOptions& options, TextRole role,
                               std::span<const std::string> texts);
HttpRequest azure_request(const RemoteOptions& options, TextRole role,
                          std::span<const std::string> texts);
HttpRequest voyage_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts);
HttpRequest mistral_request(const RemoteOptions& options, TextRole role,
                            std::span<const std::string> texts);
HttpRequest jina_request(const RemoteOptions& options, TextRole role,
                         std::span<const std::string> texts);

HttpRequest cohere_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts);
Result<EmbedAnswer> read_cohere(const Value& answer, std::size_t texts, std::size_t dimension);

HttpRequest vertex_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts);
Result<EmbedAnswer> read_vertex(const Value& answer, std::size_t texts, std::size_t dimension);
HttpRequest gemini_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts);
Result<EmbedAnswer> read_gemini(const Value& answer, std::size_t texts, std::size_t dimension);

HttpRequest huggingface_request(const RemoteOptions& options, TextRole role,
                                std::span<const std::string> texts);
HttpRequest tei_request(const RemoteOptions& options, TextRole role,
                        std::span<const std::string> texts);
// A list of vectors; or for models without pooling a list of tokens' vectors for each text, of
// which the mean is taken.
Result<EmbedAnswer> read_huggingface(const Value& answer, std::size_t texts, std::size_t dimension);

HttpRequest ollama_request(const RemoteOptions& options, TextRole role,
                           std::span<const std::string> texts);
Result<EmbedAnswer> read_ollama(const Value& answer, std::size_t texts, std::size_t dimension);

}  // namespace vecstore
