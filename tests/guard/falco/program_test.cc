#include "guard/falco/program.h"

#include <random>

#include "guard/event/calls.h"
#include "guard/event/event_json.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

using ::testing::HasSubstr;

Tree parsed(std::string_view text) {
  auto file = std::make_shared<RuleFile>(RuleFile{"c.yaml", std::string(text)});
  auto source = std::make_shared<SourceText>();
  source->append(file, Node::string(file->text, 1, 1));
  Problem problem;
  Tree tree = parse_condition(source, problem);
  EXPECT_TRUE(tree != nullptr) << problem.line() << " in " << text;
  return tree;
}

struct Compiled {
  Program program;
  int node = -1;
  std::string problem;
  bool unknown = false;
};

Compiled compiled(std::string_view text) {
  Compiled made;
  Problem problem;
  const std::optional<int> node = made.program.add(parsed(text), problem, made.unknown);
  if (node) made.node = *node;
  if (!node) made.problem = problem.line();
  return made;
}

Event event_of(std::string_view json) {
  auto event = read_event(json);
  EXPECT_TRUE(event.ok());
  return std::move(*event);
}

bool fits(std::string_view condition, const Event& event) {
  const Compiled made = compiled(condition);
  EXPECT_GE(made.node, 0) << made.problem;
  if (made.node < 0) return false;
  falco::Run run;
  made.program.start(run, event);
  return made.program.judge(made.node, run);
}

std::string calls_of(std::string_view condition) {
  const Compiled made = compiled(condition);
  EXPECT_GE(made.node, 0) << made.problem;
  const CallSet calls = made.program.calls(made.node);
  if (calls.all()) return "all";
  if (calls.count() > 100) return "all but " + std::to_string(CallSet().size() - calls.count());
  std::string names;
  for (size_t at = 0; at < known_calls().size(); ++at) {
    if (!calls.test(at)) continue;
    if (!names.empty()) names += ' ';
    names += known_calls()[at].name;
  }
  return names;
}

TEST(Program, FindsTheCallsOfConditions) {
  EXPECT_EQ(calls_of("evt.type=open"), "open");
  EXPECT_EQ(calls_of("evt.type in (open, openat) and proc.name=a"), "open openat");
  EXPECT_EQ(calls_of("evt.type=open or evt.type=connect"), "connect open");
  EXPECT_EQ(calls_of("evt.type=open and evt.type=connect"), "");
  EXPECT_EQ(calls_of("proc.name=a"), "all");
  EXPECT_EQ(calls_of("not proc.name=a"), "all");
  EXPECT_EQ(calls_of("evt.type=open or proc.name=a"), "all");
  EXPECT_EQ(calls_of("evt.type!=open"), "all but 1");
  EXPECT_EQ(calls_of("not evt.type in (open, openat)"), "all but 2");
  EXPECT_EQ(calls_of("not evt.type!=open"), "open");
  EXPECT_EQ(calls_of("not (evt.type!=open or proc.name=a)"), "open");
  EXPECT_EQ(calls_of("not (evt.type!=open and proc.name=a)"), "all");
  EXPECT_EQ(calls_of("not (not evt.type=open or not proc.name=a)"), "open");
  EXPECT_EQ(calls_of("evt.type exists"), "all");
  EXPECT_EQ(calls_of("evt.type=open and evt.num=0"), "");
  EXPECT_EQ(calls_of("evt.type=open or evt.num=0"), "open");
  EXPECT_EQ(calls_of("not evt.num=0 and evt.type=open"), "open");
  EXPECT_EQ(calls_of("syscall.type=open"), "open");
  EXPECT_EQ(calls_of("evt.type in (container, open)"), "open");
}

