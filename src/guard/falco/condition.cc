#include "guard/falco/condition.h"

#include <iterator>
#include <utility>

#include "guard/falco/scanner.h"

namespace seawall::guard::falco {
namespace {

struct Word {
  std::string_view text;
  Operator op;
};
// A symbol that begins another stands after it.
constexpr Word kSymbols[] = {
    {"==", Operator::kEqual},       {"=", Operator::kEqual}, {"!=", Operator::kNotEqual},
    {"<=", Operator::kLessOrEqual}, {"<", Operator::kLess},  {">=", Operator::kGreaterOrEqual},
    {">", Operator::kGreater},
};
constexpr Word kWords[] = {
    {"in", Operator::kIn},
    {"intersects", Operator::kIntersects},
    {"pmatch", Operator::kPathPrefix},
    {"contains", Operator::kContains},
    {"icontains", Operator::kContainsIgnoringCase},
    {"bcontains", Operator::kContainsBytes},
    {"startswith", Operator::kStartsWith},
    {"bstartswith", Operator::kStartsWithBytes},
    {"endswith", Operator::kEndsWith},
    {"glob", Operator::kGlob},
    {"iglob", Operator::kGlobIgnoringCase},
    {"regex", Operator::kRegex},
    {"exists", Operator::kExists},
};
constexpr std::string_view kOperatorHint =
    "operators: = != < <= > >= in contains icontains bcontains startswith bstartswith endswith "
    "glob iglob regex intersects pmatch exists";

bool takes_list(Operator op) {
  return op == Operator::kIn || op == Operator::kIntersects || op == Operator::kPathPrefix;
}
bool takes_number(Operator op) {
  return op >= Operator::kLess && op <= Operator::kGreaterOrEqual;
}

class Parser {
 public:
  explicit Parser(std::shared_ptr<const SourceText> source)
      : source_(std::move(source)), scan_(source_->text()) {}

  Tree parse(Problem& problem) {
    Tree tree;
    if (source_->text().size() > kMaxText) {
      fail("the condition is longer than 1 MiB");
    } else {
      tree = any_of();
      scan_.take_blanks();
      if (tree && !scan_.at_end()) {
        fail("\"and\", \"or\" or the end is expected", "texts with blanks are written in quotes");
      }
    }
    if (!failed_) return tree;
    problem = std::move(problem_);
    return nullptr;
  }

  std::optional<Operand> lone_operand(size_t& used) {
    std::optional<Operand> made = operand();
    used = scan_.at();
    return failed_ ? std::nullopt : made;
  }

 private:
  // Counts levels: texts from outside must not exhaust the stack.
  struct Level {
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser.depth_ > kMaxDepth) parser.fail("parentheses nest deeper than 100 levels");
    }
    ~Level() { --parser_.depth_; }
    Parser& parser_;
  };

  void fail(std::string message, std::string hint = {}) {
    if (failed_) return;
    failed_ = true;
    problem_.place = source_->place(scan_.at());
    problem_.message = std::move(message);
    problem_.excerpt = std::string(scan_.here());
    if (!problem_.excerpt.empty()) problem_.message += " before \"" + problem_.excerpt + '"';
    problem_.hint = std::move(hint);
  }

  std::shared_ptr<Expression> made(Expression::Kind kind, size_t at) const {
    auto node = std::make_shared<Expression>();
    node->kind = kind;
    node->source = source_;
    node->at = static_cast<uint32_t>(at);
    return node;
  }

  Tree joined(Expression::Kind kind, std::string_view word, Tree (Parser::*part)()) {
    const Level level(*this);
    if (failed_) return nullptr;
    scan_.take_blanks();
    const auto node = made(kind, scan_.at());
    do {
      node->children.push_back((this->*part)());
      if (failed_) return nullptr;
      scan_.take_blanks();
    } while (scan_.take_word(word));
    if (node->children.size() == 1) return node->children.front();
    return node;
  }
  Tree any_of() { return joined(Expression::Kind::kOr, "or", &Parser::all_of); }
  Tree all_of() { return joined(Expression::Kind::kAnd, "and", &Parser::negation); }

