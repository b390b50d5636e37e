#include "model/spdx_license.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall {
namespace {

constexpr size_t kMaxBytes = 8192;
constexpr int kMaxDepth = 64;

bool is_idstring(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

// Views of the words of a list, made once.
std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const size_t space = list.find(' ');
    words.push_back(list.substr(0, space));
    list.remove_prefix(space + 1);
  }
  return words;
}

int compare_ignoring_case(std::string_view a, std::string_view b) {
  const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (low(a[i]) != low(b[i])) return low(a[i]) < low(b[i]) ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

std::string_view find(const std::vector<std::string_view>& sorted, std::string_view id) {
  const auto at = std::lower_bound(
      sorted.begin(), sorted.end(), id,
      [](std::string_view a, std::string_view b) { return compare_ignoring_case(a, b) < 0; });
  return at != sorted.end() && compare_ignoring_case(*at, id) == 0 ? *at : std::string_view();
}

// expression = term {("AND" | "OR") term};  term = "(" expression ")" | id ["WITH" exception]
// Which of AND and OR binds tighter does not matter here: only the form is checked.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { next(); }

  std::optional<SpdxExpression> run() {
    if (!expression(0) || !token_.empty()) return std::nullopt;
    out_.simple = terms_ == 1 && plain_;
    auto& references = out_.references;
    std::sort(references.begin(), references.end());
    references.erase(std::unique(references.begin(), references.end()), references.end());
    return std::move(out_);
  }

 private:
  void next() {
    rest_ = trim(rest_);
    size_t length = 0;
    if (!rest_.empty() && (rest_[0] == '(' || rest_[0] == ')')) {
      length = 1;
    } else {
      length = std::min(rest_.find_first_of("() \t\r\n"), rest_.size());
    }
    token_ = rest_.substr(0, length);
    rest_.remove_prefix(length);
  }

  bool expression(int depth) {
    if (depth > kMaxDepth || !term(depth)) return false;
    while (token_ == "AND" || token_ == "OR") {
      out_.text.append(" ").append(token_).append(" ");
      next();
      if (!term(depth)) return false;
    }
    return true;
  }

  bool term(int depth) {
    if (token_ == "(") {
      plain_ = false;
      out_.text += '(';
      next();
      if (!expression(depth + 1) || token_ != ")") return false;
      out_.text += ')';
      next();
      return true;
    }
    return license();
  }

  bool license() {
    ++terms_;
    if (token_.starts_with("LicenseRef-")) {
      if (!is_idstring(token_.substr(11))) return false;
      out_.references.emplace_back(token_);
      out_.text += token_;
      plain_ = false;
    } else if (const auto exact = spdx_license_id(token_); !exact.empty()) {
      out_.text += exact;  // also the old "GPL-2.0+", which is on the list by that name
    } else {
      if (!token_.ends_with('+')) return false;
      const auto base = spdx_license_id(token_.substr(0, token_.size() - 1));
      if (base.empty()) return false;
      out_.text.append(base).append("+");
      plain_ = false;
    }
    next();
    if (token_ != "WITH") return true;
    next();
    const auto exception = spdx_exception_id(token_);
    if (exception.empty()) return false;
    out_.text.append(" WITH ").append(exception);
    plain_ = false;
    next();
    return true;
  }

  std::string_view rest_, token_;
  SpdxExpression out_;
  size_t terms_ = 0;
  bool plain_ = true;
};

}  // namespace

std::string_view spdx_license_id(std::string_view id) {
  static const std::vector<std::string_view> sorted = words_of(spdx_license_ids());
  return find(sorted, id);
}

std::string_view spdx_exception_id(std::string_view id) {
  static const std::vector<std::string_view> sorted = words_of(spdx_exception_ids());
  return find(sorted, id);
}

std::optional<SpdxExpression> parse_spdx_expression(std::string_view text) {
  if (text.size() > kMaxBytes || trim(text).empty()) return std::nullopt;
  return Parser(text).run();
}

}  // namespace seawall
