#include "advisory/version_vectors.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "advisory/versions/pacman.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

using Words = std::array<std::string_view, 3>;

// Exactly three words, or nothing.
std::optional<Words> three_words(std::string_view line) {
  constexpr std::string_view kSpace = " \t";
  Words words;
  for (std::string_view& word : words) {
    const size_t begin = line.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return std::nullopt;
    line.remove_prefix(begin);
    word = line.substr(0, line.find_first_of(kSpace));
    line.remove_prefix(word.size());
  }
  if (line.find_first_not_of(kSpace) != std::string_view::npos) return std::nullopt;
  return words;
}

char sign_of(std::strong_ordering order) {
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}

Error bad_line(size_t number, std::string_view line) {
  return malformed(fmt::format("\"{}\" is not `A < B`, `A = B` or `A > B`",
                               printable(line.substr(0, 80))))
      .at(fmt::format("line {}", number))
      .hint("write two versions with one of < = > between them, with spaces around it");
}

}  // namespace

std::string to_string(const VectorFailure& failure) {
  const std::string left = printable(failure.left), right = printable(failure.right);
  return fmt::format("line {}: {} {} {} does not hold: {} {} {}", failure.line, left,
                     failure.stated, right, left, failure.found, right);
}

Result<VectorReport> check_vectors(VersionScheme scheme, std::string_view text) {
  VectorReport report;
  std::optional<Error> error;
  for_each_line(text, [&](std::string_view line, size_t number) {
    line = trim(line);
    if (error || line.empty() || line.starts_with('#') || line.starts_with("//")) return;
    const auto words = three_words(line);
    if (!words || (*words)[1].size() != 1 ||
        std::string_view("<=>").find((*words)[1]) == std::string_view::npos) {
      error = bad_line(number, line);
      return;
    }
    const auto& [left, sign, right] = *words;
    const char found =
        sign_of(scheme == VersionScheme::kPacman ? versions::vercmp_pacman(left, right)
                                                 : compare(scheme, left, right));
    ++report.checked;
    if (found == sign[0]) return;
    report.failures.push_back({number, std::string(left), std::string(right), sign[0], found});
  });
  if (error) return *std::move(error);
  return report;
}

}  // namespace seawall::advisory
