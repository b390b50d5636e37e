#include "cel/regex_cache.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <re2/re2.h>

#include "base/strings.h"

namespace seawall::cel {
namespace {

constexpr size_t kMemory = 2u << 20;          // of one pattern's program and states
constexpr size_t kGeneration = 128;           // patterns; two generations are held
constexpr size_t kLongestCached = 64u << 10;  // bytes of a pattern

// RE2 speaks re2::StringPiece up to 2022 and absl::string_view after.
#ifdef RE2_STRINGPIECE_H_
using Piece = re2::StringPiece;
#else
using Piece = absl::string_view;
#endif

std::string_view reason(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "regexp/syntax: internal error";
  }
}

std::string message(const RE2& re, std::string_view pattern) {
  std::string text = "error parsing regexp: ";
  text += reason(re.error_code());
  text += ": `";
  if (re.error_code() == RE2::ErrorPatternTooLarge) {
    text += pattern;
  } else if (re.error_code() != RE2::ErrorTrailingBackslash) {
    const bool respelled = pattern.find("(?P<") == std::string_view::npos;
    text += respelled ? replace_all(re.error_arg(), "(?P<", "(?<") : re.error_arg();
  }
  return text += '`';
}

// \C is one byte of a character in RE2 and nothing in Go; a match could end inside a character.
bool has_byte_escape(std::string_view pattern) {
  for (size_t at = 0; at + 1 < pattern.size(); ++at) {
    if (pattern[at] != '\\') continue;
    if (pattern[at + 1] == 'C') return true;
    if (pattern[at + 1] == 'Q') at = std::min(pattern.find("\\E", at), pattern.size() - 1);
    ++at;
  }
  return false;
}

// Patterns by text. Two generations: what is used moves to the young one; when that is full, the
// old one is dropped, so that a hit costs no list of uses.
class Cache {
 public:
  std::shared_ptr<const TextRegex> find(const std::string& pattern) {
    const std::lock_guard lock(mutex_);
    if (const auto found = young_.find(pattern); found != young_.end()) return found->second;
    const auto found = old_.find(pattern);
    if (found == old_.end()) return nullptr;
    auto regex = found->second;
    add_locked(pattern, regex);
    return regex;
  }
  void add(const std::string& pattern, std::shared_ptr<const TextRegex> regex) {
    const std::lock_guard lock(mutex_);
    add_locked(pattern, std::move(regex));
  }

 private:
  void add_locked(const std::string& pattern, std::shared_ptr<const TextRegex> regex) {
    if (young_.size() >= kGeneration) {
      old_ = std::move(young_);
      young_.clear();
    }
    young_.emplace(pattern, std::move(regex));
  }
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const TextRegex>> young_, old_;
};

}  // namespace

struct TextRegex::Program {
  Program(std::string_view pattern, const RE2::Options& options)
      : re(Piece(pattern.data(), pattern.size()), options) {}
  RE2 re;
};

TextRegex::TextRegex(std::unique_ptr<Program> program) : program_(std::move(program)) {}
TextRegex::~TextRegex() = default;

bool TextRegex::matches(std::string_view text) const {
  return program_->re.Match(Piece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED,
                            nullptr, 0);
}

bool TextRegex::find(std::string_view text, size_t from, std::string_view& match) const {
  Piece piece;
  if (!program_->re.Match(Piece(text.data(), text.size()), from, text.size(), RE2::UNANCHORED,
                          &piece, 1)) {
    return false;
  }
  match = {piece.data(), piece.size()};
  return true;
}

std::shared_ptr<const TextRegex> compile_regex(std::string_view pattern, std::string* problem) {
  if (has_byte_escape(pattern)) {
    if (problem != nullptr) *problem = "error parsing regexp: invalid escape sequence: `\\C`";
    return nullptr;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<int64_t>(kMemory));
  auto program = std::make_unique<TextRegex::Program>(pattern, options);
  // Go's newer spelling of a named group, which RE2 has learned only in 2023.
  if (!program->re.ok() && pattern.find("(?<") != std::string_view::npos) {
    program = std::make_unique<TextRegex::Program>(replace_all(pattern, "(?<", "(?P<"), options);
  }
  if (program->re.ok()) {
    return std::shared_ptr<const TextRegex>(new TextRegex(std::move(program)));
  }
  if (problem != nullptr) *problem = message(program->re, pattern);
  return nullptr;
}

std::shared_ptr<const TextRegex> cached_regex(std::string_view pattern, std::string* problem) {
  if (pattern.size() > kLongestCached) return compile_regex(pattern, problem);
  static Cache& cache = *new Cache;  // never destroyed: threads may outlive statics
  const std::string key(pattern);
  if (auto regex = cache.find(key)) return regex;
  auto regex = compile_regex(pattern, problem);
  if (regex != nullptr) cache.add(key, regex);
  return regex;
}

}  // namespace seawall::cel
