#include <openssl/err.h>
#include <openssl/ssl.h>

#include "server/http/beast_session.h"

namespace vecstore {

namespace ssl = boost::asio::ssl;

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

Status check_certificate(const std::string& certificate, const std::string& key) {
  return make_tls({.certificate = certificate, .key = key}).status();
}

void start_tls(HttpServer::State& state, boost::asio::ip::tcp::socket socket,
               boost::asio::io_context& thread, std::string address) {
  using Stream = ssl::stream<boost::asio::ip::tcp::socket>;
  std::make_shared<Session<Stream>>(state, Stream(std::move(socket), *state.tls), thread,
                                    std::move(address))
      ->start();
}

}  // namespace vecstore
