// For tests: certificates made on the spot, and TLS for the test server.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include <memory>
#include <string>

#include "embed/remote/test_http_server.h"

namespace vecstore {

struct TestCertificate {
  std::string names = "IP:127.0.0.1";  // who it is for, as openssl writes it
  long from_days = -1;
  long to_days = 1;
};

// A server that signed its own certificate.
class TestTls {
 public:
  explicit TestTls(const TestCertificate& wanted) {
    ::signal(
        SIGPIPE,
        SIG_IGN);  // of this server's writes; what the client does about it is tested elsewhere
    key_ = EVP_EC_gen("P-256");
    certificate_ = X509_new();
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), wanted.from_days * 86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), wanted.to_days * 86400);
    X509_set_pubkey(certificate_, key_);
    X509_NAME* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate_, name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, wanted.names.c_str());
    X509_add_ext(certificate_, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate_, key_, EVP_sha256());
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context_, certificate_);
    SSL_CTX_use_PrivateKey(context_, key_);
  }
  ~TestTls() {
    SSL_CTX_free(context_);
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestTls(const TestTls&) = delete;
  TestTls& operator=(const TestTls&) = delete;

  // To trust it by.
  std::string pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate_);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
  }

  void at_most(int version) { SSL_CTX_set_max_proto_version(context_, version); }

  TestHttpServer::Wrap wrap() {
    return [this](int fd) -> TestStream {
      const std::shared_ptr<SSL> ssl(SSL_new(context_), SSL_free);
      SSL_set_fd(ssl.get(), fd);
      if (SSL_accept(ssl.get()) != 1) return {};
      return {[ssl](char* to, std::size_t size) -> ssize_t {
                return SSL_read(ssl.get(), to, static_cast<int>(size));
              },
              [ssl](const char* from, std::size_t size) -> ssize_t {
                return SSL_write(ssl.get(), from, static_cast<int>(size));
              }};
    };
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  SSL_CTX* context_;
};

}  // namespace vecstore
