#include "codec/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall {
namespace {

// Objects up to this many members are checked for duplicate keys pairwise, larger ones by sorting.
constexpr size_t kPairwiseMembers = 12;

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 63));
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

}  // namespace

// One pass over one document; recursion is bounded by limits.depth. Children are gathered on two
// stacks of the parser and copied into the arena when their container ends, so that they lie
// together.
class JsonReader {
 public:
  JsonReader(JsonParser& parser, std::string_view text)
      : parser_(parser),
        begin_(text.data()),
        at_(text.data()),
        end_(text.data() + text.size()),
        line_start_(begin_) {}

  Result<const Node*> run() {
    parser_.arena_.reset();
    parser_.nodes_.clear();
    parser_.members_.clear();
    skip_space();
    if (!value(parser_.root_, 0)) return std::move(*error_);
    skip_space();
    if (at_ != end_) {
      fail("there is text after the end of the document");
      return std::move(*error_);
    }
    return &parser_.root_;
  }

 private:
  bool fail(std::string_view what, Code code = Code::kMalformed) {
    return fail_at(line_, static_cast<uint32_t>(at_ - line_start_ + 1), what, code);
  }

  bool fail_at(uint32_t line, uint32_t column, std::string_view what,
               Code code = Code::kMalformed) {
    if (!error_) {
      error_ =
          std::make_unique<Error>(code, fmt::format("line {}, column {}: {}", line, column, what));
    }
    return false;
  }

  void skip_space() {
    while (at_ != end_) {
      if (*at_ == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (*at_ != ' ' && *at_ != '\t' && *at_ != '\r') {
        return;
      }
      ++at_;
    }
  }

  bool value(Node& out, uint32_t depth) {
    if (at_ == end_) return fail("the document ends where a value should be");
    if (++count_ > parser_.limits_.nodes) return fail("more values than allowed", Code::kLimit);
    const uint32_t line = line_, column = static_cast<uint32_t>(at_ - line_start_ + 1);
    switch (*at_) {
      case '{':
        return object(out, depth, line, column);
      case '[':
        return array(out, depth, line, column);
      case '"': {
        std::string_view text;
        if (!string(text)) return false;
        out = Node::string(text, line, column);
        return true;
      }
      case 't':
        out = Node::boolean(true, line, column);
        return word("true");
      case 'f':
        out = Node::boolean(false, line, column);
        return word("false");
      case 'n':
        out = Node::null(line, column);
        return word("null");
      default:
        return number(out, line, column);
    }
  }

  bool word(std::string_view expected) {
    if (static_cast<size_t>(end_ - at_) < expected.size() ||
        std::memcmp(at_, expected.data(), expected.size()) != 0) {
      return fail("this is no JSON value");
    }
    at_ += expected.size();
    return true;
  }

  bool number(Node& out, uint32_t line, uint32_t column) {
    const char* start = at_;
    const char* p = at_;
    const auto digits = [&] {
      const char* first = p;
      while (p != end_ && *p >= '0' && *p <= '9') ++p;
      return p != first;
    };
    if (p != end_ && *p == '-') ++p;
    const char* first_digit = p;
    if (!digits()) return fail("this is no JSON value");
    if (*first_digit == '0' && p - first_digit > 1)
      return fail("a number starts with a needless 0");
    bool whole = true;
    if (p != end_ && *p == '.') {
      ++p;
      whole = false;
      if (!digits()) return fail("a digit must follow the decimal point");
    }
    if (p != end_ && (*p == 'e' || *p == 'E')) {
      ++p;
      whole = false;
      if (p != end_ && (*p == '+' || *p == '-')) ++p;
      if (!digits()) return fail("the exponent has no digits");
    }
    at_ = p;
    int64_t integer = 0;
    if (whole && std::from_chars(start, p, integer).ec == std::errc()) {
      out = Node::integer(integer, line, column);
      return true;
    }
    double real = 0;
    if (std::from_chars(start, p, real).ec != std::errc()) {
      // from_chars says the same of too large and too small; strtod tells them apart.
      real = std::strtod(std::string(start, p).c_str(), nullptr);
      if (!std::isfinite(real)) return fail_at(line, column, "the number is out of range");
    }
    out = Node::number(real, line, column);
    return true;
  }

  // Moves `p` to the first quote, backslash or control character; sets non_ascii_ when it passed
  // any.
  const char* plain_run(const char* p) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
                  low = _mm_set1_epi8(0x1f);
    while (end_ - p >= 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
      const __m128i stop =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
                       _mm_cmpeq_epi8(_mm_min_epu8(block, low), block));
      const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stop));
      const auto high = static_cast<unsigned>(_mm_movemask_epi8(block));
      if (mask != 0) {
        const unsigned skip = static_cast<unsigned>(__builtin_ctz(mask));
        if (high & ((1u << skip) - 1)) non_ascii_ = true;
        return p + skip;
      }
      if (high != 0) non_ascii_ = true;
      p += 16;
    }
