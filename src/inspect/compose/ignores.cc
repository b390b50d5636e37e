#include "inspect/compose/ignores.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr uint32_t kEnd = std::numeric_limits<uint32_t>::max();

struct Parsed {
  IgnoreComment comment;
  bool global = false;
};

// The text from the comment's '#' on; empty when the line has none.
std::string_view comment_of(std::string_view line) {
  for (size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(at);
  }
  return {};
}

// Takes the word and the white space after it off the text.
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text = trim(text.substr(word.size()));
  return true;
}

std::optional<Parsed> parse_comment(std::string_view text) {
  Parsed parsed;
  text = trim(text.substr(std::min(text.find_first_not_of('#'), text.size())));
  if (!take(text, "seawall")) return std::nullopt;
  take(text, ":");
  parsed.global = take(text, "global");
  if (!take(text, "ignore")) return std::nullopt;
  if (!take(text, "=")) return std::nullopt;
  while (true) {
    const size_t end = std::min(text.find_first_of(", \t"), text.size());
    if (end > 0) parsed.comment.ids.emplace_back(text.substr(0, end));
    text = trim(text.substr(end));
    if (!take(text, ",")) break;
  }
  parsed.comment.reason = to_valid_utf8(text.substr(0, 500));
  if (parsed.comment.ids.empty()) return std::nullopt;
  return parsed;
}

// A comment whose block has not ended.
struct Open {
  size_t index, indent;
  bool item;  // the line it covers first begins with "-"
};

}  // namespace

bool names_rule(std::string_view id, const rules::Rule& rule) {
  if (equal_ignoring_case(id, rule.id) || equal_ignoring_case(id, "all")) return true;
  return std::any_of(rule.aliases.begin(), rule.aliases.end(), [&](const std::string& alias) {
    return equal_ignoring_case(id, alias) ||
           equal_ignoring_case(id, std::string_view(alias).substr(alias.find('/') + 1));
  });
}

IgnoreComments::IgnoreComments(std::string_view text) {
  std::vector<IgnoreComment> pending;
  std::vector<Open> open;
  if (text.find("seawall") == text.npos) return;
  for_each_line(text, [&](std::string_view line, size_t number) {
    const auto here = static_cast<uint32_t>(number);
    const std::string_view content = trim(line);
    const std::string_view comment = comment_of(line);
    if (content.empty()) return pending.clear();
    const bool whole_line = content.starts_with('#');
    if (auto parsed = parse_comment(comment)) {
      overflow_ = overflow_ || comments_.size() + pending.size() >= kMostIgnores;
      if (!overflow_) {
        parsed->comment.last = kEnd;
        (parsed->global ? comments_ : pending).push_back(std::move(parsed->comment));
      }
    }
    if (whole_line) return;
    const size_t indent = line.find_first_not_of(" \t");
    const bool item = content.starts_with('-');
    // A list may stand at the indentation of its key.
    while (!open.empty() && (open.back().indent > indent ||
                             (open.back().indent == indent && (!item || open.back().item)))) {
      comments_[open.back().index].last = here - 1;
      open.pop_back();
    }
    for (IgnoreComment& one : pending) {
      one.first = here;
      open.push_back({comments_.size(), indent, item});
      comments_.push_back(std::move(one));
    }
    pending.clear();
  });
}

const IgnoreComment* IgnoreComments::find(const rules::Rule& rule, uint32_t line) const {
  for (const IgnoreComment& comment : comments_) {
    if (line < comment.first || line > comment.last) continue;
    for (const std::string& id : comment.ids) {
      if (names_rule(id, rule)) return &comment;
    }
  }
  return nullptr;
}

}  // namespace seawall::inspect
