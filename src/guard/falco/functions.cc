// The functions of conditions, as falcosecurity libs 0.22 computes them.
#include <bitset>
#include <cctype>

#include "base/digest.h"
#include "base/strings.h"
#include "guard/falco/slot.h"

namespace seawall::guard::falco {

void Slots::call(const Slot& slot, Value& value, Run& run) const {
  if (slot.function == Function::kConstant) return value.set(slot.argument);
  if (slot.function == Function::kOptions) return options(slot, value, run);
  if (slot.function == Function::kList) {
    value.texts.clear();
    for (const int inner : slot.operands) {
      const Value& item = read(inner, run);
      if (!item.exists()) return;
      value.texts.push_back(item.text);
    }
    value.kind = Value::Kind::kTexts;
    return;
  }
  const Value& first = read(slot.operands[0], run);
  if (!first.exists()) return;
  switch (slot.function) {
    case Function::kSame:
      value = first;
      return;
    case Function::kLength:
      value.set_number(static_cast<int64_t>(first.kind == Value::Kind::kTexts ? first.texts.size()
                                                                              : first.text.size()));
      return;
    case Function::kBaseName:
      value.set(first.text.substr(first.text.rfind('/') + 1));
      return;
    case Function::kLower:
      value.buffer = to_lower(first.text);
      break;
    case Function::kUpper:
      value.buffer = first.text;
      for (char& c : value.buffer) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
      break;
    case Function::kDecode: {
      Result<std::string> bytes = from_base64(trim(first.text));
      if (!bytes.ok()) return;
      value.buffer = std::move(*bytes);
      break;
    }
    case Function::kJoin: {
      const Value& list = read(slot.operands[1], run);
      if (!list.exists()) return;
      value.buffer.clear();
      for (size_t at = 0; at < list.texts.size(); ++at) {
        if (at > 0) value.buffer += first.text;
        value.buffer += list.texts[at];
      }
      break;
    }
    default:  // concat
      value.buffer = first.text;
      for (size_t at = 1; at < slot.operands.size(); ++at) {
        const Value& next = read(slot.operands[at], run);
        if (!next.exists()) return;
        value.buffer += next.text;
      }
  }
  value.set_buffer();
}

// getopt(words, "ne:"): the letters of the options that are there, each followed by its value; with
// [e] the value of the last -e. Words that begin with "--" are passed over; the first that is no
// option, or "--", ends them. An unknown letter is "?" in the list; a value that is missing is
// empty.
void Slots::options(const Slot& slot, Value& value, Run& run) const {
  const Value& words = read(slot.operands[0], run);
  const Value& letters = read(slot.operands[1], run);
  if (!words.exists() || !letters.exists()) return;
  std::bitset<256> known, valued;
  for (size_t at = 0; at < letters.text.size(); ++at) {
    const auto letter = static_cast<unsigned char>(letters.text[at]);
    if (letter == ':') continue;
    known.set(letter);
    if (at + 1 < letters.text.size() && letters.text[at + 1] == ':') valued.set(letter);
  }
  value.texts.clear();
  const auto found = [&](std::string_view letter, std::string_view argument, bool has_argument) {
    if (slot.argument.empty()) {
      value.texts.push_back(letter);
      if (has_argument) value.texts.push_back(argument);
    } else if (letter == slot.argument) {
      value.set(has_argument ? argument : letter);
    }
  };
  for (size_t at = 0; at < words.texts.size(); ++at) {
    const std::string_view word = words.texts[at];
    if (word == "--" || word.size() < 2 || word[0] != '-') break;
    if (word[1] == '-') continue;
    for (size_t i = 1; i < word.size(); ++i) {
      const auto letter = static_cast<unsigned char>(word[i]);
      if (!known[letter]) {
        found("?", {}, false);
      } else if (!valued[letter]) {
        found(word.substr(i, 1), {}, false);
      } else if (i + 1 < word.size()) {
        found(word.substr(i, 1), word.substr(i + 1), true);
        break;
      } else if (at + 1 < words.texts.size()) {
        found(word.substr(i, 1), words.texts[++at], true);
        break;
      } else {
        found(word.substr(i, 1), {}, true);
      }
    }
  }
  if (slot.argument.empty()) value.kind = Value::Kind::kTexts;
}

}  // namespace seawall::guard::falco
