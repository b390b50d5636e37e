#include "cel/parser.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "base/strings.h"
#include "cel/lexer.h"
#include "cel/macros.h"

namespace seawall::cel {
namespace {

constexpr uint16_t kMostDepth = 1000;  // of the tree
constexpr size_t kLongestChain = 250;  // of signs that are no && or ||: a + b + c ...

bool is_reserved(std::string_view name) {
  for (const std::string_view word :
       {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while"}) {
    if (name == word) return true;
  }
  return false;
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options, const CompileLimits& limits,
         Arena& arena, std::vector<Issue>& issues)
      : options_(options),
        limits_(limits),
        issues_(issues),
        nodes_(arena, limits.nodes),
        tokens_(tokenize(text, arena, issues)) {}

  Expr* run() {
    if (!issues_.empty()) return nullptr;
    Expr* expr = expression();
    if (issues_.empty() && peek().kind != TokenKind::kEnd) unexpected("end of expression");
    if (nodes_.exhausted())
      issue("expression count exceeds limit of " + std::to_string(limits_.nodes), Issue::kNowhere);
    return issues_.empty() ? expr : nullptr;
  }

 private:
  const Token& peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool accept(std::string_view text) {
    if (!peek().is(text)) return false;
    ++at_;
    return true;
  }
  bool expect(std::string_view text) {
    if (accept(text)) return true;
    unexpected("'" + std::string(text) + "'");
    return false;
  }
  void issue(std::string message, uint32_t position) {
    // One syntax error is enough: what follows would be guesses.
    if (issues_.empty()) issues_.push_back({std::move(message), position});
    at_ = tokens_.size() - 1;
  }
  void unexpected(const std::string& wanted) {
    const Token& token = peek();
    const std::string seen =
        token.kind == TokenKind::kEnd ? "<EOF>" : printable(std::string(token.text));
    issue("Syntax error: unexpected '" + seen + "', expected " + wanted, token.position);
  }
  Expr* failed() { return nodes_.make(ExprKind::kConstant, peek().position); }
  bool too_deep() {
    if (depth_ < limits_.depth) return false;
    issue("expression recursion limit exceeded: " + std::to_string(limits_.depth), Issue::kNowhere);
    return true;
  }
  struct Deeper {
    explicit Deeper(uint32_t& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    uint32_t& depth_;
  };

  Expr* checked(Expr* expr) {
    if (expr->depth > kMostDepth && issues_.empty()) {
      issue("max recursion depth exceeded", Issue::kNowhere);
    }
    return expr;
  }

  Expr* expression() {
    if (too_deep()) return failed();
    const Deeper deeper(depth_);
    Expr* condition = logical("||", "_||_");
    if (!peek().is("?")) return condition;
    const uint32_t position = take().position;
    Expr* yes = logical("||", "_||_");
    if (!expect(":")) return failed();
    Expr* no = expression();
    Expr* const arguments[] = {condition, yes, no};
    return checked(nodes_.call(position, "_?_:_", arguments));
  }

  // a || b || c as one call of all terms: the same value and cost as nested ones.
  Expr* logical(std::string_view sign, std::string_view function) {
    const auto operand = [&] { return sign == "||" ? logical("&&", "_&&_") : relation(); };
    Expr* first = operand();
    if (!peek().is(sign)) return first;
    const uint32_t position = peek().position;
    std::vector<Expr*> terms = {first};
    while (accept(sign)) terms.push_back(operand());
    return checked(nodes_.call(position, function, terms));
  }

  void check_chain(size_t signs) {
    if (signs > kLongestChain) issue("max recursion depth exceeded", Issue::kNowhere);
  }

  Expr* binary(uint32_t position, std::string_view function, Expr* left, Expr* right) {
    Expr* const arguments[] = {left, right};
    return checked(nodes_.call(position, function, arguments));
  }

  Expr* relation() {
    Expr* left = sum();
    for (size_t signs = 1;; ++signs) {
      std::string_view function;
      const Token& token = peek();
      if (token.kind == TokenKind::kIn) function = "@in";
      if (token.is("<")) function = "_<_";
      if (token.is("<=")) function = "_<=_";
      if (token.is(">")) function = "_>_";
      if (token.is(">=")) function = "_>=_";
      if (token.is("==")) function = "_==_";
      if (token.is("!=")) function = "_!=_";
      if (function.empty()) return left;
      const uint32_t position = take().position;
      left = binary(position, function, left, sum());
      check_chain(signs);
    }
  }

  Expr* sum() {
    Expr* left = product();
    for (size_t signs = 1; peek().is("+") || peek().is("-"); check_chain(signs++)) {
      const Token& sign = take();
      left = binary(sign.position, sign.text == "+" ? "_+_" : "_-_", left, product());
    }
    return left;
  }

  Expr* product() {
    Expr* left = unary();
    for (size_t signs = 1; peek().is("*") || peek().is("/") || peek().is("%");
         check_chain(signs++)) {
      const Token& sign = take();
      const std::string_view function = sign.text == "*" ? "_*_" : sign.text == "/" ? "_/_" : "_%_";
      left = binary(sign.position, function, left, unary());
    }
    return left;
  }

  Expr* unary() {
    if (too_deep()) return failed();
    const Deeper deeper(depth_);
    const Token& first = peek();
    if (first.is("!")) {
      size_t count = 0;
      while (accept("!")) ++count;
      return negation(first.position, "!_", count);
    }
    if (first.is("-") && !number_follows()) {
      size_t count = 0;
      while (accept("-")) ++count;
      return negation(first.position, "-_", count);
    }
    return member();
  }
  bool number_follows() const {
    return peek(1).kind == TokenKind::kInt || peek(1).kind == TokenKind::kDouble;
  }
  Expr* negation(uint32_t position, std::string_view function, size_t count) {
    Expr* operand = member();
    if (count % 2 == 0) return operand;
    Expr* const arguments[] = {operand};
    return checked(nodes_.call(position, function, arguments));
  }

  Expr* member() {
    Expr* expr = primary();
    while (issues_.empty()) {
      if (peek().is(".")) {
        expr = dot(expr);
      } else if (peek().is("[")) {
        const uint32_t position = take().position;
        const bool optional = optional_mark();
        Expr* index = expression();
        if (!expect("]")) return failed();
        expr = checked(nodes_.index(position, expr, index, optional));
      } else if (peek().is("{") && is_type_name(*expr)) {
        expr = message(expr);
      } else {
        break;
      }
    }
    return expr;
  }

  Expr* dot(Expr* operand) {
    const uint32_t position = take().position;
    const bool optional = optional_mark();
    const Token& name = peek();
    const bool escaped = name.kind == TokenKind::kEscapedIdentifier;
    if (escaped && !options_.escaped_identifiers) {
      issue("unsupported syntax: '`'", name.position);
      return failed();
    }
    if (name.kind != TokenKind::kIdentifier && !escaped) {
      unexpected("a name");
      return failed();
    }
    take();
    if (!peek().is("(") || optional || escaped) {
      return checked(nodes_.select(position, operand, name.text, optional));
    }
    const uint32_t open = take().position;
    const std::vector<Expr*> arguments = list(")");
    return checked(call(open, name.text, operand, arguments));
  }

  bool optional_mark() {
    if (!peek().is("?")) return false;
    if (!options_.optional_syntax) {
      issue("unsupported syntax '?'", peek().position);
      return false;
    }
    ++at_;
    return true;
  }

  std::vector<Expr*> list(std::string_view close) {
    std::vector<Expr*> items;
    if (accept(close)) return items;
    do {
      items.push_back(expression());
    } while (issues_.empty() && accept(","));
    expect(close);
    return items;
  }

  Expr* call(uint32_t position, std::string_view name, Expr* target,
             const std::vector<Expr*>& arguments) {
    if (!issues_.empty()) return failed();
    if (options_.macros) {
      if (Expr* expanded =
              expand_macro({nodes_, options_, issues_}, position, name, target, arguments)) {
        return expanded;
      }
    }
    return nodes_.call(position, name, arguments, target);
  }

  Expr* primary() {
    const Token& token = peek();
    switch (token.kind) {
      case TokenKind::kTrue:
      case TokenKind::kFalse:
        take();
        return nodes_.constant(token.position, Value::boolean(token.kind == TokenKind::kTrue));
      case TokenKind::kNull:
        take();
        return nodes_.constant(token.position, Value::null());
      case TokenKind::kString:
        take();
        return nodes_.constant(token.position, Value::string(token.text));
      case TokenKind::kBytes:
        take();
        return nodes_.constant(token.position, Value::bytes(token.text));
      case TokenKind::kInt:
      case TokenKind::kUint:
      case TokenKind::kDouble:
        take();
        return number(token, false);
      case TokenKind::kIdentifier:
        return identifier();
      case TokenKind::kOperator:
        return bracketed(token);
      default:
        unexpected("a value");
        return failed();
    }
  }

  Expr* bracketed(const Token& token) {
    if (token.is("(")) {
      take();
      Expr* inner = expression();
      return expect(")") ? inner : failed();
    }
    if (token.is("[")) return list_literal();
    if (token.is("{")) return map_literal();
    if (token.is(".")) return identifier();
    if (token.is("-") && number_follows()) {
      take();
      return number(take(), true);
    }
    unexpected("a value");
    return failed();
  }

  Expr* number(const Token& token, bool negative) {
    const uint32_t position = negative ? token.position - 1 : token.position;
    if (token.kind == TokenKind::kDouble) {
      double value = 0;
      const std::string text(token.text);
      value = std::strtod(text.c_str(), nullptr);
      if (std::isinf(value)) issue("invalid double literal", position);
      return nodes_.constant(position, Value::number(negative ? -value : value));
    }
    std::string_view digits = token.text;
    const bool hexadecimal = digits.size() > 2 && (digits[1] | 0x20) == 'x';
    if (hexadecimal) digits.remove_prefix(2);
    uint64_t value = 0;
    const auto parsed =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
    const bool fits = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
    if (token.kind == TokenKind::kUint) {
      if (!fits) issue("invalid uint literal", position);
      return nodes_.constant(position, Value::unsigned_integer(value));
    }
    const uint64_t most = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (!fits || value > most) issue("invalid int literal", position);
    return nodes_.constant(position,
                           Value::integer(static_cast<int64_t>(negative ? 0 - value : value)));
  }

  // name, .name, name(...), and the names of a message: a.b.C{...} comes from member().
  Expr* identifier() {
    const uint32_t position = peek().position;
    const bool rooted = accept(".");
    const Token& token = peek();
    if (token.kind != TokenKind::kIdentifier) {
      unexpected("a name");
      return failed();
    }
    take();
    if (is_reserved(token.text)) {
      issue("reserved identifier: " + std::string(token.text), token.position);
      return failed();
    }
    const std::string_view name = rooted ? nodes_.rooted(token.text) : token.text;
    if (peek().is("(")) {
      const uint32_t open = take().position;
      const std::vector<Expr*> arguments = list(")");
      return checked(call(open, name, nullptr, arguments));
    }
    return nodes_.identifier(position, name);
  }

  Expr* list_literal() {
    const uint32_t position = take().position;
    std::vector<Expr*> items;
    std::vector<bool> optionals;
    while (issues_.empty() && !peek().is("]")) {
      optionals.push_back(optional_mark());
      items.push_back(expression());
      if (!accept(",")) break;
    }
    if (!expect("]")) return failed();
    return checked(nodes_.list(position, items, optionals));
  }

  Expr* map_literal() {
    const uint32_t position = take().position;
    std::vector<Expr*> items;
    std::vector<bool> optionals;
    while (issues_.empty() && !peek().is("}")) {
      optionals.push_back(optional_mark());
      items.push_back(expression());
      if (!expect(":")) return failed();
      items.push_back(expression());
      if (!accept(",")) break;
    }
    if (!expect("}")) return failed();
    return checked(nodes_.map(position, items, optionals));
  }

  static bool is_type_name(const Expr& expr) {
    if (expr.kind == ExprKind::kIdentifier) return true;
    return expr.kind == ExprKind::kSelect && !expr.test_only && !expr.optional &&
           is_type_name(*expr.operand);
  }

  Expr* message(Expr* type) {
    const uint32_t position = take().position;
    std::vector<Expr*> values;
    while (issues_.empty() && !peek().is("}")) {
      optional_mark();
      if (peek().kind != TokenKind::kIdentifier && peek().kind != TokenKind::kEscapedIdentifier) {
        unexpected("the name of a field");
        return failed();
      }
      take();
      if (!expect(":")) return failed();
      values.push_back(expression());
      if (!accept(",")) break;
    }
    if (!expect("}")) return failed();
    return checked(nodes_.message(position, nodes_.qualified_name(*type), values));
  }

  const ParseOptions& options_;
  const CompileLimits& limits_;
  std::vector<Issue>& issues_;
  NodeFactory nodes_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  uint32_t depth_ = 0;
};

}  // namespace

Expr* parse(std::string_view text, const ParseOptions& options, const CompileLimits& limits,
            Arena& arena, std::vector<Issue>& issues) {
  return Parser(text, options, limits, arena, issues).run();
}

}  // namespace seawall::cel