TEST(Program, FoldsConstants) {
  EXPECT_TRUE(compiled("evt.num=0").program.never(compiled("evt.num=0").node));
  const auto never = [](std::string_view text) {
    const Compiled made = compiled(text);
    return made.program.never(made.node);
  };
  const auto always = [](std::string_view text) {
    const Compiled made = compiled(text);
    return made.program.always(made.node);
  };
  EXPECT_TRUE(never("proc.name=a and evt.num=0"));
  EXPECT_TRUE(never("proc.name in ()"));
  EXPECT_TRUE(never("proc.nthreads > 1"));
  EXPECT_TRUE(always("not evt.num=0"));
  EXPECT_TRUE(always("evt.num>0 or proc.name=a"));
  EXPECT_TRUE(always("not proc.name in ()"));
  EXPECT_FALSE(never("proc.name=a or evt.num=0"));
  EXPECT_FALSE(never("evt.num=1"));
}

TEST(Program, WritesTheSameOnce) {
  Program program;
  Problem problem;
  bool unknown = false;
  const auto first = program.add(parsed("proc.name=a and fd.num>3"), problem, unknown);
  const size_t before = program.size();
  const auto second = program.add(parsed("fd.num > 3 and proc.name = 'a'"), problem, unknown);
  EXPECT_EQ(program.size(), before);
  EXPECT_EQ(first, second);
  const auto twice = program.add(parsed("proc.name=a and proc.name=a"), problem, unknown);
  const auto once = program.add(parsed("proc.name=a"), problem, unknown);
  EXPECT_EQ(twice, once);
}

TEST(Program, ErrorsHaveTheirPlace) {
  EXPECT_THAT(compiled("proc.name=a and proc.nope=b").problem,
              HasSubstr("c.yaml:1:17: error: no field is named proc.nope"));
  EXPECT_TRUE(compiled("proc.nope=b").unknown);
  EXPECT_FALSE(compiled("fd.num=b").unknown);
  EXPECT_THAT(compiled("fd.num=b").problem, HasSubstr("\"b\" is not a whole number"));
  EXPECT_THAT(compiled("fd.num=1.5").problem, HasSubstr("not a whole number"));
  EXPECT_THAT(compiled("fd.num=99999999999999999999").problem, HasSubstr("not a whole number"));
  EXPECT_THAT(compiled("fd.num contains 1").problem, HasSubstr("contains does not suit fd.num"));
  EXPECT_THAT(compiled("evt.failed=maybe").problem, HasSubstr("neither true nor false"));
  EXPECT_THAT(compiled("evt.failed > 1").problem, HasSubstr("does not suit"));
  EXPECT_THAT(compiled("fd.ip=10.0.0").problem, HasSubstr("not an address or a network"));
  EXPECT_THAT(compiled("fd.net=10.0.0.0/33").problem, HasSubstr("not a network"));
  EXPECT_THAT(compiled("fd.net=10.0.0.0/").problem, HasSubstr("not a network"));
  EXPECT_THAT(compiled("fd.ip contains x").problem, HasSubstr("does not suit"));
  EXPECT_THAT(compiled("proc.name regex '('").problem, HasSubstr("error"));
  EXPECT_THAT(compiled("proc.name bcontains xyz").problem, HasSubstr("not hexadecimal"));
  EXPECT_THAT(compiled("proc.name = val(proc.pid)").problem, HasSubstr("cannot be compared"));
  EXPECT_THAT(compiled("evt.type=execv").problem, HasSubstr("did you mean execve?"));
}

TEST(Checks, MissingValuesFitNothing) {
  const Event event = event_of(R"({"call":"execve","processes":[{"name":"a"}]})");
  for (const std::string_view check :
       {"proc.pname = x", "proc.pname != x", "proc.pname exists", "proc.pname in (x)",
        "fd.sip != 1.2.3.4", "fd.sport != 1", "container.privileged != true",
        "proc.pname = val(proc.name)", "proc.name != val(proc.pname)"}) {
    EXPECT_FALSE(fits(check, event)) << check;
    EXPECT_TRUE(fits("not " + std::string(check), event)) << check;
  }
}

