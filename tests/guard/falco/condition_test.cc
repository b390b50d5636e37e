#include "guard/falco/condition.h"

#include "guard/falco/scanner.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const SourceText> source(std::string_view text) {
  auto file = std::make_shared<RuleFile>(RuleFile{"c.yaml", std::string(text)});
  auto made = std::make_shared<SourceText>();
  made->append(file, Node::string(file->text, 1, 1));
  return made;
}

std::string shown(const Operand& operand) {
  std::string text = operand.name;
  if (operand.kind == Operand::Kind::kValue) text = '"' + text + '"';
  if (operand.kind == Operand::Kind::kFunction || operand.kind == Operand::Kind::kList) {
    text += '(';
    for (size_t at = 0; at < operand.operands.size(); ++at) {
      text += (at == 0 ? "" : ",") + shown(operand.operands[at]);
    }
    text += ')';
  }
  if (operand.argument) text += '[' + *operand.argument + ']';
  return text;
}

// The tree with all parentheses: "and(or(a b) not(c))".
std::string shown(const Expression& node) {
  std::string text;
  switch (node.kind) {
    case Expression::Kind::kMacro:
      return node.macro;
    case Expression::Kind::kOr:
      text = "or(";
      break;
    case Expression::Kind::kAnd:
      text = "and(";
      break;
    case Expression::Kind::kNot:
      text = "not(";
      break;
    case Expression::Kind::kCheck: {
      constexpr std::string_view kQuantifiers[] = {"", " oneof", " anyof", " allof"};
      text = '{' + shown(node.left) + ' ' + std::string(to_string(node.op)) +
             std::string(kQuantifiers[static_cast<size_t>(node.quantifier)]);
      for (const Literal& value : node.values) {
        text += value.quoted ? " '" + value.text + '\'' : ' ' + value.text;
      }
      if (node.right) text += ' ' + shown(*node.right);
      return text + '}';
    }
  }
  for (size_t at = 0; at < node.children.size(); ++at) {
    text += (at == 0 ? "" : " ") + shown(*node.children[at]);
  }
  return text + ')';
}

std::string parsed(std::string_view text) {
  Problem problem;
  const Tree tree = parse_condition(source(text), problem);
  return tree ? shown(*tree) : "error: " + problem.line();
}

TEST(Condition, PrecedenceIsNotThenAndThenOr) {
  EXPECT_EQ(parsed("a or b and not c"), "or(a and(b not(c)))");
  EXPECT_EQ(parsed("(a or b) and not c"), "and(or(a b) not(c))");
  EXPECT_EQ(parsed("a and b and c or d"), "or(and(a b c) d)");
  EXPECT_EQ(parsed("not not a"), "a");
  EXPECT_EQ(parsed("not(a or b)"), "not(or(a b))");
  EXPECT_EQ(parsed("a and(b)or(c)"), "or(and(a b) c)");
  EXPECT_EQ(parsed("  \n a \t"), "a");
}

TEST(Condition, WordsAreNotParts) {
  EXPECT_EQ(parsed("order and android or notes"), "or(and(order android) notes)");
  EXPECT_EQ(parsed("not_x and x_or_y"), "and(not_x x_or_y)");
}

TEST(Condition, EveryOperatorIsRead) {
  EXPECT_EQ(parsed("a.b = x"), "{a.b = x}");
  EXPECT_EQ(parsed("a.b==x"), "{a.b = x}");
  EXPECT_EQ(parsed("a.b!=x"), "{a.b != x}");
  EXPECT_EQ(parsed("a.b<=1"), "{a.b <= 1}");
  EXPECT_EQ(parsed("a.b< -1"), "{a.b < -1}");
  EXPECT_EQ(parsed("a.b>=0x1F"), "{a.b >= 0x1F}");
  EXPECT_EQ(parsed("a.b>1"), "{a.b > 1}");
  EXPECT_EQ(parsed("a.b exists"), "{a.b exists}");
  for (const std::string op : {"contains", "icontains", "bcontains", "startswith", "bstartswith",
                               "endswith", "glob", "iglob", "regex"}) {
    EXPECT_EQ(parsed("a.b " + op + " x"), "{a.b " + op + " x}");
    EXPECT_EQ(parsed("a.b " + op + " 'x y'"), "{a.b " + op + " 'x y'}");
  }
  for (const std::string op : {"in", "intersects", "pmatch"}) {
    EXPECT_EQ(parsed("a.b " + op + " (x, 'y z',w)"), "{a.b " + op + " x 'y z' w}");
    EXPECT_EQ(parsed("a.b " + op + "()"), "{a.b " + op + "}");
    EXPECT_EQ(parsed("a.b " + op + " name"), "{a.b " + op + " name}");
  }
}

