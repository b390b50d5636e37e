// Ed25519 signatures over a database's digest (RFC 8032, through OpenSSL).

#include <cstdint>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "advisory/import.h"
#include "base/file.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

constexpr uint64_t kLargestKey = 64 << 10;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string signed_text(const Database& database) {
  return "seawall advisory database " + database.digest().text() + "\n";
}

Result<Key> read_key(const std::string& path, bool is_private) {
  SEAWALL_TRY(const std::string pem, read_file(path, kLargestKey));
  std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  // No passphrase prompt: an encrypted key is an error here.
  const auto no_prompt = [](char*, int, int, void*) { return 0; };
  Key key(is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_prompt, nullptr)
                     : PEM_read_bio_PUBKEY(bio.get(), nullptr, no_prompt, nullptr),
          EVP_PKEY_free);
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) {
    return malformed(path + " is not an unencrypted Ed25519 key in PEM")
        .hint(
            "make one: openssl genpkey -algorithm ed25519 -out team.key; openssl pkey -in team.key "
            "-pubout -out team.pub");
  }
  return key;
}

}  // namespace

Result<std::string> sign_database(const Database& database, const std::string& private_key) {
  SEAWALL_TRY(const Key key, read_key(private_key, true));
  const std::string text = signed_text(database);
  unsigned char signature[64];
  size_t length = sizeof signature;
  Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature, &length,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    return Error(Code::kInternal, "signing failed");
  }
  return to_base64({reinterpret_cast<char*>(signature), length}) + "\n";
}

Status export_database(const Database& database, const std::string& path,
                       const std::string& private_key) {
  SEAWALL_TRY(const MappedFile source, MappedFile::open(database.path()));
  if (private_key.empty()) return write_file(path, source.bytes());
  SEAWALL_TRY(const std::string signature, sign_database(database, private_key));
  SEAWALL_CHECK(write_file(path, source.bytes()));
  return write_file(path + ".sig", signature);
}

Status verify_signature(const Database& database, std::string_view signature,
                        const std::string& public_key) {
  SEAWALL_TRY(const Key key, read_key(public_key, false));
  SEAWALL_TRY(const std::string bytes, from_base64(trim(signature)));
  const std::string text = signed_text(database);
  Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size()) != 1) {
    return Error(Code::kMismatch, "the signature is not by " + public_key)
        .hint("the database was changed, or signed by somebody else; do not use it");
  }
  return {};
}

}  // namespace seawall::advisory
