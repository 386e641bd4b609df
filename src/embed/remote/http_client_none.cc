// For builds without libcurl: there is no HTTP, and asking for it says so.
#include "embed/remote/http_client.h"

namespace vecstore {

struct HttpClient::State {};

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::make(HttpSettings) {
  return unimplemented(
      "this build of vecstore has no http: it was made without libcurl, or with "
      "VECSTORE_REMOTE=OFF");
}

Result<HttpResponse> HttpClient::post(const HttpRequest&, std::int64_t) const {
  return unimplemented("this build of vecstore has no http");
}

}  // namespace vecstore
