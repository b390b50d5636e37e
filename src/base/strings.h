// Small text helpers over std::string_view, and the one place where text from outside is made safe
// to print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seawall {

std::string_view trim(std::string_view text);  // spaces, tabs, CR, LF at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
// Splits at the first separator; the second part is empty when there is none.
std::pair<std::string_view, std::string_view> split_once(std::string_view text, char separator);
std::string to_lower(std::string_view text);                       // ASCII
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII
// Digits only, no sign; nothing on overflow or anything else.
std::optional<uint64_t> parse_unsigned(std::string_view text);
std::optional<double> parse_double(std::string_view text);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// Calls line(text, number) for each line without its end ("\n" or "\r\n"); numbers start at 1.
template <typename F>
void for_each_line(std::string_view text, F&& line) {
  size_t number = 1;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view current = text.substr(0, end);
    if (!current.empty() && current.back() == '\r') current.remove_suffix(1);
    line(current, number++);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
}

// "*" stands for any text, with `question` "?" for one byte, all else for itself. COST: linear
// times the number of stars.
bool fits_wildcards(std::string_view pattern, std::string_view text, bool question = true);

bool is_valid_utf8(std::string_view text);
// Invalid sequences become U+FFFD, so that every output format stays valid.
std::string to_valid_utf8(std::string_view text);
// For a terminal: valid UTF-8 without control characters, escapes, bidirectional marks or other
// invisible characters (shown byte by byte, as \x1b).
std::string printable(std::string_view text);
// 412 MB, 1.9 GB: for people. Machine formats carry bytes.
std::string human_bytes(uint64_t bytes);
// 1,204,551
std::string human_count(uint64_t count);

}  // namespace seawall
