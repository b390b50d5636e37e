#include "guard/falco/rule_set.h"

#include "guard/falco/engine.h"
#include "guard/falco/resolver.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RuleSet loaded(std::string text) {
  RuleSet set;
  set.load({"r.yaml", std::move(text)});
  return set;
}

std::string first_problem(std::string text) {
  const RuleSet set = loaded(std::move(text));
  return set.problems.empty() ? "none" : set.problems.front().line();
}

constexpr std::string_view kRule =
    "- rule: r\n  desc: d\n  condition: evt.type=open\n  output: o\n  priority: INFO\n";

TEST(RuleSet, KeepsScalarsAsTheyAreWritten) {
  const RuleSet set = loaded("- list: l\n  items: [080, yes, 1.50, 0x1F, ~x, \"quoted\", off]\n");
  ASSERT_EQ(set.lists.size(), 1u);
  EXPECT_THAT(set.lists[0].items, ElementsAre("080", "yes", "1.50", "0x1F", "~x", "quoted", "off"));
  EXPECT_TRUE(set.problems.empty());
}

TEST(RuleSet, LongListsOfNumbersAreLinear) {
  std::string text = "- list: l\n  items: [1";
  for (int at = 2; at <= 200'000; ++at) text += ", " + std::to_string(at);
  const RuleSet set = loaded(text + "]\n");
  ASSERT_EQ(set.lists.size(), 1u);
  ASSERT_EQ(set.lists[0].items.size(), 200'000u);
  EXPECT_EQ(set.lists[0].items.back(), "200000");
}

TEST(RuleSet, FilesFullOfProblemsEnd) {
  std::string text;
  for (int at = 0; at < 5'000; ++at) {
    text += "- rule: r" + std::to_string(at) +
            "\n  desc: d\n  condition: a.b = x\n  output: o\n  priority: INFO\n";
  }
  const Engine engine({{"r.yaml", text}}, {});
  EXPECT_TRUE(engine.rules().empty());
  EXPECT_EQ(engine.problems().size(), RuleSet::kMaxProblems + 1);
  EXPECT_THAT(engine.problems().back().line(), HasSubstr("r.yaml:10001:9: error: r2000: 2,000"));
}

// Whatever is missing or damaged, loading ends and what is said can be printed.
TEST(RuleSet, TruncatedAndDamagedFiles) {
  const std::string whole =
      test::read(test::source_directory() + "/tests/fuzz/corpus/falco_rules/overrides.yaml");
  ASSERT_GT(whole.size(), 1000u);
  for (size_t at = 0; at < whole.size(); at += 7) {
    const Engine cut({{"r.yaml", whole.substr(0, at)}}, {});
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const Engine flipped({{"r.yaml", damaged}}, {});
    for (const Problem& problem : flipped.problems()) EXPECT_FALSE(problem.message.empty());
    EXPECT_LE(cut.rules().size(), 6u);
  }
}

TEST(RuleSet, FilesThatAreNone) {
  EXPECT_EQ(first_problem(""), "none");
  EXPECT_EQ(first_problem("# nothing\n---\n---\n"), "none");
  EXPECT_THAT(first_problem("a: ["), HasSubstr("the file is not YAML"));
  EXPECT_THAT(first_problem("rule: x\n"), HasSubstr("is not a list of rules"));
  EXPECT_THAT(first_problem("- 5\n"), HasSubstr("r.yaml:1:3: error: an object is expected"));
  EXPECT_THAT(first_problem(std::string(RuleSet::kMaxFile + 1, ' ')), HasSubstr("16 MiB"));
}

TEST(RuleSet, ObjectsWithoutWhatTheyNeed) {
  EXPECT_THAT(first_problem("- list: l\n"), HasSubstr("items is not a list"));
  EXPECT_THAT(first_problem("- list: l\n  items: [[a]]\n"), HasSubstr("an item of items"));
  EXPECT_THAT(first_problem("- list: ''\n  items: []\n"), HasSubstr("a list has a name"));
  EXPECT_THAT(first_problem("- macro: m\n"), HasSubstr("a macro has a condition"));
  EXPECT_THAT(first_problem("- macro: m\n  condition: ''\n"), HasSubstr("has a condition"));
  EXPECT_THAT(first_problem("- rule: r\n  desc: d\n  output: o\n  priority: INFO\n"),
              HasSubstr("a rule has a condition"));
  EXPECT_THAT(first_problem("- rule: r\n  tags: [a]\n"), HasSubstr("condition, output, desc"));
  EXPECT_THAT(first_problem(std::string(kRule) + "  tags: a\n"), HasSubstr("tags is not a list"));
  EXPECT_THAT(first_problem(std::string(kRule) + "  enabled: maybe\n"),
              HasSubstr("neither true nor false"));
}

TEST(RuleSet, VersionsOfTheEngine) {
  EXPECT_EQ(first_problem("- required_engine_version: 26\n"), "none");
  EXPECT_EQ(first_problem("- required_engine_version: 0.57.0\n"), "none");
  EXPECT_THAT(first_problem("- required_engine_version: 0.58.0\n"), HasSubstr("warning: the file"));
  EXPECT_THAT(first_problem("- required_engine_version: 1.0.0\n"), HasSubstr("asks for engine"));
  EXPECT_THAT(first_problem("- required_engine_version: new\n"), HasSubstr("is not a version"));
}

TEST(RuleSet, PrioritiesHaveTheirNames) {
  const std::pair<std::string_view, Priority> expected[] = {
      {"EMERGENCY", Priority::kEmergency}, {"alert", Priority::kAlert},
      {"Critical", Priority::kCritical},   {"ERROR", Priority::kError},
      {"WARNING", Priority::kWarning},     {"NOTICE", Priority::kNotice},
      {"INFO", Priority::kInformational},  {"Informational", Priority::kInformational},
      {"debug", Priority::kDebug}};
  for (const auto& [word, priority] : expected) {
    Priority read{};
    ASSERT_TRUE(priority_named(word, read)) << word;
    EXPECT_EQ(read, priority) << word;
  }
  Priority read{};
  EXPECT_FALSE(priority_named("WARN", read));
  EXPECT_FALSE(priority_named("", read));
  EXPECT_EQ(to_string(Priority::kInformational), "Informational");
}

TEST(RuleSet, ALaterDefinitionTakesThePlaceOfTheEarlier) {
  RuleSet set = loaded(std::string(kRule) +
                       "- rule: s\n  desc: d\n  condition: a\n  output: o\n  priority: INFO\n");
  set.load(
      {"late.yaml",
       "- rule: r\n  desc: new\n  condition: evt.type=connect\n  output: o\n  priority: ERROR\n"});
  ASSERT_EQ(set.rules.size(), 2u);
  EXPECT_EQ(set.rules[0].name, "r");
  EXPECT_EQ(set.rules[0].description, "new");
  EXPECT_EQ(set.rules[0].place.file, "late.yaml");
  EXPECT_EQ(set.rules[1].name, "s");
}

TEST(RuleSet, OverridesThatAreWrongChangeNothing) {
  const auto changed = [](std::string_view more) {
    RuleSet set = loaded(std::string(kRule) + std::string(more));
    EXPECT_EQ(set.rules.size(), 1u);
    EXPECT_EQ(set.rules[0].condition->text(), "evt.type=open");
    return set.problems.empty() ? "none" : set.problems.front().line();
  };
  EXPECT_THAT(changed("- rule: r\n  condition: x\n  override: {condition: add}\n"),
              HasSubstr("override takes append or replace"));
  EXPECT_THAT(changed("- rule: r\n  priority: ERROR\n  override: {priority: append}\n"),
              HasSubstr("priority cannot be appended to"));
  EXPECT_THAT(changed("- rule: r\n  override: {condition: append}\n"),
              HasSubstr("override names condition, which is not given"));
  EXPECT_THAT(changed("- rule: r\n  condition: x\n  output: y\n  override: {condition: append}\n"),
              HasSubstr("override says nothing of output"));
  EXPECT_THAT(
      changed("- rule: r\n  condition: x\n  append: true\n  override: {condition: append}\n"),
      HasSubstr("append: true"));
  EXPECT_THAT(changed("- rule: r\n  condition: x\n  override: [condition]\n"),
              HasSubstr("override is not an object"));
  // The condition is good, what comes after it is not: nothing is taken.
  EXPECT_THAT(changed("- rule: r\n  condition: and x\n  tags: 5\n"
                      "  override: {condition: append, tags: append}\n"),
              HasSubstr("tags is not a list"));
  EXPECT_THAT(changed("- rule: r\n  append: true\n"), HasSubstr("append: true"));
}

TEST(RuleSet, AppendedListsAndMacrosNeedAnEarlierOne) {
  EXPECT_THAT(first_problem("- list: l\n  items: [a]\n  override: {items: append}\n"),
              HasSubstr("no list of this name"));
  EXPECT_THAT(first_problem("- macro: m\n  condition: a\n  override: {condition: append}\n"),
              HasSubstr("no macro of this name"));
}

TEST(RuleSet, ExceptionsAreChecked) {
  const auto problem = [](std::string_view exception) {
    return first_problem(std::string(kRule) + "  exceptions:\n    - " + std::string(exception));
  };
  EXPECT_THAT(problem("fields: a.b\n"), HasSubstr("an exception has a name"));
  EXPECT_THAT(problem("{name: e}\n"), HasSubstr("an exception has fields"));
  EXPECT_THAT(problem("{name: e, fields: a.b, comps: =}\n"), HasSubstr("in, pmatch or intersects"));
  EXPECT_THAT(problem("{name: e, fields: a.b, comps: [in]}\n"), HasSubstr("both be texts"));
  EXPECT_THAT(problem("{name: e, fields: [a.b], comps: in}\n"), HasSubstr("both be texts"));
  EXPECT_THAT(problem("{name: e, fields: [a.b, c.d], comps: [in]}\n"), HasSubstr("length"));
  EXPECT_THAT(problem("{name: e, fields: [a.b], comps: [like]}\n"), HasSubstr("not an operator"));
  EXPECT_THAT(problem("{name: e, fields: [a.b], comps: [exists]}\n"), HasSubstr("not an operator"));
  EXPECT_THAT(problem("{name: e, fields: [a.b], values: [[x, y]]}\n"), HasSubstr("one value for"));
  EXPECT_THAT(problem("{name: e, fields: a.b, values: [[x]]}\n"), HasSubstr("are texts"));
  EXPECT_THAT(problem("{name: e, fields: a.b, values: x}\n"), HasSubstr("values is not a list"));
  EXPECT_EQ(problem("{name: e, fields: a.b, comps: startswith oneof, values: [x]}\n"), "none");
}

TEST(Resolver, MacrosThatUseThemselvesAreErrors) {
  const Engine engine({{"r.yaml",
                        "- macro: a\n  condition: evt.type=open\n"
                        "- macro: b\n  condition: a and proc.name=x\n"
                        "- macro: a\n  condition: and b\n  append: true\n"
                        "- rule: r\n  desc: d\n  condition: a\n  output: o\n"
                        "  priority: INFO\n"}},
                      {});
  EXPECT_TRUE(engine.rules().empty());
  EXPECT_GE(engine.errors(), 1u);
  bool found = false;
  for (const Problem& problem : engine.problems()) {
    found = found || problem.message.find("uses itself") != std::string::npos;
  }
  EXPECT_TRUE(found);
}

TEST(Resolver, ListsThatHoldThemselvesEnd) {
  const RuleSet set = loaded(
      "- list: a\n  items: [b, x]\n- list: b\n  items: [a, y]\n"
      "- list: a\n  items: [b]\n  override: {items: append}\n");
  std::vector<Problem> problems;
  RuleSet with_rule = set;
  with_rule.load({"x.yaml",
                  "- rule: r\n  desc: d\n  condition: proc.name in (a)\n  output: o\n"
                  "  priority: INFO\n"});
  Resolver resolver(with_rule, problems);
  const Tree tree = resolver.rule(with_rule.rules[0]);
  ASSERT_TRUE(tree);
  EXPECT_GT(tree->values.size(), 2u);
}

TEST(Resolver, DeepMacrosAreRefused) {
  std::string text = "- macro: m0\n  condition: proc.name=a\n";
  for (int at = 1; at <= 1200; ++at) {
    text += "- macro: m" + std::to_string(at) + "\n  condition: not (m" + std::to_string(at - 1) +
            " and proc.pid=" + std::to_string(at) + ")\n";
  }
  const RuleSet set = loaded(text);
  std::vector<Problem> problems;
  const Resolver resolver(set, problems);
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(problems.front().message, HasSubstr("deeper than 1000 levels"));
}

TEST(Resolver, HintsAreNear) {
  EXPECT_EQ(nearest_hint("spawnd", {"spawned", "other"}), "did you mean spawned?");
  EXPECT_EQ(nearest_hint("zzzzzz", {"spawned", "other"}), "");
  EXPECT_EQ(nearest_hint(std::string(500, 'a'), {"a"}), "");
}

TEST(Engine, ReadsFoldersByName) {
  const test::ScratchDirectory scratch;
  scratch.write("b.yaml", std::string(kRule));
  scratch.write("a.yml", "- list: l\n  items: []\n");
  scratch.write("ignored.txt", "x");
  const auto files = read_rule_files({scratch.path()});
  ASSERT_OK(files);
  ASSERT_EQ(files->size(), 2u);
  EXPECT_THAT((*files)[0].name, HasSubstr("a.yml"));
  EXPECT_THAT((*files)[1].name, HasSubstr("b.yaml"));
  EXPECT_FALSE(read_rule_files({scratch.path() + "/none.yaml"}).ok());
}

TEST(Engine, SaysWhichFieldsItReads) {
  const Engine engine({{"r.yaml",
                        "- rule: r\n  desc: d\n  condition: evt.type=open and "
                        "tolower(proc.env[A])=b\n  output: \"%fd.sip.name\"\n"
                        "  priority: INFO\n"}},
                      {});
  EXPECT_TRUE(engine.uses("proc.env"));
  EXPECT_TRUE(engine.uses("fd.sip.name"));
  EXPECT_FALSE(engine.uses("evt.buffer"));
}

TEST(Engine, OutputsAreBounded) {
  EngineOptions options;
  options.output_bytes = 20;
  Engine engine({{"r.yaml",
                  "- rule: r\n  desc: d\n  condition: evt.type=execve\n"
                  "  output: \"%proc.args\"\n  priority: INFO\n"}},
                options);
  ASSERT_EQ(engine.errors(), 0u);
  auto process = std::make_shared<Process>();
  process->arguments = {"a", std::string(100'000, 'x') + "\xff"};
  Event event;
  event.call = "execve";
  event.process = process;
  std::string output;
  std::vector<std::pair<std::string, std::string>> fields;
  engine.judge(event, [&](const Match& match) {
    output = match.output;
    fields = match.fields;
  });
  EXPECT_EQ(output, std::string(20, 'x') + "...");
  ASSERT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields[0].first, "proc.args");
  EXPECT_EQ(fields[0].second.size(), Output::kMaxField + 3);
}

TEST(Engine, CallsThatAreNotKnownAskOnlyRulesOfEveryEvent) {
  Engine engine({{"r.yaml", std::string(kRule) +
                                "- rule: any\n  desc: d\n  condition: proc.name=x\n  output: o\n"
                                "  priority: INFO\n- rule: others\n  desc: d\n"
                                "  condition: evt.type!=open\n  output: o\n  priority: INFO\n"}},
                {});
  Event event;
  event.call = "a_call_of_tomorrow";
  auto process = std::make_shared<Process>();
  process->name = "x";
  event.process = process;
  std::vector<std::string> fired;
  engine.judge(event, [&](const Match& match) { fired.emplace_back(match.rule); });
  EXPECT_THAT(fired, ElementsAre("any", "others"));
  EXPECT_THAT(engine.calls(), ElementsAre("open"));
  ASSERT_EQ(engine.rules().size(), 3u);
  EXPECT_TRUE(engine.rules()[1].every_call);
  EXPECT_FALSE(engine.rules()[2].every_call);
}

}  // namespace
}  // namespace seawall::guard::falco
