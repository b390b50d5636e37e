#include "benchmark/collectors/go_flags.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::benchmark {
namespace {

class GoFlagReader {
 public:
  GoFlagReader(const std::vector<std::string>& words, const std::vector<GoFlagName>& names)
      : words_(words), names_(names) {}

  std::vector<GoFlag> read() {
    while (at_ < words_.size()) {
      const std::string_view word = words_[at_++];
      if (word == "--") break;
      if (word.starts_with("--")) {
        read_long(word.substr(2));
      } else if (word.size() > 1 && word[0] == '-') {
        read_letters(word.substr(1));
      }
    }
    return std::move(flags_);
  }

 private:
  void read_long(std::string_view word) {
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto found = std::find_if(names_.begin(), names_.end(),
                                    [&](const GoFlagName& one) { return one.name == name; });
    if (equals != word.npos) {
      if (found != names_.end()) add(*found, word.substr(equals + 1));
    } else if (found != names_.end()) {
      take_value(*found);
    } else if (at_ < words_.size() && !words_[at_].starts_with('-')) {
      ++at_;  // what follows a flag that is not known is most likely its value
    }
  }

  void read_letters(std::string_view letters) {
    while (!letters.empty()) {
      const auto found = std::find_if(names_.begin(), names_.end(), [&](const GoFlagName& one) {
        return one.letter != 0 && one.letter == letters[0];
      });
      letters.remove_prefix(1);
      if (found == names_.end()) return;
      if (letters.starts_with('=')) return add(*found, letters.substr(1));
      if (found->boolean) {
        add(*found, "true");
      } else if (!letters.empty()) {
        return add(*found, letters);
      } else {
        return take_value(*found);
      }
    }
  }

  void take_value(const GoFlagName& flag) {
    if (flag.boolean) {
      add(flag, "true");
    } else if (at_ < words_.size()) {
      add(flag, words_[at_++]);
    }
  }

  void add(const GoFlagName& flag, std::string_view value) {
    flags_.push_back({std::string(flag.name), to_valid_utf8(value)});
  }

  const std::vector<std::string>& words_;
  const std::vector<GoFlagName>& names_;
  size_t at_ = 0;
  std::vector<GoFlag> flags_;
};

}  // namespace

std::vector<GoFlag> parse_go_flags(const std::vector<std::string>& words,
                                   const std::vector<GoFlagName>& names) {
  return GoFlagReader(words, names).read();
}

std::optional<bool> parse_go_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

}  // namespace seawall::benchmark
