// Digests as OCI writes them ("sha256:" + 64 hex digits) and the hashers that make them.
// Source: OCI image-spec v1.1, descriptor.md, "Digests". COST: about 1.2-1.8 GB/s with SHA
// extensions.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace seawall {

enum class HashAlgorithm : uint8_t { kSha256, kSha512, kSha1, kMd5 };

// A checked digest. Default-constructed: empty, which no content has.
struct Digest {
  HashAlgorithm algorithm = HashAlgorithm::kSha256;
  std::string hex;  // lower case; empty when unknown

  // "sha256:..." or "sha512:..."; anything else, upper case or a wrong length is kMalformed.
  static Result<Digest> parse(std::string_view text);
  bool empty() const { return hex.empty(); }
  std::string text() const;        // "sha256:9f3c..."
  std::string short_text() const;  // "sha256:9f3c6d1e2a4b" (12 digits), for people
  auto operator<=>(const Digest&) const = default;
};

// Streams bytes into a digest. THREADS: one at a time.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm = HashAlgorithm::kSha256);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  void update(std::string_view bytes);
  // The digest of all bytes so far; the hasher starts anew.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest digest_of(std::string_view bytes, HashAlgorithm algorithm = HashAlgorithm::kSha256);

// A Reader that hashes what passes through it. digest() is that of the bytes read so far.
class HashingReader : public Reader {
 public:
  explicit HashingReader(std::unique_ptr<Reader> inner,
                         HashAlgorithm algorithm = HashAlgorithm::kSha256)
      : inner_(std::move(inner)), hasher_(algorithm) {}
  Result<size_t> read(std::span<char> buffer) override;
  uint64_t count() const { return count_; }
  Digest digest() { return hasher_.finish(); }

 private:
  std::unique_ptr<Reader> inner_;
  Hasher hasher_;
  uint64_t count_ = 0;
};

// Lower-case hexadecimal of bytes.
std::string to_hex(std::string_view bytes);
Result<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);
// Standard alphabet, with or without padding; anything else is kMalformed.
Result<std::string> from_base64(std::string_view text);
// XXH3, for hash tables and change detection only, never for identity.
uint64_t quick_hash(std::string_view bytes, uint64_t seed = 0);

}  // namespace seawall
