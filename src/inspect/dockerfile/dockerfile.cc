#include "inspect/dockerfile/dockerfile.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json.h"

namespace seawall::inspect {
namespace {

constexpr std::array<std::string_view, 18> kKnown = {
    "ADD",    "ARG",   "CMD",         "COPY",  "ENTRYPOINT", "ENV",
    "EXPOSE", "FROM",  "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN",    "SHELL", "STOPSIGNAL",  "USER",  "VOLUME",     "WORKDIR"};

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

std::vector<std::string> split_words(std::string_view text, char escape) {
  std::vector<std::string> out;
  size_t at = 0;
  while (true) {
    at = text.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return out;
    // A quoted word keeps its spaces, and so does an escaped one.
    size_t end = at;
    char quote = 0;
    while (end < text.size() && (quote || (text[end] != ' ' && text[end] != '\t'))) {
      if (text[end] == escape && quote != '\'' && end + 1 < text.size()) {
        ++end;
      } else if (quote && text[end] == quote) {
        quote = 0;
      } else if (!quote && (text[end] == '"' || text[end] == '\'')) {
        quote = text[end];
      }
      ++end;
    }
    out.emplace_back(text.substr(at, end - at));
    at = end;
  }
}

// "${NAME}", "${NAME:-other}", "$NAME" of the ARGs before FROM; what is not known stays.
std::string expand(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      out += text[i++];
      continue;
    }
    const bool braces = i + 1 < text.size() && text[i + 1] == '{';
    const size_t begin = i + (braces ? 2 : 1);
    size_t end = begin;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
      ++end;
    const std::string name(text.substr(begin, end - begin));
    size_t next = end;
    std::string other;
    if (braces) {
      const size_t close = text.find('}', end);
      if (close == std::string_view::npos) return std::string(text);
      const std::string_view rest = text.substr(end, close - end);
      if (rest.starts_with(":-") || rest.starts_with("-")) other = rest.substr(rest.find('-') + 1);
      next = close + 1;
    }
    const auto found = values.find(name);
    if (found != values.end() && !found->second.empty()) {
      out += found->second;
    } else if (!other.empty()) {
      out += other;
    } else {
      out += text.substr(i, next - i);
    }
    i = std::max(next, i + 1);
  }
  return out;
}

class DockerReader {
 public:
  explicit DockerReader(std::string_view text) : text_(text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    for_each_line(text, [&](std::string_view line, size_t) { lines_.push_back(line); });
  }

  Dockerfile run() {
    read_directives();
    while (at_ < lines_.size()) {
      const std::string_view line = trim(lines_[at_]);
      if (line.empty()) {
        ++at_;
      } else if (line[0] == '#') {
        out_.comments.push_back({number(), std::string(trim(line.substr(1)))});
        ++at_;
      } else if (out_.instructions.size() >= kMostInstructions) {
        problem(number(), "more instructions than allowed; the rest is left out");
        break;
      } else {
        read_instruction();
      }
    }
    if (out_.instructions.empty() && out_.problems.empty())
      problem(1, "there is no instruction in the file");
    return std::move(out_);
  }

 private:
  uint32_t number() const { return static_cast<uint32_t>(at_ + 1); }
  // Of a view into text_.
  size_t offset(std::string_view part) const {
    return static_cast<size_t>(part.data() - text_.data());
  }
  // Where the line after line `index` begins.
  size_t end_of_line(size_t index) const {
    return index + 1 < lines_.size() ? offset(lines_[index + 1]) : text_.size();
  }
  void problem(uint32_t line, std::string what) {
    if (out_.problems.size() < 50)
      out_.problems.push_back(malformed(fmt::format("line {}: {}", line, what)));
  }

