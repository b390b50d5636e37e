#include "report/table_text.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::report {
namespace {

constexpr size_t kGap = 2;  // between columns

constexpr size_t kLeastExtra = 8;  // columns

constexpr std::pair<std::string_view, std::string_view> kStandIns[] = {
    {"\xe2\x80\xa2", "*"},  {"\xe2\x80\xa6", "..."}, {"\xe2\x80\x93", "-"},  {"\xe2\x80\x94", "-"},
    {"\xe2\x80\x98", "'"},  {"\xe2\x80\x99", "'"},   {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
    {"\xe2\x86\x92", "->"}, {"\xc2\xa0", " "}};

struct Range {
  uint32_t first, last;
};
constexpr Range kWide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},  {0xa960, 0xa97f}, {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
constexpr Range kZero[] = {{0x0300, 0x036f}, {0x0483, 0x0489},  {0x0591, 0x05bd}, {0x064b, 0x065f},
                           {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},  {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                           {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef}};

template <size_t n>
bool within(const Range (&ranges)[n], uint32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

// Takes one character off the front of valid UTF-8; a stray byte counts as one.
std::string_view take(std::string_view& text, size_t& width) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  size_t length = byte(0) < 0xc0 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  length = std::min(length, text.size());
  uint32_t code = length == 1 ? byte(0) : byte(0) & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3f);
  width = within(kZero, code) ? 0 : within(kWide, code) ? 2 : 1;
  const std::string_view character = text.substr(0, length);
  text.remove_prefix(length);
  return character;
}

// The longest start of `text` that takes at most `width` columns.
std::string_view prefix(std::string_view text, size_t width) {
  std::string_view rest = text;
  size_t used = 0, taken = 0;
  while (!rest.empty()) {
    size_t columns = 0;
    const std::string_view character = take(rest, columns);
    if (used + columns > width) break;
    used += columns;
    taken += character.size();
  }
  return text.substr(0, taken);
}

std::string padded(const std::string& text, size_t width, bool right) {
  const size_t used = display_width(text);
  if (used >= width) return text;
  const std::string space(width - used, ' ');
  return right ? space + text : text + space;
}

}  // namespace

std::string Style::clean(std::string_view text) const {
  std::string safe = printable(text);
  if (!ascii) return safe;
  for (const auto& [from, to] : kStandIns) safe = replace_all(safe, from, to);
  std::string out;
  for (const unsigned char c : safe) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    }
  }
  return out;
}

std::string Style::paint(std::string_view text, Tone tone) const {
  if (!color || tone == Tone::kPlain || text.empty()) return std::string(text);
  // SGR parameters of ECMA-48, which every terminal with colours has.
  constexpr std::string_view kCodes[] = {"", "1", "2", "31", "1;31", "33"};
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<size_t>(tone)], text);
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    size_t columns = 0;
    take(text, columns);
    width += columns;
  }
  return width;
}

std::string fit(std::string_view text, size_t width, const Style& style) {
  if (display_width(text) <= width) return std::string(text);
  const size_t mark = display_width(style.ellipsis());
  if (width <= mark) return std::string(prefix(text, width));
  std::string_view start = prefix(text, width - mark);
  while (start.ends_with(' ')) start.remove_suffix(1);
  return std::string(start) + std::string(style.ellipsis());
}

std::vector<std::string> wrap(std::string_view text, size_t width) {
  width = std::max<size_t>(width, 2);  // one wide character always fits
  std::vector<std::string> lines;
  std::string line;
  size_t used = 0;
  for (std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    size_t columns = display_width(word);
    if (used != 0 && used + 1 + columns > width) {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
    }
    while (columns > width) {
      const std::string_view part = prefix(word, width);
      lines.emplace_back(part);
      word.remove_prefix(part.size());
      columns = display_width(word);
    }
    if (used != 0) {
      line += ' ';
      ++used;
    }
    line += word;
    used += columns;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

void Grid::row(std::vector<Cell> cells) {
  rows_.push_back({.cells = std::move(cells)});
}

void Grid::title(std::vector<Cell> cells) {
  rows_.push_back({.cells = std::move(cells), .title = true});
}

std::vector<size_t> Grid::widths() const {
  std::vector<size_t> widths(columns_.size(), 0);
  for (const Row& row : rows_) {
    for (size_t i = 0; i < row.cells.size() && !row.title; ++i) {
      widths[i] = std::max(widths[i], display_width(row.cells[i].text));
    }
  }
  return widths;
}

size_t Grid::natural_width() const {
  size_t total = 0, used = 0;
  for (const size_t width : widths()) {
    total += width;
    if (width != 0) ++used;
  }
  return total + (used == 0 ? 0 : (used - 1) * kGap);
}

// The widths of the columns once the widest that may have given way; 0 for those left out.
std::vector<size_t> Grid::fitted(size_t room) const {
  std::vector<size_t> columns = widths();
  size_t total = natural_width();
  const auto shrink = [&] {
    for (; total > room; --total) {
      size_t widest = columns.size();
      for (size_t i = 0; i < columns.size(); ++i) {
        const size_t least = columns_[i].extra ? kLeastExtra : columns_[i].least;
        if (least == 0 || columns[i] <= least) continue;
        if (widest == columns.size() || columns[i] > columns[widest]) widest = i;
      }
      if (widest == columns.size()) return;
      --columns[widest];
    }
  };
  shrink();
  if (total <= room) return columns;
  // The others get all the room that leaving out the extra columns makes.
  columns = widths();
  total = natural_width();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns_[i].extra || columns[i] == 0) continue;
    total -= std::min(total, columns[i] + kGap);
    columns[i] = 0;
  }
  shrink();
  return columns;
}

std::string Grid::render_title(const Row& row, size_t indent, size_t width, const Style& style) {
  std::string out(indent >= kGap ? indent - kGap : 0, ' ');
  size_t at = out.size();
  for (const Cell& cell : row.cells) {
    if (cell.text.empty() || at + kGap >= width) continue;
    if (&cell != &row.cells.front()) {
      out.append(kGap, ' ');
      at += kGap;
    }
    const std::string text = fit(cell.text, width - at, style);
    at += display_width(text);
    out += style.paint(text, cell.tone);
  }
  return out + "\n";
}

std::string Grid::render(size_t indent, size_t width, const Style& style) const {
  const size_t room = width > indent ? width - indent : 1;
  const std::vector<size_t> columns = fitted(room);
  std::string out;
  for (const Row& row : rows_) {
    if (row.title) {
      out += render_title(row, indent, width, style);
      continue;
    }
    size_t last = 0;  // the row's last cell with text: nothing is padded after it
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (!row.cells[i].text.empty() && columns[i] != 0) last = i;
    }
    out.append(indent, ' ');
    size_t at = 0;
    for (size_t i = 0; i <= last; ++i) {
      if (columns[i] == 0) continue;
      if (at != 0) {
        if (at + kGap >= room) break;
        out.append(kGap, ' ');
        at += kGap;
      }
      const size_t space = std::min(columns[i], room - at);
      std::string text = fit(row.cells[i].text, space, style);
      if (i != last || columns_[i].right) text = padded(text, space, columns_[i].right);
      at += display_width(text);
      out += style.paint(text, row.cells[i].tone);
    }
    out += '\n';
  }
  return out;
}

}  // namespace seawall::report
