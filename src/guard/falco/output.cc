#include "guard/falco/output.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::guard::falco {
namespace {

// At most `limit` bytes, cut between characters, and safe to print.
std::string shown(std::string_view text, size_t limit) {
  const bool cut = text.size() > limit;
  if (cut) {
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
    text = text.substr(0, limit);
  }
  std::string safe = printable(text);
  if (cut) safe += "...";
  return safe;
}

}  // namespace

Result<Output> Output::compile(std::string_view format, Program& program, size_t& at) {
  Output output;
  std::string text;
  at = 0;
  while (at < format.size()) {
    if (format[at] != '%') {
      text += format[at++];
      continue;
    }
    if (format.substr(at).starts_with("%%")) {
      text += '%';
      at += 2;
      continue;
    }
    size_t used = 0;
    const std::optional<Operand> operand = parse_operand(format.substr(at + 1), used);
    if (!operand || used == 0) return malformed("no field follows \"%\"");
    SEAWALL_TRY(const int slot, program.add_slot(*operand));
    output.pieces_.push_back({std::move(text), slot});
    text.clear();
    at += 1 + used;
  }
  output.pieces_.push_back({std::move(text), -1});
  return output;
}

std::string Output::render(const Program& program, Run& run, size_t limit) const {
  std::string line;
  for (const Piece& piece : pieces_) {
    line += printable(piece.text);
    if (piece.slot >= 0) line += shown(text_of(program.read(piece.slot, run)), kMaxField);
    if (line.size() <= limit) continue;
    while (limit > 0 && (static_cast<unsigned char>(line[limit]) & 0xc0) == 0x80) --limit;
    line.resize(limit);
    line += "...";
    break;
  }
  return line;
}

std::vector<std::pair<std::string, std::string>> Output::fields(const Program& program,
                                                                Run& run) const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Piece& piece : pieces_) {
    if (piece.slot < 0) continue;
    const std::string& name = program.slots().name(piece.slot);
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
    if (known) continue;
    all.emplace_back(name, shown(text_of(program.read(piece.slot, run)), kMaxField));
  }
  return all;
}

std::vector<std::string> Output::empty_fields(const Program& program) const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_) {
    if (piece.slot >= 0 && program.slots().never(piece.slot)) {
      names.push_back(program.slots().name(piece.slot));
    }
  }
  return names;
}

}  // namespace seawall::guard::falco
