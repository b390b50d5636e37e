#include "advisory/versions/numbers.h"

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

std::string_view take_part(std::string_view& text, std::string_view separators, bool& more) {
  const size_t end = text.find_first_of(separators);
  const std::string_view part = text.substr(0, end);
  more = end != std::string_view::npos;
  text.remove_prefix(more ? end + 1 : text.size());
  return part;
}

// Parts that are no numbers, which the tools refuse, sort as bytes before those that are.
std::strong_ordering compare_lists(std::string_view a, std::string_view b,
                                   std::string_view separators) {
  bool left_more = !a.empty(), right_more = !b.empty();
  while (left_more && right_more) {
    const std::string_view left = take_part(a, separators, left_more);
    const std::string_view right = take_part(b, separators, right_more);
    const bool left_number = all_digits(left), right_number = all_digits(right);
    if (left_number != right_number) return left_number <=> right_number;
    const auto order = left_number ? compare_numbers(left, right) : left.compare(right) <=> 0;
    if (order != 0) return order;
  }
  return left_more <=> right_more;
}

// The count of numbers, 0 when there is anything else.
size_t count_numbers(std::string_view text, std::string_view separators) {
  size_t count = 0;
  bool more = true;
  while (more) {
    if (!all_digits(take_part(text, separators, more))) return 0;
    ++count;
  }
  return count;
}

}  // namespace

std::strong_ordering compare_cran(std::string_view a, std::string_view b) {
  return compare_lists(a, b, ".-");
}
bool is_valid_cran(std::string_view version) {
  return count_numbers(version, ".-") >= 2;
}

std::strong_ordering compare_hackage(std::string_view a, std::string_view b) {
  return compare_lists(a, b, ".");
}
bool is_valid_hackage(std::string_view version) {
  return count_numbers(version, ".") >= 1;
}

}  // namespace seawall::advisory::versions
