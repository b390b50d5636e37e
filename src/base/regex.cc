#include "base/regex.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

namespace seawall {
namespace {

constexpr size_t kMostGroups = 16;  // handed out by one find()

// RE2 speaks re2::StringPiece up to 2022 and absl::string_view after; both are made of a pointer
// and a size.
#ifdef RE2_STRINGPIECE_H_
using Piece = re2::StringPiece;
#else
using Piece = absl::string_view;
#endif

}  // namespace

struct Regex::Program {
  Program(std::string_view pattern, const RE2::Options& options)
      : re(Piece(pattern.data(), pattern.size()), options) {}
  RE2 re;
};

Regex::Regex(std::unique_ptr<Program> program) : program_(std::move(program)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view pattern, size_t memory) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_max_mem(static_cast<int64_t>(memory));
  auto program = std::make_unique<Program>(pattern, options);
  if (program->re.ok()) return Regex(std::move(program));
  if (program->re.error_code() == RE2::ErrorPatternTooLarge) {
    return limit_reached(fmt::format("the pattern needs more than {} bytes", memory))
        .hint("make its repetitions smaller");
  }
  return malformed(fmt::format("the pattern is wrong: {}", program->re.error()))
      .hint("patterns are in RE2 syntax: no look-around, no back-references");
}

bool Regex::matches(std::string_view text) const {
  return program_->re.Match(Piece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED,
                            nullptr, 0);
}

bool Regex::find(std::string_view text, size_t from, size_t to,
                 std::span<std::string_view> groups) const {
  Piece pieces[kMostGroups];
  const size_t count = std::min({groups.size(), kMostGroups, this->groups() + 1});
  if (!program_->re.Match(Piece(text.data(), text.size()), from, to, RE2::UNANCHORED, pieces,
                          static_cast<int>(count)))
    return false;
  for (size_t i = 0; i < groups.size(); ++i) {
    groups[i] =
        i < count ? std::string_view(pieces[i].data(), pieces[i].size()) : std::string_view();
  }
  return true;
}

size_t Regex::groups() const {
  return static_cast<size_t>(std::max(program_->re.NumberOfCapturingGroups(), 0));
}

}  // namespace seawall
