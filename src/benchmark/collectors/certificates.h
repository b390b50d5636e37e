// What a certificate says of itself; nothing is verified.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall::benchmark {

struct CertificateFacts {
  std::string subject;                // RFC 2253: "CN=docker,O=Example"
  std::string not_before, not_after;  // RFC 3339
  std::string key;                    // "rsa", "ec", "ed25519"
  int bits = 0;
};

// The first certificate of a PEM text. ERRORS: kMalformed, kLimit (1 MiB).
Result<CertificateFacts> read_certificate(std::string_view pem);

}  // namespace seawall::benchmark
