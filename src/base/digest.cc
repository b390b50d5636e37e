#include "base/digest.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <openssl/evp.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace seawall {
namespace {

// Fetched once: EVP_get_digestbyname costs more than hashing a small document.
const EVP_MD* method(HashAlgorithm algorithm) {
  static const std::array<const EVP_MD*, 4> methods = {
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr),
      EVP_MD_fetch(nullptr, "SHA1", nullptr), EVP_MD_fetch(nullptr, "MD5", nullptr)};
  return methods[static_cast<size_t>(algorithm)];
}

constexpr std::string_view name_of(HashAlgorithm algorithm) {
  constexpr std::string_view names[] = {"sha256", "sha512", "sha1", "md5"};
  return names[static_cast<size_t>(algorithm)];
}

bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

Result<Digest> Digest::parse(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const std::string_view hex = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  Digest digest;
  size_t length = 64;
  if (name == "sha512") {
    digest.algorithm = HashAlgorithm::kSha512;
    length = 128;
  } else if (name != "sha256") {
    return malformed(fmt::format("\"{}\" is not a sha256 or sha512 digest", text.substr(0, 80)));
  }
  if (hex.size() != length) {
    return malformed(fmt::format("the digest \"{}\" has {} hex digits instead of {}",
                                 text.substr(0, 80), hex.size(), length));
  }
  for (char c : hex) {
    if (!is_lower_hex(c)) return malformed("a digest holds other than lower-case hex digits");
  }
  digest.hex = hex;
  return digest;
}

std::string Digest::text() const {
  return hex.empty() ? std::string() : fmt::format("{}:{}", name_of(algorithm), hex);
}

std::string Digest::short_text() const {
  return hex.empty() ? std::string() : fmt::format("{}:{}", name_of(algorithm), hex.substr(0, 12));
}

struct Hasher::Context {
  EVP_MD_CTX* evp;
  HashAlgorithm algorithm;
  ~Context() { EVP_MD_CTX_free(evp); }
};

Hasher::Hasher(HashAlgorithm algorithm) : context_(new Context{EVP_MD_CTX_new(), algorithm}) {
  EVP_DigestInit_ex2(context_->evp, method(algorithm), nullptr);
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) {
  EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

Digest Hasher::finish() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(context_->evp, out, &length);
  EVP_DigestInit_ex2(context_->evp, method(context_->algorithm), nullptr);
  return {context_->algorithm, to_hex({reinterpret_cast<const char*>(out), length})};
}

Digest digest_of(std::string_view bytes, HashAlgorithm algorithm) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

Result<size_t> HashingReader::read(std::span<char> buffer) {
  SEAWALL_TRY(size_t got, inner_->read(buffer));
  hasher_.update({buffer.data(), got});
  count_ += got;
  return got;
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) {
    hex += kDigits[c >> 4];
    hex += kDigits[c & 15];
  }
  return hex;
}

Result<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return malformed("an odd number of hex digits");
  auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return malformed("not a hex digit");
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << 16;
    if (i + 1 < bytes.size())
      group |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8;
    if (i + 2 < bytes.size()) group |= static_cast<unsigned char>(bytes[i + 2]);
    text += kAlphabet[group >> 18];
    text += kAlphabet[group >> 12 & 63];
    text += i + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
  }
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  const size_t full = text.size();
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  const bool padded = text.size() != full;
  if (text.size() % 4 == 1) return malformed("base64 of an impossible length");
  if (padded && (full % 4 != 0 || full - text.size() > 2))
    return malformed("base64 with the wrong padding");
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    int value;
    if (c >= 'A' && c <= 'Z')
      value = c - 'A';
    else if (c >= 'a' && c <= 'z')
      value = c - 'a' + 26;
    else if (c >= '0' && c <= '9')
      value = c - '0' + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      return malformed("not a base64 character");
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xff);
    }
  }
  return bytes;
}

uint64_t quick_hash(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace seawall
