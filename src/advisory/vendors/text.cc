#include "advisory/vendors/text.h"

#include <cstdint>

#include <fmt/format.h>

namespace seawall::advisory::vendors {
namespace {

constexpr size_t kMaxLine = 1 << 20;
constexpr size_t kMaxFields = 256;
constexpr size_t kBlock = 64 << 10;

}  // namespace

Result<bool> LineReader::next(std::string_view& line) {
  size_t searched = at_;
  while (true) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos || ended_) {
      if (end == std::string::npos && at_ == buffer_.size()) return false;
      line = std::string_view(buffer_).substr(at_, end == std::string::npos ? end : end - at_);
      at_ = end == std::string::npos ? buffer_.size() : end + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      return true;
    }
    if (buffer_.size() - at_ > kMaxLine) {
      return limit_reached(fmt::format("line {} is longer than {} bytes", line_ + 1, kMaxLine));
    }
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kBlock);
    auto count = text_.read(std::span(buffer_).subspan(searched));
    buffer_.resize(searched + (count.ok() ? *count : 0));
    if (!count.ok()) return std::move(count).error();
    ended_ = *count == 0;
  }
}

Result<bool> CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  std::string_view line;
  do {
    SEAWALL_TRY(const bool more, lines_.next(line));
    if (!more) return false;
  } while (line.empty());
  const uint64_t first_line = lines_.line();
  size_t bytes = 0;
  bool quoted = false;
  fields.emplace_back();
  while (true) {
    bytes += line.size() + 1;
    if (bytes > kMaxLine || fields.size() > kMaxFields) {
      return limit_reached(fmt::format("the row in line {} is larger than {} bytes or {} fields",
                                       first_line, kMaxLine, kMaxFields));
    }
    for (size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == '"') {
        if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
          fields.back() += '"';
          ++i;
        } else {
          quoted = !quoted;
        }
      } else if (c == separator_ && !quoted) {
        fields.emplace_back();
        if (fields.size() > kMaxFields) break;
      } else {
        fields.back() += c;
      }
    }
    if (fields.size() > kMaxFields) continue;
    if (!quoted) return true;
    SEAWALL_TRY(const bool more, lines_.next(line));
    if (!more) {
      return malformed(fmt::format("the quotes opened in line {} are never closed", first_line));
    }
    fields.back() += '\n';
  }
}

}  // namespace seawall::advisory::vendors
