#include "cel/library/name_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "cel/uri.h"

namespace seawall::cel {
namespace {

using Problems = std::vector<std::string>;

constexpr size_t kLabelBytes = 63, kSubdomainBytes = 253;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_lower_or_digit(char c) {
  return is_lower(c) || is_digit(c);
}
bool is_alphanumeric(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}
bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Letters and digits with '-' between. "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
bool is_label(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-'; });
}
bool is_subdomain(std::string_view text) {
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_label);
}
// "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
bool is_label_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

constexpr std::string_view kLabelProblem =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kSubdomainProblem =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kOldLabelProblem =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kNameProblem =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kLabelValueProblem =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
    "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

void require_size(Problems& problems, std::string_view text, size_t most, std::string_view unit) {
  if (text.size() > most) {
    problems.push_back(fmt::format("must be no more than {} {}", most, unit));
  }
}

Problems label(std::string_view text) {
  Problems problems;
  require_size(problems, text, kLabelBytes, "characters");
  if (!is_label(text)) {
    problems.emplace_back(is_subdomain(text) ? "must not contain dots" : kLabelProblem);
  }
  return problems;
}

Problems subdomain(std::string_view text) {
  Problems problems;
  require_size(problems, text, kSubdomainBytes, "characters");
  if (!is_subdomain(text)) problems.emplace_back(kSubdomainProblem);
  return problems;
}

Problems old_label(std::string_view text) {
  Problems problems;
  require_size(problems, text, kLabelBytes, "characters");
  if (!is_label(text) || !is_lower(text[0])) problems.emplace_back(kOldLabelProblem);
  return problems;
}

// A prefix may end in '-', for something follows; Kubernetes looks at what stands before.
template <Problems (*kRule)(std::string_view)>
Problems prefix(std::string_view text) {
  if (text.size() < 2 || text.back() != '-') return kRule(text);
  return kRule(std::string(text.substr(0, text.size() - 2)) + "a");
}

Problems qualified_name(std::string_view text) {
  Problems problems;
  const auto parts = split(text, '/');
  if (parts.size() > 2) {
    problems.push_back(
        fmt::format("a valid label key {} with an optional DNS subdomain prefix and "
                    "'/' (e.g. 'example.com/MyName')",
                    kNameProblem));
    return problems;
  }
  if (parts.size() == 2 && parts[0].empty()) {
    problems.emplace_back("prefix part must be non-empty");
  } else if (parts.size() == 2) {
    require_size(problems, parts[0], kSubdomainBytes, "bytes");
    if (!is_subdomain(parts[0])) problems.emplace_back(kSubdomainProblem);
    for (std::string& problem : problems) problem.insert(0, "prefix part ");
  }
  const std::string_view name = parts.back();
  if (name.empty()) problems.emplace_back("name part must be non-empty");
  if (name.size() > kLabelBytes) {
    problems.push_back(fmt::format("name part must be no more than {} bytes", kLabelBytes));
  }
  if (!is_label_name(name)) problems.push_back(fmt::format("name part {}", kNameProblem));
  return problems;
}

Problems label_value(std::string_view text) {
  Problems problems;
  require_size(problems, text, kLabelBytes, "bytes");
  if (!text.empty() && !is_label_name(text)) problems.emplace_back(kLabelValueProblem);
  return problems;
}

Problems uri(std::string_view text) {
  const auto status = Uri::check_request(text);
  return status.ok() ? Problems() : Problems{status.error().message()};
}

// 8-4-4-4-12 hexadecimal digits; each '-' may be missing.
Problems uuid(std::string_view text) {
  size_t at = 0;
  for (const size_t size : {8, 4, 4, 4, 12}) {
    if (at > 0 && at < text.size() && text[at] == '-') ++at;
    for (size_t i = 0; i < size; ++i, ++at) {
      if (at >= text.size() || !is_hexadecimal(text[at])) {
        return {"does not match the UUID format"};
      }
    }
  }
  return at == text.size() ? Problems() : Problems{"does not match the UUID format"};
}

// Four characters and more, padded.
Problems base64(std::string_view text) {
  const size_t size = std::min(text.find('='), text.size());
  const bool plain = std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(size),
                                 [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
  const std::string_view padding = text.substr(size);
  const bool padded = padding.empty() || padding == "=" || padding == "==";
  const bool valid = !text.empty() && text.size() % 4 == 0 && plain && padded;
  return valid ? Problems() : Problems{"invalid base64"};
}

int two_digits(std::string_view text, size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// "2006-01-02", a day that there is.
bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
  }
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = two_digits(text, 0) * 100 + two_digits(text, 2);
  const int month = two_digits(text, 5), day = two_digits(text, 8);
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

// "15:04:05", a fraction behind any character, "z" or "+01:00". REQUIRES: lower case.
bool is_time(std::string_view text) {
  const auto digits = [&text](size_t at) {
    return at + 1 < text.size() && is_digit(text[at]) && is_digit(text[at + 1]);
  };
  if (!digits(0) || !digits(3) || !digits(6) || text[2] != ':' || text[5] != ':') return false;
  if (two_digits(text, 0) > 23 || two_digits(text, 3) > 59 || two_digits(text, 6) > 59) {
    return false;
  }
  const auto is_zone = [](std::string_view zone) {
    if (zone == "z") return true;
    return zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && is_digit(zone[1]) &&
           is_digit(zone[2]) && zone[3] == ':' && is_digit(zone[4]) && is_digit(zone[5]);
  };
  text.remove_prefix(8);
  if (is_zone(text)) return true;
  if (text.empty()) return false;
  // The dot of the pattern is any character but the end of a line.
  size_t at = 1;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  const size_t from = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text[0] != '\n' && at > from && is_zone(text.substr(at));
}

Problems date(std::string_view text) {
  return is_date(text) ? Problems() : Problems{"invalid date"};
}

Problems date_time(std::string_view text) {
  const std::string lower = to_lower(text);
  const auto parts = split(lower, 't');
  const bool valid = parts.size() > 1 && is_date(parts[0]) && is_time(parts[1]);
  return valid ? Problems() : Problems{"invalid datetime"};
}

// The sizes of uri and byte are Kubernetes' guesses.
constexpr NameFormat kFormats[] = {
    {"dns1123Label", "DNS1123Label", 30, label},
    {"dns1123Subdomain", "DNS1123Subdomain", 60, subdomain},
    {"dns1035Label", "DNS1035Label", 30, old_label},
    {"qualifiedName", "QualifiedName", 60, qualified_name},
    {"dns1123LabelPrefix", "DNS1123LabelPrefix", 30, prefix<label>},
    {"dns1123SubdomainPrefix", "DNS1123SubdomainPrefix", 60, prefix<subdomain>},
    {"dns1035LabelPrefix", "DNS1035LabelPrefix", 30, prefix<old_label>},
    {"labelValue", "LabelValue", 40, label_value},
    {"uri", "URI", 1103, uri},
    {"uuid", "uuid", 70, uuid},
    {"byte", "byte", 84, base64},
    {"date", "date", 71, date},
    {"datetime", "datetime", 71, date_time},
};

}  // namespace

std::span<const NameFormat> name_formats() {
  return kFormats;
}

const NameFormat* find_name_format(std::string_view function) {
  for (const NameFormat& format : kFormats) {
    if (format.function == function) return &format;
  }
  return nullptr;
}

}  // namespace seawall::cel