  Tree negation() {
    scan_.take_blanks();
    const size_t at = scan_.at();
    bool negated = false;
    while (scan_.take_word("not")) {
      negated = !negated;
      scan_.take_blanks();
    }
    Tree inner = check();
    if (failed_ || !negated) return inner;
    const auto node = made(Expression::Kind::kNot, at);
    node->children.push_back(std::move(inner));
    return node;
  }

  Tree check() {
    const size_t at = scan_.at();
    if (scan_.take("(")) {
      Tree inner = any_of();
      scan_.take_blanks();
      if (!failed_ && !scan_.take(")")) fail("\")\" is expected");
      return inner;
    }
    if (std::optional<Operand> left = operand()) return comparison(std::move(*left), at);
    if (failed_) return nullptr;
    if (const auto name = scan_.take_identifier()) {
      const auto node = made(Expression::Kind::kMacro, at);
      node->macro = std::string(*name);
      return node;
    }
    fail("a field, a macro or \"(\" is expected");
    return nullptr;
  }

  void take_argument(Operand& operand) {
    std::string wrong;
    operand.argument = scan_.take_argument(wrong);
    if (!wrong.empty()) fail(wrong);
  }

  // A field or a function; nothing (and no failure) when neither begins here.
  std::optional<Operand> operand() {
    const Level level(*this);
    if (failed_) return std::nullopt;
    Operand made;
    made.at = static_cast<uint32_t>(scan_.at());
    if (const auto name = scan_.take_field_name()) {
      made.name = std::string(*name);
      take_argument(made);
      return made;
    }
    const auto function = scan_.take_function();
    if (!function) return std::nullopt;
    made.kind = Operand::Kind::kFunction;
    made.name = std::string(*function);
    do {
      if (!add_operand(made)) return std::nullopt;
      scan_.take_blanks();
    } while (scan_.take(","));
    if (!scan_.take(")")) {
      fail("\")\" is expected after the arguments of " + made.name);
      return std::nullopt;
    }
    take_argument(made);
    return made;
  }

  bool add_operand(Operand& to) {
    scan_.take_blanks();
    Operand made;
    made.at = static_cast<uint32_t>(scan_.at());
    std::string wrong;
    if (const auto quoted = scan_.take_quoted(wrong)) {
      made.kind = Operand::Kind::kValue;
      made.name = *quoted;
    } else if (const auto number = scan_.take_number()) {
      made.kind = Operand::Kind::kValue;
      made.name = std::string(*number);
    } else if (wrong.empty() && scan_.take("(")) {
      const Level level(*this);
      made.kind = Operand::Kind::kList;
      scan_.take_blanks();
      if (!scan_.take(")")) {
        do {
          if (failed_ || !add_operand(made)) return false;
          scan_.take_blanks();
        } while (scan_.take(","));
        if (!scan_.take(")")) fail("\")\" is expected after a list");
      }
    } else if (std::optional<Operand> inner = operand()) {
      made = std::move(*inner);
    } else {
      fail(wrong.empty() ? "a field, a function, a quoted text or a number is expected" : wrong);
    }
    if (failed_) return false;
    to.operands.push_back(std::move(made));
    return true;
  }

  bool take_operator(Operator& op) {
    for (const Word& symbol : kSymbols) {
      if (scan_.take(symbol.text)) return op = symbol.op, true;
    }
    for (const Word& word : kWords) {
      if (scan_.take_word(word.text)) return op = word.op, true;
    }
    return false;
  }

  // "oneof (" or "oneof NAME"; "= oneof" alone is a text.
  Quantifier take_quantifier() {
    constexpr std::pair<std::string_view, Quantifier> kQuantifiers[] = {
        {"oneof", Quantifier::kOneOf},
        {"anyof", Quantifier::kAnyOf},
        {"allof", Quantifier::kAllOf}};
    const size_t start = scan_.at();
    for (const auto& [word, quantifier] : kQuantifiers) {
      if (!scan_.take_word(word)) continue;
      const bool parted = scan_.take_blanks();
      const size_t after = scan_.at();
      if (scan_.take("(")) return scan_.back_to(after), quantifier;
      const auto name = scan_.take_identifier();
      if (parted && name && *name != "and" && *name != "or" && *name != "not") {
        return scan_.back_to(after), quantifier;
      }
    }
    scan_.back_to(start);
    return Quantifier::kNone;
  }

