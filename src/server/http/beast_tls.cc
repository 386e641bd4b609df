#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/clock.h"
#include "server/http/beast_session.h"
#include "service/durable_file.h"

namespace vecstore {

namespace ssl = boost::asio::ssl;

namespace {

constexpr double kLookEveryMs = 200;

Result<std::shared_ptr<ssl::context>> make_tls(const HttpOptions& options) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  context->use_certificate_chain_file(options.certificate, error);
  if (error)
    return invalid_argument(options.certificate + " is no certificate: " + error.message());
  context->use_private_key_file(options.key, ssl::context::pem, error);
  if (error)
    return invalid_argument(options.key + " is no key of that certificate: " + error.message());
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return invalid_argument(options.key + " is not the key of " + options.certificate);
  ERR_clear_error();
  return context;
}

}  // namespace

Status check_certificate(const std::string& certificate, const std::string& key) {
  return make_tls({.certificate = certificate, .key = key}).status();
}

// The marks are taken first: a file that changes while it is read is another one at the next look.
Result<ServedCertificate> read_certificate(const HttpOptions& options) {
  ServedCertificate read{.certificate_mark = file_mark(options.certificate),
                         .key_mark = file_mark(options.key),
                         .looked_ms = monotonic_ms()};
  VECSTORE_ASSIGN(read.tls, make_tls(options));
  return read;
}

// Who renews a certificate replaces two files, one after the other: between them they do not fit,
// and the second change has them read again.
void refresh_certificate(HttpServer::State& state) {
  ServedCertificate& is = state.certificate;
  const double now = monotonic_ms();
  if (now - is.looked_ms < kLookEveryMs) return;
  is.looked_ms = now;
  const HttpOptions& options = state.options;
  const std::uint64_t certificate = file_mark(options.certificate), key = file_mark(options.key);
  if (certificate == is.certificate_mark && key == is.key_mark) return;
  is.certificate_mark = certificate;
  is.key_mark = key;
  Result<ServedCertificate> next = read_certificate(options);
  if (!next.ok()) {
    state.service.log(LogLevel::kError,
                      "the certificate before is kept: " + next.status().message());
    state.service.note("certificate.refused", Severity::kError, next.status().message());
    return;
  }
  is = *std::move(next);
  state.service.note("certificate.change", Severity::kNotice, options.certificate);
}

void start_tls(HttpServer::State& state, const ServedCertificate& certificate,
               boost::asio::ip::tcp::socket socket, boost::asio::io_context& thread,
               std::string address) {
  using Stream = ssl::stream<boost::asio::ip::tcp::socket>;
  std::make_shared<Session<Stream>>(state, Stream(std::move(socket), *certificate.tls), thread,
                                    std::move(address))
      ->start();
}

}  // namespace vecstore