TEST(Checks, SetsAndPrefixesOfManyValues) {
  const Event event = event_of(
      R"({"call":"open","result":3,"file":{"kind":"regular","name":"/usr/lib/x/y.so"},
      "processes":[{"name":"m"}]})");
  EXPECT_TRUE(fits("proc.name in (a,b,c,d,e,f,g,h,i,j,k,l,m)", event));
  EXPECT_FALSE(fits("proc.name in (a,b,c,d,e,f,g,h,i,j,k,l)", event));
  EXPECT_TRUE(fits("fd.name startswith anyof (/a,/b,/c,/usr/lib,/usr/lib/x,/usr/l,/z)", event));
  EXPECT_TRUE(
      fits("fd.name startswith /a or fd.name startswith /b or fd.name startswith /c or "
           "fd.name startswith /usr/ or fd.name startswith /zzz",
           event));
  EXPECT_FALSE(fits("fd.name startswith anyof (/a,/b,/c,/usr/lib/y,/usr/lib/x/z,/z,/v)", event));
  EXPECT_TRUE(fits("fd.name pmatch (/usr/lib)", event));
  EXPECT_TRUE(fits("fd.name pmatch (/usr/lib/)", event));
  EXPECT_TRUE(fits("fd.name pmatch (/)", event));
  EXPECT_TRUE(fits("fd.name pmatch (/usr/lib/x/y.so)", event));
  EXPECT_FALSE(fits("fd.name pmatch (/usr/li, /usr/lib/x/y)", event));
}

TEST(Checks, NetworksOfBothFamilies) {
  const Event v4 = event_of(R"({"call":"connect","file":{"kind":"ipv4",
      "local":{"address":"10.1.2.3","port":5},"remote":{"address":"172.16.9.9","port":6}},
      "processes":[{}]})");
  EXPECT_TRUE(fits("fd.snet = 172.16.0.0/12", v4));
  EXPECT_FALSE(fits("fd.snet = 172.32.0.0/12", v4));
  EXPECT_TRUE(fits("fd.snet in (8.0.0.0/8, 172.16.9.9)", v4));
  EXPECT_TRUE(fits("fd.net = 10.0.0.0/8", v4));
  EXPECT_TRUE(fits("fd.net = 0.0.0.0/0", v4));
  EXPECT_FALSE(fits("fd.net != 10.0.0.0/8", v4));
  EXPECT_TRUE(fits("fd.net != 127.0.0.0/8", v4));
  EXPECT_TRUE(fits("fd.port = 5 and fd.port = 6 and fd.port in (1, 6) and fd.port != 7", v4));
  EXPECT_FALSE(fits("fd.port != 5", v4));
  const Event v6 = event_of(R"({"call":"connect","file":{"kind":"ipv6",
      "remote":{"address":"2001:db8::7","port":6}},"processes":[{}]})");
  EXPECT_TRUE(fits("fd.sip = 2001:db8::7 and fd.snet = 2001:db8::/33", v6));
  EXPECT_FALSE(fits("fd.snet in (2001:db9::/32, 10.0.0.0/8)", v6));
}

// The plain meaning of a tree over five checks, without any rearrangement.
struct Random {
  std::mt19937 engine{11};
  size_t below(size_t limit) { return engine() % limit; }

  std::string condition(int depth) {
    constexpr std::string_view kChecks[] = {"evt.type=open",
                                            "evt.type in (open, execve)",
                                            "evt.type!=execve",
                                            "proc.name=a",
                                            "proc.name in (a, b)",
                                            "proc.name startswith a",
                                            "proc.name contains b",
                                            "fd.num>3",
                                            "fd.num=5",
                                            "proc.pname exists",
                                            "evt.num=0",
                                            "proc.args contains x",
                                            "proc.name in ()"};
    if (depth == 0 || below(4) == 0) return std::string(kChecks[below(std::size(kChecks))]);
    if (below(4) == 0) return "not (" + condition(depth - 1) + ')';
    const std::string_view word = below(2) == 0 ? " and " : " or ";
    std::string text = "(" + condition(depth - 1) + ')';
    for (size_t more = 1 + below(3); more > 0; --more) {
      text += std::string(word) + '(' + condition(depth - 1) + ')';
    }
    return text;
  }
};