  Tree comparison(Operand left, size_t at) {
    const auto node = made(Expression::Kind::kCheck, at);
    scan_.take_blanks();
    if (!take_operator(node->op)) {
      fail("an operator is expected after " + left.name, std::string(kOperatorHint));
      return nullptr;
    }
    node->left = std::move(left);
    if (node->op == Operator::kExists) return node;
    scan_.take_blanks();
    if (!takes_list(node->op) && !takes_number(node->op)) node->quantifier = take_quantifier();
    if (takes_list(node->op) || node->quantifier != Quantifier::kNone) {
      list(*node);
    } else {
      value(*node);
    }
    if (failed_) return nullptr;
    return node;
  }

  bool literal(Expression& node) {
    Literal made;
    made.at = static_cast<uint32_t>(scan_.at());
    std::string wrong;
    if (auto quoted = scan_.take_quoted(wrong)) {
      made.text = std::move(*quoted);
      made.quoted = true;
    } else if (!wrong.empty()) {
      fail(wrong);
      return false;
    } else if (const auto bare = scan_.take_bare_text()) {
      made.text = std::string(*bare);
    } else {
      return false;
    }
    node.values.push_back(std::move(made));
    return true;
  }

  bool take_right_function(Expression& node) {
    const size_t start = scan_.at();
    if (!scan_.take_function()) return false;
    scan_.back_to(start);
    node.right = operand();
    return true;
  }

  void value(Expression& node) {
    if (take_right_function(node)) return;
    const size_t start = scan_.at();
    if (takes_number(node.op) && !scan_.take_number()) {
      fail("a number is expected after " + std::string(to_string(node.op)));
      return;
    }
    scan_.back_to(start);
    if (!literal(node)) fail("a value is expected after " + std::string(to_string(node.op)));
  }

  void list(Expression& node) {
    if (!scan_.take("(")) {
      if (node.quantifier == Quantifier::kNone && take_right_function(node)) return;
      if (!literal(node)) fail("a list in parentheses is expected");
      return;
    }
    scan_.take_blanks();
    if (scan_.take(")")) return;
    do {
      scan_.take_blanks();
      if (!literal(node)) {
        fail("a value is expected in the list");
        return;
      }
      scan_.take_blanks();
    } while (scan_.take(","));
    if (!scan_.take(")")) fail("\",\" or \")\" is expected in the list");
  }

  std::shared_ptr<const SourceText> source_;
  Scanner scan_;
  Problem problem_;
  bool failed_ = false;
  int depth_ = 0;
};

}  // namespace

std::string_view to_string(Operator op) {
  for (const Word& symbol : kSymbols) {
    if (symbol.op == op && symbol.text != "==") return symbol.text;
  }
  for (const Word& word : kWords) {
    if (word.op == op) return word.text;
  }
  return "?";
}

Tree parse_condition(const std::shared_ptr<const SourceText>& source, Problem& problem) {
  return Parser(source).parse(problem);
}

std::optional<Operand> parse_operand(std::string_view text, size_t& used) {
  const auto source = std::make_shared<SourceText>();
  source->append(nullptr, Node::string(text, 1, 1));
  return Parser(source).lone_operand(used);
}

std::optional<Operator> operator_named(std::string_view word) {
  for (const Word& symbol : kSymbols) {
    if (symbol.text == word) return symbol.op;
  }
  for (const Word& one : kWords) {
    if (one.text == word) return one.op;
  }
  return std::nullopt;
}

Literal literal_of_item(std::string_view item) {
  if (!item.empty() && (item.front() == '"' || item.front() == '\'')) {
    Scanner scan(item);
    std::string wrong;
    std::optional<std::string> text = scan.take_quoted(wrong);
    if (text && scan.at_end()) return {std::move(*text), true, 0};
  }
  // Blanks make Falco quote it, so that it is never the name of a list.
  return {std::string(item), item.find(' ') != std::string_view::npos, 0};
}

}  // namespace seawall::guard::falco
