#include "advisory/record_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "advisory/alias_classes.h"
#include "advisory/database_format.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

using namespace format;

constexpr size_t kMaxSummary = 200, kMaxLine = 512, kMaxList = 16, kMaxReferences = 3;
constexpr uint8_t kMalicious = 8;  // above the severity's three bits
// In references: the record's own id, and its first CVE alias.
constexpr char kOwnId = '\x01', kCveAlias = '\x02';

// One line of at most `limit` bytes, cut between characters, without control characters.
std::string line_of(std::string_view text, size_t limit) {
  text = trim(text);
  std::string line(text.substr(0, limit));
  if (text.size() > limit) {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) {
      line.pop_back();
    }
    if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xc0) line.pop_back();
  }
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return line;
}

std::string_view cve_alias(const std::vector<std::string>& aliases) {
  std::string_view first;
  for (const auto& alias : aliases) {
    if (is_cve(alias) && (first.empty() || alias < first)) first = alias;
  }
  return first;
}

void put_cwe(std::string& out, std::string_view cwe) {
  const auto number = cwe.starts_with("CWE-") ? parse_unsigned(cwe.substr(4)) : std::nullopt;
  const bool plain = number && *number < UINT32_MAX && "CWE-" + std::to_string(*number) == cwe;
  put_varint(out, plain ? *number + 1 : 0);
  if (!plain) put_text(out, line_of(cwe, kMaxLine));
}

std::string get_cwe(Cursor& in) {
  const uint64_t number = in.varint();
  return number ? "CWE-" + std::to_string(number - 1) : std::string(in.text());
}

std::string pack_reference(std::string_view url, const Record& record) {
  std::string text = line_of(url, kMaxLine);
  if (!record.id.empty()) text = replace_all(text, record.id, std::string_view(&kOwnId, 1));
  const auto cve = cve_alias(record.aliases);
  if (!cve.empty()) text = replace_all(text, cve, std::string_view(&kCveAlias, 1));
  return text;
}

std::string unpack_reference(std::string_view packed, const Record& record) {
  std::string url;
  for (char c : packed) {
    if (c == kOwnId) {
      url += record.id;
    } else if (c == kCveAlias) {
      url += cve_alias(record.aliases);
    } else {
      url += c;
    }
  }
  return url;
}

}  // namespace

std::string encode_names(std::string_view id, const std::vector<std::string_view>& aliases,
                         std::string_view preferred) {
  std::string out;
  put_text(out, id == preferred ? "" : id);
  put_varint(out, aliases.size());
  for (const auto& alias : aliases) put_text(out, alias == preferred ? "" : alias);
  return out;
}

std::string encode_text(const Record& record) {
  std::string out;
  out += static_cast<char>(static_cast<uint8_t>(record.severity) |
                           (record.malicious ? kMalicious : 0));
  put_text(out, line_of(record.published, 32));
  put_text(out, line_of(record.summary, kMaxSummary));
  const size_t vectors = std::min(record.cvss.size(), kMaxList);
  put_varint(out, vectors);
  for (size_t i = 0; i < vectors; ++i) {
    const CvssVector& cvss = record.cvss[i];
    put_text(out, line_of(cvss.source, 64));
    put_text(out, line_of(cvss.vector, kMaxLine));
    put_varint(out, static_cast<uint64_t>(std::lround(std::clamp(cvss.score, 0.0, 10.0) * 10)));
  }
  const size_t cwes = std::min(record.cwes.size(), kMaxList);
  put_varint(out, cwes);
  for (size_t i = 0; i < cwes; ++i) put_cwe(out, record.cwes[i]);
  const size_t references = std::min(record.references.size(), kMaxReferences);
  put_varint(out, references);
  for (size_t i = 0; i < references; ++i) {
    put_text(out, pack_reference(record.references[i], record));
  }
  return out;
}

Result<Record> decode_record(std::string_view bytes, std::string_view preferred) {
  Cursor in(bytes);
  const auto name = [&] {
    const auto text = in.text();
    return std::string(text.empty() ? preferred : text);
  };
  Record record;
  record.id = name();
  for (uint64_t n = in.count(); n > 0 && in.good(); --n) record.aliases.push_back(name());
  const uint8_t flags = in.byte();
  record.severity = static_cast<Severity>(
      std::min<uint8_t>(flags & 7, static_cast<uint8_t>(Severity::kCritical)));
  record.malicious = flags & kMalicious;
  record.published = in.text();
  record.summary = in.text();
  for (uint64_t n = in.count(3); n > 0 && in.good(); --n) {
    CvssVector cvss;
    cvss.source = in.text();
    cvss.vector = in.text();
    cvss.score = static_cast<double>(std::min<uint64_t>(in.varint(), 100)) / 10;
    record.cvss.push_back(std::move(cvss));
  }
  for (uint64_t n = in.count(); n > 0 && in.good(); --n) record.cwes.push_back(get_cwe(in));
  for (uint64_t n = in.count(); n > 0 && in.good(); --n) {
    record.references.push_back(unpack_reference(in.text(), record));
  }
  if (!in.good()) return malformed("a text of the advisory database ends early");
  return record;
}

}  // namespace seawall::advisory
