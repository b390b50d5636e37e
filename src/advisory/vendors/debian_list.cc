// Debian's lists of notices (DSA/list and DLA/list of the security tracker's repository).
//
//   [29 Mar 2023] DSA-5380-1 xorg-server - security update
//           {CVE-2023-1393}
//           [bullseye] - xorg-server 2:1.20.11-1+deb11u1
//
// A block starts at the margin; what belongs to it is indented. The tracker's own data says per CVE
// and release what is fixed, and says it better (a notice is not withdrawn when a fix turns out
// incomplete), so a notice becomes a record without rows that names what it covers.
#include <array>

#include <fmt/format.h>

#include "advisory/vendors/text.h"
#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

// "[29 Mar 2023] DSA-5380-1 ..." -> "2023-03-29" and the rest; false when it is no head line.
bool read_head(std::string_view line, std::string& date, std::string_view& rest) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (!line.starts_with('[')) return false;
  const size_t close = line.find(']');
  if (close == std::string_view::npos) return false;
  const auto parts = split(line.substr(1, close - 1), ' ');
  if (parts.size() != 3 || parts[1].size() != 3) return false;
  const auto day = parse_unsigned(parts[0]), year = parse_unsigned(parts[2]);
  const size_t month = months.find(parts[1]);
  if (!day || !year || *day < 1 || *day > 31 || *year < 1990 || *year > 9999 ||
      month == std::string_view::npos || month % 3 != 0) {
    return false;
  }
  date = fmt::format("{:04}-{:02}-{:02}", *year, month / 3 + 1, *day);
  rest = trim(line.substr(close + 1));
  return rest.starts_with("DSA-") || rest.starts_with("DLA-") || rest.starts_with("DTSA-");
}

void add_names(std::string_view line, Record& record) {
  line.remove_prefix(1);
  for (std::string_view name : split(line.substr(0, line.find('}')), ' ')) {
    if (is_cve(name)) record.covers.emplace_back(name);
  }
}

}  // namespace

bool accepts_debian_list(std::string_view first_line) {
  std::string date;
  std::string_view rest;
  return read_head(first_line, date, rest);
}

Status parse_debian_list(Reader& text, FeedContext& context) {
  LineReader lines(text);
  Record record;
  const auto finish = [&] {
    if (!record.covers.empty()) context.sink.record(std::move(record));
    record = {};
  };
  std::string_view line;
  while (true) {
    SEAWALL_TRY(const bool more, lines.next(line));
    if (!more) break;
    std::string date;
    std::string_view rest;
    if (read_head(line, date, rest)) {
      finish();
      const auto [id, title] = split_once(rest, ' ');
      record.feed = "debian";
      record.id = id;
      record.published = std::move(date);
      record.summary = one_line(title);
    } else if (!record.id.empty() && trim(line).starts_with('{')) {
      add_names(trim(line), record);
    }
  }
  finish();
  return {};
}

}  // namespace seawall::advisory::vendors
