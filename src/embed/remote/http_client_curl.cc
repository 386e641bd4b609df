#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/sync.h"
#include "embed/remote/http_client.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxHeaders = 200;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// What the callbacks of one transfer fill in.
struct Transfer {
  const HttpSettings& settings;
  const HttpRequest& request;
  CURL* easy;
  HttpResponse response = {};
  std::size_t taken = 0;  // bytes of the body
  bool too_large = false;
  Status refused = {};  // by the sink
};

bool is_for_sink(const Transfer& transfer) {
  if (!transfer.request.sink) return false;
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (size > transfer.settings.max_response_bytes - transfer.taken) {
    transfer.too_large = true;
    return 0;  // not `size`: ends the transfer
  }
  transfer.taken += size;
  if (is_for_sink(transfer)) {
    transfer.refused = transfer.request.sink({data, size});
    return transfer.refused.ok() ? size : 0;
  }
  transfer.response.body.append(data, size);
  return size;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return text.substr(from, text.find_last_not_of(" \t\r\n") + 1 - from);
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* to) {
  HttpResponse& response = static_cast<Transfer*>(to)->response;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) response.headers.clear();  // of a 100 Continue
  const std::size_t colon = line.find(':');
  if (colon == line.npos || response.headers.size() >= kMaxHeaders) return size;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  response.headers.push_back({std::move(name), std::string(trimmed(line.substr(colon + 1)))});
  return size;
}

int ask_to_go_on(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<const Transfer*>(of);
  return transfer.settings.cancel.cancelled() || transfer.request.cancel.cancelled() ? 1 : 0;
}

void set_manners(CURL* easy, const HttpSettings& settings) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl can decompress
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout_ms));
  curl_easy_setopt(easy, CURLOPT_PROXY, settings.proxy.c_str());  // "" keeps the environment's out
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  if (!settings.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
}

void set_callbacks(CURL* easy, Transfer& transfer, std::array<char, CURL_ERROR_SIZE>& error) {
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, ask_to_go_on);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
}

Status failure(CURLcode code, const std::string& what, const Transfer& transfer,
               std::int64_t timeout_ms) {
  switch (code) {
    case CURLE_WRITE_ERROR:
      if (!transfer.refused.ok()) return transfer.refused;
      if (!transfer.too_large) break;
      return resource_exhausted("the answer has more than " +
                                std::to_string(transfer.settings.max_response_bytes) + " bytes");
    case CURLE_ABORTED_BY_CALLBACK:
      return cancelled("the request was cancelled");
    case CURLE_OPERATION_TIMEDOUT:
      return deadline_exceeded("no whole answer within " + std::to_string(timeout_ms) +
                               " ms: " + what);
    case CURLE_PEER_FAILED_VERIFICATION:
      return failed_precondition("the server's certificate is not trusted: " + what);
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CACERT_BADFILE:
      return invalid_argument(what);
    case CURLE_OUT_OF_MEMORY:
      return resource_exhausted("there is no memory for the request");
    default:
      break;
  }
  return unavailable(what);
}

}  // namespace

struct HttpClient::State {
  HttpSettings settings;
  Mutex mutex;
  std::vector<Easy> idle VECSTORE_GUARDED_BY(mutex);  // each with its open connection

  Easy take() {
    {
      MutexLock lock(mutex);
      if (!idle.empty()) {
        Easy easy = std::move(idle.back());
        idle.pop_back();
        curl_easy_reset(easy.get());  // keeps connections
        return easy;
      }
    }
    return Easy(curl_easy_init());
  }

  void give_back(Easy easy) {
    MutexLock lock(mutex);
    idle.push_back(std::move(easy));
  }
};

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::make(HttpSettings settings) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, by one thread
  if (ready != CURLE_OK) return unavailable(std::string("libcurl: ") + curl_easy_strerror(ready));
  auto state = std::make_unique<State>();
  state->settings = std::move(settings);
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(state)));
}

Result<HttpResponse> HttpClient::post(const HttpRequest& request, std::int64_t timeout_ms) const {
  if (!request.url.starts_with("https://") && !request.url.starts_with("http://"))
    return invalid_argument("the address is neither https nor http");
  Easy easy = state_->take();
  if (!easy) return resource_exhausted("there is no memory for the request");
  Transfer transfer{state_->settings, request, easy.get()};
  std::array<char, CURL_ERROR_SIZE> error{};
  HeaderList headers(curl_slist_append(nullptr, "Expect:"));  // no round trip before the body
  curl_slist_append(headers.get(), "Content-Type: application/json");
  for (const auto& [name, value] : request.headers)
    curl_slist_append(headers.get(), (name + ": " + value).c_str());

  set_manners(easy.get(), state_->settings);
  set_callbacks(easy.get(), transfer, error);
  curl_easy_setopt(easy.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));

  const CURLcode code = curl_easy_perform(easy.get());
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  state_->give_back(std::move(easy));
  if (code == CURLE_OK) return std::move(transfer.response);
  const std::string what = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
  return failure(code, what, transfer, timeout_ms);
}

}  // namespace vecstore
