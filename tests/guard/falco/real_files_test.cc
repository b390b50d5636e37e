// Falco's own three rule files, unmodified, from the folder that SEAWALL_FALCO_RULES names.
#include <cstdlib>
#include <set>

#include "guard/falco/engine.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

constexpr const char* kFiles[] = {"falco_rules.yaml", "falco-incubating_rules.yaml",
                                  "falco-sandbox_rules.yaml"};

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("SEAWALL_FALCO_RULES");
    if (folder == nullptr) GTEST_SKIP() << "set SEAWALL_FALCO_RULES to the folder of Falco's rules";
    for (const char* name : kFiles) {
      auto one = read_rule_files({std::string(folder) + '/' + name});
      ASSERT_OK(one);
      files_.push_back(std::move(one->front()));
    }
  }
  std::vector<RuleFile> files_;
};

TEST_F(RealFiles, AllRulesLoadWithoutAnError) {
  const Engine engine(files_, {});
  for (const Problem& problem : engine.problems()) {
    EXPECT_EQ(problem.severity, Problem::Severity::kWarning) << problem.line();
  }
  EXPECT_EQ(engine.rules().size(), 93u);
  EXPECT_EQ(engine.errors(), 0u);
}

TEST_F(RealFiles, EachFileLoadsAlone) {
  const size_t expected[] = {25, 31, 37};
  for (size_t at = 0; at < files_.size(); ++at) {
    const Engine engine({files_[at]}, {});
    EXPECT_EQ(engine.rules().size(), expected[at]) << files_[at].name;
    EXPECT_EQ(engine.errors(), 0u) << files_[at].name;
  }
}

TEST_F(RealFiles, TwelveRulesAreOffByDefault) {
  size_t off = 0;
  const Engine engine(files_, {});
  for (const Engine::LoadedRule& rule : engine.rules()) off += !rule.enabled;
  EXPECT_EQ(off, 12u);
  EngineOptions all;
  all.disabled_rules = true;
  const Engine everything(files_, all);
  for (const Engine::LoadedRule& rule : everything.rules()) EXPECT_TRUE(rule.enabled) << rule.name;
}

TEST_F(RealFiles, StableRulesAskForNineteenCalls) {
  const Engine engine({files_[0]}, {});
  const std::vector<std::string> expected = {
      "connect",     "dup",    "dup2",   "dup3",    "execve",   "execveat", "finit_module",
      "init_module", "link",   "linkat", "open",    "openat",   "openat2",  "ptrace",
      "sendmsg",     "sendto", "socket", "symlink", "symlinkat"};
  EXPECT_EQ(engine.calls(), expected);
}

// A rule that is asked of every event would cost what the index saves.
TEST_F(RealFiles, EveryRuleNamesItsCalls) {
  EngineOptions all;
  all.disabled_rules = true;
  const Engine engine(files_, all);
  for (const Engine::LoadedRule& rule : engine.rules()) {
    EXPECT_FALSE(rule.every_call) << rule.name;
    EXPECT_LE(rule.calls.size(), 12u) << rule.name;
  }
}

TEST_F(RealFiles, WarningsNameFieldsThatNeverHaveAValue) {
  const Engine engine(files_, {});
  std::set<std::string> fields;
  for (const Problem& problem : engine.problems()) fields.insert(problem.excerpt);
  EXPECT_EQ(fields, std::set<std::string>{"fd.lip.name"});
}

}  // namespace
}  // namespace seawall::guard::falco