  // "# escape=`", "# syntax=...", "# check=skip=..." before anything else.
  void read_directives() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      const std::string_view line = trim(lines_[i]);
      if (line.empty() || line[0] != '#') return;
      const auto [key, value] = split_once(line.substr(1), '=');
      const std::string name = to_lower(trim(key));
      if (name == "escape" && !trim(value).empty())
        out_.escape = trim(value)[0];
      else if (name == "syntax")
        out_.syntax = trim(value);
      else if (name == "check")
        set_check(trim(value), static_cast<uint32_t>(i + 1));
      else
        return;
    }
  }

  void set_check(std::string_view value, uint32_t line) {
    out_.check = value;
    out_.check_line = line;
  }

  bool continues(std::string_view& line) const {
    std::string_view text = line;
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    if (!text.ends_with(out_.escape)) return false;
    text.remove_suffix(1);
    // An escaped escape character is only itself.
    if (text.ends_with(out_.escape)) return false;
    line = text;
    return true;
  }

  void read_instruction() {
    Instruction one;
    one.line = number();
    one.source.begin = offset(lines_[at_]);
    std::string text;
    bool more = true;
    while (more && at_ < lines_.size()) {
      std::string_view line = lines_[at_];
      const std::string_view plain = trim(line);
      if (!text.empty() && plain.empty()) {
        out_.empty_continuations.push_back(number());
        ++at_;
        continue;
      }
      if (!text.empty() && plain.starts_with('#')) {
        out_.comments.push_back({number(), std::string(trim(plain.substr(1)))});
        ++at_;
        continue;
      }
      more = continues(line);
      if (text.empty()) line = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
      one.pieces.emplace_back(text.size(), offset(line));
      text += line;
      one.last_line = number();
      ++at_;
    }
    one.source.end = end_of_line(at_ - 1);
    parse(one, text, 0);
  }

  // `text` is the instruction on one line, `begin` where it begins there.
  void parse(Instruction& one, std::string_view text, size_t begin) {
    const size_t end = std::min(text.find_first_of(" \t", begin), text.size());
    one.written = text.substr(begin, end - begin);
    one.name = to_upper(one.written);
    one.keyword_source.begin = one.source_of(begin);
    one.keyword_source.end = one.keyword_source.begin + one.written.size();
    std::string_view rest = trim(text.substr(end));
    if (std::find(kKnown.begin(), kKnown.end(), one.name) == kKnown.end()) {
      problem(one.line, fmt::format("\"{}\" is no instruction of a Dockerfile",
                                    printable(std::string_view(one.written).substr(0, 40))));
      return;
    }
    if (one.name == "ONBUILD") {
      Instruction inner = one;
      inner.onbuild = true;
      one.arguments = rest;
      if (!rest.empty() && to_upper(rest.substr(0, 7)) != "ONBUILD") {
        parse(inner, text.substr(0, text.find_last_not_of(" \t") + 1),
              static_cast<size_t>(rest.data() - text.data()));
        return;
      }
    }
    while (rest.starts_with("--") && one.name != "CMD" && one.name != "ENTRYPOINT") {
      const size_t stop = std::min(rest.find_first_of(" \t"), rest.size());
      const auto [key, value] = split_once(rest.substr(2, stop - 2), '=');
      one.flags.emplace_back(std::string(key), std::string(value));
      rest = trim(rest.substr(stop));
    }
    one.arguments = rest;
    move_pieces(one, rest.empty() ? text.size() : static_cast<size_t>(rest.data() - text.data()));
    if (one.name == "RUN" || one.name == "COPY" || one.name == "ADD") read_heredocs(one);
    read_words(one);
    settle(one);
    out_.instructions.push_back(std::move(one));
  }

  void read_words(Instruction& one) {
    if (one.arguments.starts_with('[')) {
      if (const auto document = parse_json(one.arguments); document.ok()) {
        one.json = document->root().is_array();
        for (const Node& item : document->root().items()) {
          one.json = one.json && item.is_string();
          one.words.emplace_back(item.string());
        }
        if (one.json) return;
        if (document->root().is_array()) problem(one.line, "a list may hold nothing but strings");
        one.words.clear();
      }
    }
    one.words = split_words(one.arguments, out_.escape);
  }

  // From offsets in the whole instruction to offsets in its arguments, which begin at `begin`.
  static void move_pieces(Instruction& one, size_t begin) {
    std::vector<std::pair<size_t, size_t>> moved;
    if (const size_t source = one.source_of(begin); source != kNoPosition)
      moved.emplace_back(0, source);
    for (const auto& [at, source] : one.pieces) {
      if (at > begin) moved.emplace_back(at - begin, source);
    }
    one.pieces = std::move(moved);
  }

  // Words such as "<<EOF", "3<<-EOF", "<<'EOF'" open here-documents whose lines follow.
  void read_heredocs(Instruction& one) {
    for (const std::string& word : split_words(one.arguments, out_.escape)) {
      std::string_view name = word;
      name = name.substr(std::min(name.find_first_not_of("0123456789"), name.size()));
      if (!name.starts_with("<<")) continue;
      name.remove_prefix(2);
      const bool tabs = name.starts_with('-');
      if (tabs) name.remove_prefix(1);
      if (name.size() >= 2 && (name[0] == '"' || name[0] == '\'') && name.back() == name[0])
        name = name.substr(1, name.size() - 2);
      if (name.empty() || name.find('<') != name.npos) continue;
      read_heredoc(one, name, tabs);
    }
  }

  void read_heredoc(Instruction& one, std::string_view name, bool tabs) {
    Heredoc document;
    document.name = name;
    document.line = number();
    if (!tabs && at_ < lines_.size()) document.source_at = offset(lines_[at_]);
    bool closed = false;
    while (at_ < lines_.size()) {
      std::string_view line = lines_[at_++];
      if (tabs) line = line.substr(std::min(line.find_first_not_of('\t'), line.size()));
      closed = line == document.name;
      if (closed) break;
      document.body.append(line).append("\n");
    }
    if (!closed) problem(one.line, fmt::format("the here-document {} is not closed", name));
    one.last_line = static_cast<uint32_t>(at_);
    one.source.end = end_of_line(at_ - 1);
    one.heredocs.push_back(std::move(document));
  }

  void settle(Instruction& one) {
    if (one.name == "ENV" && one.words.size() < 2 &&
        (one.words.empty() || one.words[0].find('=') == std::string::npos))
      problem(one.line, "ENV needs a name and a value");
    if (one.name == "FROM" && !one.onbuild) {
      if (one.words.empty()) problem(one.line, "FROM without an image");
      Stage stage;
      stage.line = one.line;
      stage.platform = one.flag("platform");
      stage.written = one.words.empty() ? "" : one.words[0];
      stage.image = expand(stage.written, out_.global_args);
      if (one.words.size() >= 3 && to_upper(one.words[1]) == "AS") stage.name = one.words[2];
      stage.from_stage = out_.stage_named(stage.image);
      out_.stages.push_back(std::move(stage));
    }
    one.stage = static_cast<int>(out_.stages.size()) - 1;
    if (one.name == "ARG" && out_.stages.empty()) {
      for (const std::string& word : one.words) {
        auto [name, value] = split_once(word, '=');
        if (value.size() >= 2 && (value[0] == '"' || value[0] == '\''))
          value = value.substr(1, value.size() - 2);
        out_.global_args[std::string(name)] = expand(value, out_.global_args);
      }
    }
  }

  std::string_view text_;
  std::vector<std::string_view> lines_;
  size_t at_ = 0;
  Dockerfile out_;
};

}  // namespace

std::string_view Instruction::flag(std::string_view wanted) const {
  for (const auto& [key, value] : flags) {
    if (key == wanted) return value;
  }
  return {};
}

size_t Instruction::source_of(size_t argument_offset) const {
  const auto after =
      std::upper_bound(pieces.begin(), pieces.end(), std::pair(argument_offset, kNoPosition));
  if (after == pieces.begin()) return kNoPosition;
  return std::prev(after)->second + (argument_offset - std::prev(after)->first);
}

int Dockerfile::stage_named(std::string_view wanted) const {
  for (size_t i = stages.size(); i-- > 0;) {
    if (!stages[i].name.empty() && equal_ignoring_case(stages[i].name, wanted))
      return static_cast<int>(i);
  }
  if (const auto index = parse_unsigned(wanted); index && *index < stages.size())
    return static_cast<int>(*index);
  return -1;
}

Dockerfile parse_dockerfile(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    Dockerfile out;
    out.problems.push_back(limit_reached("the Dockerfile is larger than allowed"));
    return out;
  }
  const std::string valid = to_valid_utf8(text);
  return DockerReader(valid).run();
}

}  // namespace seawall::inspect
