#include "inspect/dockerfile/shell.h"

#include <algorithm>
#include <array>

namespace seawall::inspect {
namespace {

constexpr size_t kMostCommands = 5000;
constexpr int kMostDepth = 16;

bool is_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 15> kWords = {"if", "then", "else",  "elif",  "fi",
                                                       "do", "done", "while", "until", "esac",
                                                       "!",  "{",    "}",     "in",    "set_"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_assignment(std::string_view word) {
  const size_t equal = word.find('=');
  if (equal == std::string_view::npos || equal == 0) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equal), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

struct Word {
  std::string text;
  Span span;
};

class ShellReader {
 public:
  // `base` is where the text stands in the whole; kNoPosition when it does not.
  ShellReader(std::string_view text, int depth, size_t base)
      : text_(text), depth_(depth), base_(base) {}

  std::vector<ShellCommand> run() {
    while (at_ < text_.size() && out_.size() < kMostCommands) step();
    finish("");
    return std::move(out_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void step() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t') {
      end_word();
      ++at_;
    } else if (c == '\n' || c == ';') {
      end_word();
      finish(";");
      at_ += c == ';' && peek(1) == ';' ? 2 : 1;
    } else if (c == '&' && peek(1) == '&') {
      operator_("&&", 2);
    } else if (c == '|' && peek(1) == '|') {
      operator_("||", 2);
    } else if (c == '|') {
      operator_("|", peek(1) == '&' ? 2 : 1);
    } else if (c == '&' && peek(1) != '>' &&
               (at_ == 0 || (text_[at_ - 1] != '>' && text_[at_ - 1] != '<'))) {
      operator_("&", 1);
    } else if ((c == '(' || c == ')')) {
      operator_(";", 1);
    } else if (c == '#' && !in_word_) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      word_character(c);
    }
  }

  void operator_(std::string_view name, size_t size) {
    end_word();
    finish(name);
    at_ += size;
  }

  void word_character(char c) {
    if (!in_word_) word_begin_ = at_;
    in_word_ = true;
    if (c == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '\n') word_ += text_[at_ + 1];
      at_ += 2;
    } else if (c == '\'') {
      const size_t end = std::min(text_.find('\'', at_ + 1), text_.size());
      word_ += text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else if (c == '"') {
      ++at_;
      while (at_ < text_.size() && text_[at_] != '"') {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
          word_ += text_[at_ + 1];
          at_ += 2;
        } else if (text_[at_] == '$' && peek(1) == '(') {
          substitution();
        } else {
          word_ += text_[at_++];
        }
      }
      ++at_;
    } else if (c == '$' && peek(1) == '(') {
      substitution();
    } else if (c == '`') {
      const size_t end = std::min(text_.find('`', at_ + 1), text_.size());
      inner(text_.substr(at_ + 1, end - at_ - 1), place(at_ + 1));
      word_ += "$()";
      at_ = end + 1;
    } else {
      word_ += c;
      ++at_;
    }
  }

  // "$(...)", with brackets counted.
  void substitution() {
    size_t open = 0, end = at_ + 1;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '(') ++open;
      if (text_[end] == ')' && --open == 0) break;
    }
    inner(text_.substr(at_ + 2, end > at_ + 2 ? end - at_ - 2 : 0), place(at_ + 2));
    word_ += "$()";
    at_ = std::min(end + 1, text_.size());
  }

  size_t place(size_t at) const { return base_ == kNoPosition ? kNoPosition : base_ + at; }

  void inner(std::string_view text, size_t base) {
    if (depth_ >= kMostDepth) return;
    for (ShellCommand& command : ShellReader(text, depth_ + 1, base).run())
      inner_.push_back(std::move(command));
  }

  void end_word() {
    if (in_word_) words_.push_back({std::move(word_), {place(word_begin_), place(at_)}});
    word_.clear();
    in_word_ = false;
  }

  void finish(std::string_view next) {
    end_word();
    add(std::move(words_), joined_);
    words_.clear();
    for (ShellCommand& command : inner_) out_.push_back(std::move(command));
    inner_.clear();
    joined_ = next;
  }

  void add(std::vector<Word> words, const std::string& joined) {
    ShellCommand command;
    command.joined_by = joined;
    size_t at = 0;
    bool wrapped = true;
    while (at < words.size() && wrapped) {
      const std::string& word = words[at].text;
      wrapped = false;
      if (is_keyword(word)) {
        ++at;
        wrapped = true;
      } else if (is_assignment(word)) {
        command.assignments.push_back(word);
        ++at;
        wrapped = true;
      } else if (word == "sudo" || word == "env" || word == "exec" || word == "time" ||
                 word == "nice" || word == "command" || word == "nohup" || word == "builtin" ||
                 word == "eatmydata") {
        command.with_sudo = command.with_sudo || word == "sudo";
        const bool sudo = word == "sudo";
        // Alone, sudo is the command itself.
        if (at + 1 == words.size()) break;
        ++at;
        while (at < words.size() && words[at].text.starts_with('-')) {
          const bool value = sudo && (words[at].text == "-u" || words[at].text == "-g");
          at += value ? 2 : 1;
        }
        wrapped = true;
      }
    }
    for (; at < words.size(); ++at) {
      command.words.push_back(std::move(words[at].text));
      command.spans.push_back(words[at].span);
    }
    // "sh -c 'text'" runs what its argument says.
    if (command.words.size() >= 3 && depth_ < kMostDepth) {
      const std::string_view shell = command.program();
      if ((shell == "sh" || shell == "bash" || shell == "dash" || shell == "ash") &&
          command.words[1].starts_with('-') && command.words[1].ends_with('c')) {
        inner(command.words[2], kNoPosition);
      }
    }
    if (!command.words.empty() || !command.assignments.empty()) out_.push_back(std::move(command));
  }

  std::string_view text_;
  int depth_;
  size_t base_;
  size_t at_ = 0, word_begin_ = 0;
  std::string word_, joined_;
  bool in_word_ = false;
  std::vector<Word> words_;
  std::vector<ShellCommand> out_, inner_;
};

}  // namespace

std::string_view ShellCommand::program() const {
  if (words.empty()) return {};
  const std::string_view first = words.front();
  return first.substr(first.rfind('/') + 1);
}

bool ShellCommand::has(std::string_view word) const {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool ShellCommand::has_any(std::initializer_list<std::string_view> list) const {
  return std::any_of(list.begin(), list.end(), [&](std::string_view word) { return has(word); });
}

bool ShellCommand::has_letter(char letter) const {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return word.size() > 1 && word[0] == '-' && word[1] != '-' &&
           word.find(letter) != std::string::npos;
  });
}

std::vector<std::string_view> ShellCommand::operands(
    std::initializer_list<std::string_view> with_value) const {
  std::vector<std::string_view> out;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--") continue;
    if (word.starts_with('-') && word.size() > 1) {
      if (std::find(with_value.begin(), with_value.end(), word) != with_value.end()) ++i;
      continue;
    }
    if (word.starts_with('>') || word.starts_with("2>") || word.starts_with('<')) {
      if (word == ">" || word == ">>" || word == "2>" || word == "<") ++i;
      continue;
    }
    out.push_back(word);
  }
  return out;
}

std::vector<ShellCommand> parse_shell(std::string_view text) {
  return ShellReader(text, 0, 0).run();
}

}  // namespace seawall::inspect
