// Certificates of the engine and of registries. OpenSSL stays in this file.
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <optional>

#include "base/strings.h"
#include "base/time.h"
#include "benchmark/collectors/certificates.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

std::string time_of(const ASN1_TIME* time) {
  struct tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return to_rfc3339(::timegm(&parts));
}

std::string subject_of(const X509* certificate) {
  const Bio out(::BIO_new(::BIO_s_mem()), ::BIO_free);
  if (!out) return {};
  ::X509_NAME_print_ex(out.get(), ::X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* bytes = nullptr;
  const long size = ::BIO_get_mem_data(out.get(), &bytes);
  return size > 0 ? to_valid_utf8(std::string_view(bytes, static_cast<size_t>(size))) : "";
}

std::string_view kind_of(int type) {
  switch (type) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return "rsa";
    case EVP_PKEY_EC:
      return "ec";
    case EVP_PKEY_ED25519:
      return "ed25519";
    case EVP_PKEY_ED448:
      return "ed448";
    case EVP_PKEY_DSA:
      return "dsa";
    default:
      return "other";
  }
}

struct Wanted {
  std::string role, path;
  std::optional<Error> unseen = {};  // of a folder that may not be listed
};

std::vector<Wanted> wanted_certificates(const SystemContext& context) {
  std::vector<Wanted> wanted;
  if (!context.engines.tls_ca.empty()) wanted.push_back({"docker-ca", context.engines.tls_ca});
  if (!context.engines.tls_certificate.empty())
    wanted.push_back({"docker-server", context.engines.tls_certificate});
  const std::string folder = "/etc/docker/certs.d";
  const auto registries = context.files.names(folder);
  if (!registries.ok()) {
    if (registries.error().code() != Code::kNotFound)
      wanted.push_back({"registry", folder, registries.error()});
    return wanted;
  }
  for (const std::string& registry : *registries) {
    const auto names = context.files.names(folder + "/" + registry);
    if (!names.ok()) {
      // A plain file among the folders is no registry.
      if (names.error().code() == Code::kPermission)
        wanted.push_back({"registry:" + registry, folder + "/" + registry, names.error()});
      continue;
    }
    for (const std::string& name : *names) {
      if (name.ends_with(".crt") || name.ends_with(".cert"))
        wanted.push_back({"registry:" + registry, folder + "/" + registry + "/" + name});
    }
  }
  return wanted;
}

}  // namespace

Result<CertificateFacts> read_certificate(std::string_view pem) {
  if (pem.size() > HostFiles::kMostBytes) return limit_reached("it is no certificate of this size");
  const Bio in(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), ::BIO_free);
  if (!in) return Error(Code::kInternal, "no memory for a certificate");
  const Certificate certificate(::PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr),
                                ::X509_free);
  if (!certificate) return malformed("it holds no certificate in PEM");
  CertificateFacts facts;
  facts.subject = subject_of(certificate.get());
  facts.not_before = time_of(::X509_get0_notBefore(certificate.get()));
  facts.not_after = time_of(::X509_get0_notAfter(certificate.get()));
  if (const EVP_PKEY* key = ::X509_get0_pubkey(certificate.get())) {
    facts.key = kind_of(::EVP_PKEY_base_id(key));
    facts.bits = ::EVP_PKEY_bits(key);
  }
  return facts;
}

std::string certificate_facts(const SystemContext& context) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const Wanted& wanted : wanted_certificates(context)) {
    json.begin_object();
    json.key("role").string(to_valid_utf8(wanted.role));
    json.key("path").string(to_valid_utf8(wanted.path));
    const auto pem =
        wanted.unseen ? Result<std::string>(*wanted.unseen) : context.files.read(wanted.path);
    const auto facts = pem.ok() ? read_certificate(*pem) : Result<CertificateFacts>(pem.error());
    if (facts.ok()) {
      json.key("subject").string(facts->subject);
      json.optional("notBefore", facts->not_before).optional("notAfter", facts->not_after);
      json.optional("key", facts->key);
      json.key("bits").integer(facts->bits);
    } else {
      json.key("notAfter");
      write_error(json, facts.error());
    }
    json.end_object();
  }
  json.end_array();
  return out;
}

}  // namespace seawall::benchmark
