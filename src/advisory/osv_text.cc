#include "advisory/osv_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "base/time.h"

namespace seawall::advisory {
namespace {

constexpr size_t kIdBytes = 128;
constexpr size_t kUrlBytes = 1024;
constexpr size_t kReferences = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word_byte(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '.' || c == '+';
}

// Visible ASCII only: what an identifier or an address may hold.
bool is_plain(std::string_view text, size_t limit) {
  if (text.empty() || text.size() > limit) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// The part of an identifier that names its kind: "RHSA" of "RHSA-2024:1", "SUSE-SU" of
// "SUSE-SU-2024:1".
std::string_view kind_of(std::string_view id) {
  size_t end = id.find('-');
  if (id.starts_with("SUSE-") || id.starts_with("openSUSE-")) end = id.find('-', end + 1);
  return id.substr(0, end);
}

constexpr std::array<std::string_view, 18> kSecurityNotices = {
    "RHSA", "ALSA", "RLSA", "RXSA", "SUSE-SU", "openSUSE-SU", "USN",  "LSN", "DSA",
    "DLA",  "DTSA", "ELA",  "ALAS", "ALAS2",   "ALAS2022",    "ELSA", "ASA", "ALAS2023",
};
constexpr std::array<std::string_view, 14> kBugfixNotices = {
    "RHBA",    "RHEA",    "ALBA",    "ALEA",        "RLBA",        "RLEA",        "ELBA",
    "SUSE-RU", "SUSE-FU", "SUSE-OU", "openSUSE-RU", "openSUSE-FU", "openSUSE-OU", "ELEA",
};

template <size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

int rank_of_reference(std::string_view type) {
  if (type == "ADVISORY") return 0;
  if (type == "FIX") return 1;
  if (type == "WEB") return 2;
  if (type == "ARTICLE") return 3;
  if (type == "REPORT") return 4;
  return 5;
}

}  // namespace

std::string canonical_id(std::string_view id) {
  if (!is_plain(id, kIdBytes)) return {};
  for (std::string_view prefix : {"DEBIAN-", "ALPINE-", "UBUNTU-"}) {
    if (id.starts_with(prefix) && id.substr(prefix.size()).starts_with("CVE-")) {
      id.remove_prefix(prefix.size());
    }
  }
  return std::string(id);
}

bool is_bugfix_notice(std::string_view id) {
  return contains(kBugfixNotices, kind_of(id));
}

bool is_notice(std::string_view id) {
  return contains(kSecurityNotices, kind_of(id)) || is_bugfix_notice(id);
}

std::string_view source_of_id(std::string_view id) {
  using Pair = std::pair<std::string_view, std::string_view>;
  constexpr std::array kSources = {
      Pair{"CVE", "nvd"},      Pair{"GHSA", "ghsa"},   Pair{"RUSTSEC", "rustsec"},
      Pair{"PYSEC", "pypa"},   Pair{"GO", "go"},       Pair{"BIT", "bitnami"},
      Pair{"RHSA", "redhat"},  Pair{"RHBA", "redhat"}, Pair{"RHEA", "redhat"},
      Pair{"RLSA", "rocky"},   Pair{"RXSA", "rocky"},  Pair{"ALSA", "alma"},
      Pair{"SUSE-SU", "suse"}, Pair{"USN", "ubuntu"},  Pair{"openSUSE-SU", "suse"},
  };
  const std::string_view kind = kind_of(id);
  for (const auto& [prefix, source] : kSources) {
    if (kind == prefix) return source;
  }
  return {};
}

std::string one_line(std::string_view text, size_t limit) {
  // A record's text may be megabytes; what follows the first kilobytes cannot reach the line
  // unless all before it is white.
  std::string line;
  bool space = false;
  for (size_t at = 0; at < text.size() && line.size() <= limit; ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    // C1 controls are 0xc2 0x80..0x9f.
    const bool c1 =
        c == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (c <= ' ' || c == 0x7f || c1) {
      space = !line.empty();
      if (c1) ++at;
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += static_cast<char>(c);
  }
  if (line.size() <= limit)
    return is_valid_utf8(line) ? line : one_line(to_valid_utf8(line), limit);
  constexpr std::string_view kEllipsis = "...";
  size_t cut = line.rfind(' ', limit - kEllipsis.size());
  if (cut == std::string::npos || cut < limit / 2) {
    cut = limit - kEllipsis.size();
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xc0) == 0x80) --cut;
  }
  line.resize(cut);
  if (!is_valid_utf8(line)) return one_line(to_valid_utf8(line), limit);
  return line + std::string(kEllipsis);
}

std::string first_sentence(std::string_view details) {
  // Headings, rules and fences stand alone on their lines; the first other paragraph speaks.
  std::string paragraph;
  std::string_view rest = details.substr(0, 65536);
  while (!rest.empty() && paragraph.size() < 1024) {
    const auto [raw, after] = split_once(rest, '\n');
    rest = after;
    const std::string_view text = trim(raw);
    const bool marks = text.starts_with('#') || text.starts_with("---") ||
                       text.starts_with("===") || text.starts_with("```") ||
                       text.starts_with("_-=");
    if (marks || text.empty()) {
      if (!paragraph.empty()) break;
      continue;
    }
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += text;
  }
  // A sentence ends at a period before a space and an upper-case letter, so that "v. 1.2" and
  // "e.g. this" do not end one.
  for (size_t at = paragraph.find(". "); at != std::string::npos;
       at = paragraph.find(". ", at + 1)) {
    const char next = at + 2 < paragraph.size() ? paragraph[at + 2] : 'A';
    if (at >= 20 && next >= 'A' && next <= 'Z') {
      paragraph.resize(at + 1);
      break;
    }
  }
  return one_line(paragraph);
}

std::vector<std::string> best_references(const Node& references) {
  std::vector<std::pair<int, std::string_view>> ranked;
  for (const Node& reference : references.items()) {
    const std::string_view url = reference["url"].string();
    if (!url.starts_with("https://") && !url.starts_with("http://")) continue;
    if (!is_plain(url, kUrlBytes)) continue;
    ranked.emplace_back(rank_of_reference(reference["type"].string()), url);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> best;
  for (const auto& [rank, url] : ranked) {
    if (best.size() == kReferences) break;
    if (std::find(best.begin(), best.end(), url) == best.end()) best.emplace_back(url);
  }
  return best;
}

std::string date_of(std::string_view time) {
  const auto seconds = parse_time(time);
  // Nothing was published before 1980; Go writes its zero time as year 1.
  constexpr UnixSeconds k1980 = 315532800;
  return seconds && *seconds >= k1980 ? to_date(*seconds) : std::string();
}

std::string module_of_title(std::string_view title) {
  std::string_view found;
  for (std::string_view token : split(title, ' ')) {
    while (!token.empty() && (token.back() == ',' || token.back() == ';')) token.remove_suffix(1);
    const auto [name, stream] = split_once(token, ':');
    if (name.empty() || stream.empty()) continue;
    if (!std::all_of(name.begin(), name.end(), is_word_byte) ||
        !std::all_of(stream.begin(), stream.end(), is_word_byte)) {
      continue;
    }
    if (!found.empty() && found != token) return {};
    found = token;
  }
  return std::string(found);
}

Severity severity_of_notice(std::string_view title, const Node& references) {
  const auto [word, rest] = split_once(title, ':');
  if (!rest.empty() && word.size() < 16) {
    const Severity severity = parse_severity(word);
    if (severity != Severity::kUnknown) return severity;
  }
  for (const Node& reference : references.items()) {
    constexpr std::string_view kClassification = "/security/updates/classification/#";
    const std::string_view url = reference["url"].string();
    const size_t at = url.find(kClassification);
    if (at == std::string_view::npos) continue;
    return parse_severity(url.substr(at + kClassification.size()));
  }
  return Severity::kUnknown;
}

}  // namespace seawall::advisory