bool plain(const Expression& node, const Event& event) {
  switch (node.kind) {
    case Expression::Kind::kNot:
      return !plain(*node.children[0], event);
    case Expression::Kind::kMacro:
      return false;
    case Expression::Kind::kCheck:
      break;
    default: {
      bool all = true, any = false;
      for (const Tree& child : node.children) {
        const bool one = plain(*child, event);
        all = all && one;
        any = any || one;
      }
      return node.kind == Expression::Kind::kAnd ? all : any;
    }
  }
  const std::string& field = node.left.name;
  std::optional<std::string> text;
  if (field == "evt.type") text = std::string(event.call);
  if (field == "proc.name") text = event.process->name;
  if (field == "proc.args") text = event.process->arguments.at(1);
  if (field == "proc.pname" && event.process->parent) text = event.process->parent->name;
  if (field == "fd.num" && event.file.number >= 0) text = std::to_string(event.file.number);
  if (field == "evt.num") text = std::to_string(event.number);
  if (!text) return false;
  if (node.op == Operator::kExists) return true;
  bool any = false;
  for (const Literal& value : node.values) {
    if (node.op == Operator::kNotEqual) return *text != value.text;
    if (node.op == Operator::kGreater) return std::stoi(*text) > std::stoi(value.text);
    if (node.op == Operator::kStartsWith) return text->starts_with(value.text);
    if (node.op == Operator::kContains) return text->find(value.text) != std::string::npos;
    any = any || *text == value.text;
  }
  return any;
}

TEST(Program, RearrangedConditionsMeanTheSame) {
  std::vector<Event> events;
  for (const std::string_view call : {"open", "execve", "connect"}) {
    for (const std::string_view name : {"a", "ab", "b", "c"}) {
      for (const int number : {-1, 3, 5}) {
        std::string json = R"({"number":1,"call":")" + std::string(call) +
                           R"(","result":7,"file":{"number":)" + std::to_string(number) +
                           R"(},"processes":[{"name":")" + std::string(name) +
                           R"(","arguments":["p","xy"]})";
        if (number == 3) json += R"(,{"name":"parent"})";
        events.push_back(event_of(json + "]}"));
        // fd.num of an open is what it returned, where no number is given.
        if (call == "open" && number < 0) events.pop_back();
      }
    }
  }
  Random random;
  Program program;  // one for all: what conditions share must not mix
  falco::Run run;
  for (int round = 0; round < 1500; ++round) {
    const std::string text = random.condition(4);
    const Tree tree = parsed(text);
    Problem problem;
    bool unknown = false;
    const auto node = program.add(tree, problem, unknown);
    ASSERT_TRUE(node) << problem.line() << text;
    const CallSet calls = program.calls(*node);
    for (const Event& event : events) {
      program.start(run, event);
      const bool expected = plain(*tree, event);
      ASSERT_EQ(program.judge(*node, run), expected) << text << " on " << write_event(event);
      if (expected) {
        ASSERT_TRUE(calls.test(static_cast<size_t>(run.call))) << text << ' ' << event.call;
      }
    }
  }
}

// Each level uses the one below twice: a tree of 2^40 leaves, a graph of 120 nodes.
TEST(Program, SharedTreesStaySmall) {
  Tree tree = parsed("proc.name=a");
  for (int level = 0; level < 40; ++level) {
    const auto joined = [&](Expression::Kind kind, const Tree& one, const Tree& other) {
      auto node = std::make_shared<Expression>();
      node->kind = kind;
      node->children = {one, other};
      node->source = tree->source;
      return node;
    };
    const Tree extra = parsed("proc.pid=" + std::to_string(level));
    const Tree other = parsed("proc.tty=" + std::to_string(level));
    tree = joined(Expression::Kind::kOr, joined(Expression::Kind::kAnd, tree, extra),
                  joined(Expression::Kind::kAnd, tree, other));
  }
  Program program;
  Problem problem;
  bool unknown = false;
  const auto node = program.add(tree, problem, unknown);
  ASSERT_TRUE(node);
  EXPECT_LT(program.size(), 300u);
  EXPECT_TRUE(program.calls(*node).all());
  const Event event = event_of(R"({"call":"execve","processes":[{"name":"b"}]})");
  falco::Run run;
  program.start(run, event);
  EXPECT_FALSE(program.judge(*node, run));
}

}  // namespace
}  // namespace seawall::guard::falco
