// What may be shown of a secret, and what may be kept of it.
//
// A report travels further than the file it speaks of: into logs, tickets, other people's
// databases. So a finding holds a mask, which lets the owner recognise the value, and a keyed hash,
// by which the same secret is known again in another file, run or baseline.
//
// Why the hash has a key: passwords are short, and the plain hash of one can be guessed offline at
// billions a second. $SEAWALL_SECRET_HASH_KEY should be set, the same for all scans to be compared.
// Without it the key is a constant of the product: tables made for plain SHA-256 are of no use, but
// who has the report can still try passwords one by one.
#pragma once

#include <string>
#include <string_view>

namespace seawall::inspect {

// At most the first and last four characters, together never more than a quarter of the value:
// "AKIA••••••••Q7XD". Of a PEM block its header, of a value that is not printable ASCII nothing.
std::string mask_secret(std::string_view secret);

// HMAC-SHA-256 (RFC 2104), its first 32 hexadecimal digits.
std::string secret_hash(std::string_view secret, std::string_view key);
std::string default_hash_key();  // $SEAWALL_SECRET_HASH_KEY, else the product's constant

// Shannon entropy in bits a byte: 0 for "aaaa", at most 8.
double entropy(std::string_view text);

// Values that stand where a secret will: "changeme", "xxxxxxxx", "${TOKEN}", "<password>",
// "{{ key }}", "your-api-key", "AKIAIOSFODNN7EXAMPLE", one character over and over.
bool is_placeholder(std::string_view secret);

}  // namespace seawall::inspect