#endif
    while (p != end_ && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20) {
      if (static_cast<unsigned char>(*p) >= 0x80) non_ascii_ = true;
      ++p;
    }
    return p;
  }

  bool string(std::string_view& out) {
    const char* start = ++at_;
    non_ascii_ = false;
    const char* p = plain_run(start);
    if (p != end_ && *p == '"') {
      out = {start, static_cast<size_t>(p - start)};
      at_ = p + 1;
      if (non_ascii_ && !is_valid_utf8(out)) return fail("a string is not valid UTF-8");
      return true;
    }
    scratch_.assign(start, p);
    while (true) {
      at_ = p;
      if (p == end_) return fail("a string does not end");
      if (static_cast<unsigned char>(*p) < 0x20) return fail("a control character in a string");
      if (*p == '"') break;
      ++at_;  // the backslash
      if (!escape()) return false;
      p = plain_run(at_);
      scratch_.append(at_, p);
    }
    at_ = p + 1;
    if (!is_valid_utf8(scratch_)) return fail("a string is not valid UTF-8");
    out = parser_.arena_.copy(std::string_view(scratch_));
    return true;
  }

  bool hex4(uint32_t& code) {
    if (end_ - at_ < 4) return fail("a \\u escape is cut off");
    const auto [stop, error] = std::from_chars(at_, at_ + 4, code, 16);
    if (error != std::errc() || stop != at_ + 4) return fail("a \\u escape needs four hex digits");
    at_ += 4;
    return true;
  }

  bool escape() {
    if (at_ == end_) return fail("a string does not end");
    switch (*at_++) {
      case '"':
        scratch_ += '"';
        return true;
      case '\\':
        scratch_ += '\\';
        return true;
      case '/':
        scratch_ += '/';
        return true;
      case 'b':
        scratch_ += '\b';
        return true;
      case 'f':
        scratch_ += '\f';
        return true;
      case 'n':
        scratch_ += '\n';
        return true;
      case 'r':
        scratch_ += '\r';
        return true;
      case 't':
        scratch_ += '\t';
        return true;
      case 'u':
        break;
      default:
        return fail("an unknown escape in a string");
    }
    uint32_t code = 0;
    if (!hex4(code)) return false;
    if (code >= 0xd800 && code <= 0xdbff && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const char* back = at_;
      at_ += 2;
      uint32_t low = 0;
      if (!hex4(low)) return false;
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      } else {
        at_ = back;
      }
    }
    // A lone surrogate has no UTF-8 form; RFC 8259 section 8.2 leaves it to the reader.
    append_utf8(scratch_, code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
    return true;
  }

  bool array(Node& out, uint32_t depth, uint32_t line, uint32_t column) {
    if (depth >= parser_.limits_.depth) return fail("nested deeper than allowed", Code::kLimit);
    ++at_;
    const size_t base = parser_.nodes_.size();
    skip_space();
    if (at_ != end_ && *at_ == ']') {
      ++at_;
      out = Node::array({}, line, column);
      return true;
    }
    while (true) {
      Node item;
      if (!value(item, depth + 1)) return false;
      parser_.nodes_.push_back(item);
      skip_space();
      if (at_ != end_ && *at_ == ',') {
        ++at_;
        skip_space();
        continue;
      }
      if (at_ != end_ && *at_ == ']') break;
      return fail("\",\" or \"]\" expected");
    }
    ++at_;
    out = Node::array(parser_.arena_.copy(std::span<const Node>(parser_.nodes_).subspan(base)),
                      line, column);
    parser_.nodes_.resize(base);
    return true;
  }

  bool object(Node& out, uint32_t depth, uint32_t line, uint32_t column) {
    if (depth >= parser_.limits_.depth) return fail("nested deeper than allowed", Code::kLimit);
    ++at_;
    const size_t base = parser_.members_.size();
    skip_space();
    if (at_ != end_ && *at_ == '}') {
      ++at_;
      out = Node::object({}, line, column);
      return true;
    }
    while (true) {
      if (at_ == end_ || *at_ != '"') return fail("a key in double quotes expected");
      Member member;
      if (!string(member.key)) return false;
      skip_space();
      if (at_ == end_ || *at_ != ':') return fail("\":\" expected after a key");
      ++at_;
      skip_space();
      if (!value(member.value, depth + 1)) return false;
      parser_.members_.push_back(member);
      skip_space();
      if (at_ != end_ && *at_ == ',') {
        ++at_;
        skip_space();
        continue;
      }
      if (at_ != end_ && *at_ == '}') break;
      return fail("\",\" or \"}\" expected");
    }
    ++at_;
    const auto members = std::span<const Member>(parser_.members_).subspan(base);
    if (!unique_keys(members)) return false;
    out = Node::object(parser_.arena_.copy(members), line, column);
    parser_.members_.resize(base);
    return true;
  }

  bool unique_keys(std::span<const Member> members) {
    if (members.size() <= kPairwiseMembers) {
      for (size_t i = 1; i < members.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
          if (members[i].key == members[j].key) return duplicate(members[i]);
        }
      }
      return true;
    }
    auto& keys = parser_.keys_;
    keys.clear();
    for (const Member& member : members) keys.push_back(member.key);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return true;
    bool seen = false;
    for (const Member& member : members) {
      if (member.key != *twice) continue;
      if (seen) return duplicate(member);
      seen = true;
    }
    return true;
  }

  bool duplicate(const Member& member) {
    return fail_at(member.value.line(), member.value.column(),
                   fmt::format("the key \"{}\" of this value stands twice in one object",
                               printable(member.key.substr(0, 80))));
  }

  JsonParser& parser_;
  const char *begin_, *at_, *end_, *line_start_;
  uint32_t line_ = 1;
  uint64_t count_ = 0;
  bool non_ascii_ = false;
  std::string scratch_;
  std::unique_ptr<Error> error_;
};

Result<const Node*> JsonParser::parse(std::string_view text) {
  if (text.size() > limits_.document_bytes || text.size() > 0xffffffffull) {
    return limit_reached(fmt::format("the document has {} bytes; at most {} are read", text.size(),
                                     limits_.document_bytes));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return JsonReader(*this, text).run();
}

Result<Document> parse_json(std::string text, const Limits& limits) {
  Document document;
  document.state_->text = std::move(text);
  document.state_->parser = JsonParser(limits);
  SEAWALL_TRY(const Node* root, document.state_->parser.parse(document.state_->text));
  document.state_->root = *root;
  return document;
}

}  // namespace seawall
