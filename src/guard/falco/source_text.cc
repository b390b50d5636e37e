#include "guard/falco/source_text.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::guard::falco {
namespace {

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The offset of a line (from 1) and column (from 1, in characters) of a text.
size_t offset_of(std::string_view text, uint32_t line, uint32_t column) {
  size_t at = 0;
  for (uint32_t number = 1; number < line; ++number) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
  }
  for (uint32_t passed = 1; passed < column && at < text.size() && text[at] != '\n'; ++passed) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  return at;
}

}  // namespace

Place place_of(const RuleFile& file, const Node& node) {
  return {file.name, node.line(), node.column()};
}

std::string Problem::line() const {
  std::string text = place.file;
  if (place.line != 0) {
    text += ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
  }
  text += severity == Severity::kError ? ": error: " : ": warning: ";
  if (!rule.empty()) text += rule + ": ";
  text += message;
  if (!hint.empty()) text += " (" + hint + ")";
  return printable(text);
}

void SourceText::append(std::shared_ptr<const RuleFile> file, const Node& scalar) {
  if (!text_.empty()) text_ += ' ';
  parts_.push_back({text_.size(), std::move(file), scalar.line(), scalar.column()});
  text_ += scalar.string();
}

void SourceText::stand_at(std::shared_ptr<const RuleFile> file, const Node& node) {
  parts_.push_back({text_.size(), std::move(file), node.line(), node.column()});
}

// Folding changes blanks only: the n-th visible character of the scalar is the n-th one of the
// file, counted from where the scalar begins. A block scalar begins on the line after its ">" or
// "|"; a quoted one after its quote.
Place SourceText::place(size_t offset) const {
  if (parts_.empty()) return {};
  const Part* part = &parts_.front();
  for (const Part& one : parts_) {
    if (one.offset <= offset) part = &one;
  }
  if (part->file == nullptr) return {};
  Place place{part->file->name, part->line, part->column};
  const std::string& raw = part->file->text;
  size_t at = offset_of(raw, part->line, part->column);
  if (at >= raw.size() || offset > text_.size()) return place;
  if (raw[at] == '>' || raw[at] == '|') {
    at = std::min(raw.size(), raw.find('\n', at));
  } else if (raw[at] == '"' || raw[at] == '\'') {
    ++at;
  }
  size_t visible = 0;
  for (size_t i = part->offset; i < offset; ++i) visible += !blank(text_[i]);
  while (at < raw.size() && (visible > 0 || blank(raw[at]))) visible -= !blank(raw[at++]);
  if (at >= raw.size()) return place;
  const size_t line_start = at == 0 ? 0 : raw.rfind('\n', at - 1) + 1;
  place.line = 1 + static_cast<uint32_t>(std::count(raw.begin(), raw.begin() + at, '\n'));
  place.column = 1;
  for (size_t i = line_start; i < at; ++i) {
    place.column += (static_cast<unsigned char>(raw[i]) & 0xc0) != 0x80;
  }
  return place;
}

}  // namespace seawall::guard::falco