TEST(Condition, QuantifiersTakeLists) {
  EXPECT_EQ(parsed("a.b startswith oneof (x, y)"), "{a.b startswith oneof x y}");
  EXPECT_EQ(parsed("a.b = anyof (x)"), "{a.b = anyof x}");
  EXPECT_EQ(parsed("a.b != allof names"), "{a.b != allof names}");
  EXPECT_EQ(parsed("a.b = oneof"), "{a.b = oneof}");
  EXPECT_EQ(parsed("a.b = oneof and c"), "and({a.b = oneof} c)");
}

TEST(Condition, ValuesAreWordsOrQuoted) {
  EXPECT_EQ(parsed("a.b in (runc:[1:CHILD], /x/y-z.w, 10_x.)"),
            "{a.b in runc:[1:CHILD] /x/y-z.w 10_x.}");
  EXPECT_EQ(parsed(R"(a.b = "q\"\\\x41\t")"), "{a.b = 'q\"\\A\t'}");
  EXPECT_EQ(parsed("a.b = ''"), "{a.b = ''}");
  EXPECT_EQ(parsed("a.b = \"\""), "{a.b = ''}");
  EXPECT_EQ(parsed("a.b = and"), "{a.b = and}");
}

TEST(Condition, FieldsHaveArguments) {
  EXPECT_EQ(parsed("a.b[2] = x"), "{a.b[2] = x}");
  EXPECT_EQ(parsed("a.b[/proc*] = x"), "{a.b[/proc*] = x}");
  EXPECT_EQ(parsed("a.b['k k'] = x"), "{a.b[k k] = x}");
  EXPECT_EQ(parsed("a.b.c.d exists"), "{a.b.c.d exists}");
}

TEST(Condition, FunctionsStandOnBothSides) {
  EXPECT_EQ(parsed("tolower(a.b) = x"), "{tolower(a.b) = x}");
  EXPECT_EQ(parsed("tolower( toupper(a.b) ) = x"), "{tolower(toupper(a.b)) = x}");
  EXPECT_EQ(parsed("a.b = val(c.d[1])"), "{a.b = val(c.d[1])}");
  EXPECT_EQ(parsed("a.b in tolower(c.d)"), "{a.b in tolower(c.d)}");
  EXPECT_EQ(parsed("a.b > len(c.d)"), "{a.b > len(c.d)}");
  EXPECT_EQ(parsed("concat(a.b, \"x\", 12) = y"), "{concat(a.b,\"x\",\"12\") = y}");
  EXPECT_EQ(parsed("join(\",\", (a.b, c.d)) = y"), "{join(\",\",(a.b,c.d)) = y}");
  EXPECT_EQ(parsed("getopt((a.b), \"e:\")[e] = y"), "{getopt((a.b),\"e:\")[e] = y}");
  EXPECT_EQ(parsed("join(\",\", ()) = y"), "{join(\",\",()) = y}");
}

TEST(Condition, ErrorsSayWhereAndWhat) {
  EXPECT_THAT(parsed(""), HasSubstr("a field, a macro or \"(\" is expected"));
  EXPECT_THAT(parsed("a and"), HasSubstr("a field, a macro"));
  EXPECT_THAT(parsed("a b"), HasSubstr("c.yaml:1:3: error: \"and\", \"or\" or the end"));
  EXPECT_THAT(parsed("a.b"), HasSubstr("an operator is expected after a.b"));
  EXPECT_THAT(parsed("a.b is x"), HasSubstr("before \"is\""));
  EXPECT_THAT(parsed("a.b ="), HasSubstr("a value is expected after ="));
  EXPECT_THAT(parsed("a.b > x"), HasSubstr("a number is expected after >"));
  EXPECT_THAT(parsed("a.b in (x"), HasSubstr("\",\" or \")\" is expected in the list"));
  EXPECT_THAT(parsed("a.b in (x,)"), HasSubstr("a value is expected in the list"));
  EXPECT_THAT(parsed("a.b in"), HasSubstr("a list in parentheses is expected"));
  EXPECT_THAT(parsed("(a"), HasSubstr("\")\" is expected"));
  EXPECT_THAT(parsed("a.b = 'x"), HasSubstr("1:7: error: the quote that opens here is not closed"));
  EXPECT_THAT(parsed("a.b = \"\\q\""), HasSubstr("there is no escape \\q"));
  EXPECT_THAT(parsed("a.b = \"\\x4\""), HasSubstr("two hexadecimal digits"));
  EXPECT_THAT(parsed("a.b[ = x"), HasSubstr("an argument of a field is written [3]"));
  EXPECT_THAT(parsed("tolower(a.b = x"), HasSubstr("after the arguments of tolower"));
  EXPECT_THAT(parsed("tolower(x) = y"), HasSubstr("a field, a function, a quoted text"));
}

TEST(Condition, NestingIsBounded) {
  const auto nested = [](size_t levels) {
    return parsed(std::string(levels, '(') + "a" + std::string(levels, ')'));
  };
  EXPECT_EQ(nested(40), "a");
  EXPECT_THAT(nested(200), HasSubstr("deeper than 100 levels"));
  EXPECT_THAT(nested(100'000), HasSubstr("deeper than 100 levels"));
  std::string functions;
  for (int at = 0; at < 500; ++at) functions += "tolower(";
  EXPECT_THAT(parsed(functions), HasSubstr("deeper than 100 levels"));
  EXPECT_THAT(parsed(std::string(kMaxText + 1, 'a')), HasSubstr("longer than 1 MiB"));
}

TEST(Condition, LoneOperandsAreReadForOutputs) {
  size_t used = 0;
  const auto field = parse_operand("proc.aname[2], and", used);
  ASSERT_TRUE(field);
  EXPECT_EQ(shown(*field), "proc.aname[2]");
  EXPECT_EQ(used, 13u);
  const auto function = parse_operand("tolower(proc.name).", used);
  ASSERT_TRUE(function);
  EXPECT_EQ(used, 18u);
  EXPECT_FALSE(parse_operand(" proc.name", used));
  EXPECT_FALSE(parse_operand("name", used));
  EXPECT_FALSE(parse_operand("", used));
}

TEST(Literals, OfItemsLoseTheirQuotes) {
  EXPECT_EQ(literal_of_item("\"(systemd)\"").text, "(systemd)");
  EXPECT_TRUE(literal_of_item("\"(systemd)\"").quoted);
  EXPECT_EQ(literal_of_item("'a\\'b'").text, "a'b");
  EXPECT_EQ(literal_of_item("plain").text, "plain");
  EXPECT_FALSE(literal_of_item("plain").quoted);
  EXPECT_TRUE(literal_of_item("two words").quoted);
  EXPECT_EQ(literal_of_item("\"open").text, "\"open");
  EXPECT_EQ(literal_of_item("").text, "");
}

TEST(Operators, AreNamed) {
  EXPECT_EQ(operator_named("=="), Operator::kEqual);
  EXPECT_EQ(operator_named("pmatch"), Operator::kPathPrefix);
  EXPECT_FALSE(operator_named("like"));
  EXPECT_FALSE(operator_named(""));
  EXPECT_EQ(to_string(Operator::kEqual), "=");
}

TEST(Scanner, TakesNumbers) {
  for (const std::string_view number : {"0", "12", "-1", "+5", "0xfF", "1.5"}) {
    Scanner scan(number);
    EXPECT_EQ(scan.take_number(), number);
    EXPECT_TRUE(scan.at_end());
  }
  for (const std::string_view none : {"", "-", "x1", "+x"}) {
    Scanner scan(none);
    EXPECT_FALSE(scan.take_number()) << none;
    EXPECT_EQ(scan.at(), 0u);
  }
}

TEST(Scanner, TakesNames) {
  Scanner scan("evt.arg.flags.");
  EXPECT_EQ(scan.take_field_name(), "evt.arg.flags");
  EXPECT_FALSE(scan.take_field_name());
  Scanner single("macro");
  EXPECT_FALSE(single.take_field_name());
  EXPECT_EQ(single.take_identifier(), "macro");
  EXPECT_TRUE(is_function_name("getopt"));
  EXPECT_FALSE(is_function_name("get"));
}

}  // namespace
}  // namespace seawall::guard::falco
