// Every example of every rule on accounts, and what damaged files do.
#include "inspect/image/accounts.h"

#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "inspect/collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<AccountRule> all_rules() {
  auto rules = load_account_rules();
  EXPECT_OK(rules);
  return std::move(rules).value_or({});
}

uint32_t mode_of(const Node& example) {
  const std::string_view path = example["path"].string();
  const uint32_t usual = path.find("shadow") != path.npos    ? 0640
                         : path.find("sudoers") != path.npos ? 0440
                                                             : 0644;
  return static_cast<uint32_t>(example["mode"].integer().value_or(usual));
}

std::vector<Finding> findings_in(std::string_view path, std::string_view text,
                                 uint32_t mode = 0400) {
  AccountLint lint = check_accounts(path, text, mode, all_rules());
  EXPECT_THAT(lint.problems, IsEmpty());
  return std::move(lint.findings);
}

TEST(AccountRules, EveryExampleHolds) {
  const std::vector<AccountRule> rules = all_rules();
  const auto file = rules::load_rules(built_in_content("image/accounts.yaml"), "accounts.yaml");
  ASSERT_OK(file);
  ASSERT_EQ(rules.size(), file->rules().size());
  EXPECT_GE(rules.size(), 15u);
  for (size_t i = 0; i < rules.size(); ++i) {
    EXPECT_TRUE(rules[i].rule.id.starts_with("SW-I01")) << rules[i].rule.id;
    for (const char* side : {"pass", "fail"}) {
      for (const Node& node : file->node(i)["examples"][side].items()) {
        const AccountLint lint =
            check_accounts(node["path"].string(), node["text"].string(), mode_of(node), {rules[i]});
        EXPECT_THAT(lint.problems, IsEmpty());
        EXPECT_EQ(lint.findings.empty(), side == std::string_view("pass"))
            << rules[i].rule.id << " line " << node.line();
      }
    }
  }
  EXPECT_EQ(find_account_check("no such check"), nullptr);
}

TEST(Accounts, NoFindingShowsAHash) {
  const std::string_view text =
      "root:$6$saltsalt$hashhashhashhash:19000::::::\n"
      "old:!$1$saltsalt$hashhashhashhash:19000::::::\n"
      "des:hashhashhash.:19000::::::\n";
  const auto findings = findings_in("etc/shadow", text);
  EXPECT_THAT(findings, SizeIs(4));
  std::set<std::string> hashes;
  for (const Finding& finding : findings) {
    EXPECT_THAT(finding.evidence, Not(HasSubstr("hashhash")));
    EXPECT_THAT(finding.evidence, Not(HasSubstr("salt")));
    EXPECT_FALSE(finding.secret_hash.empty()) << finding.evidence;
    hashes.insert(finding.secret_hash);
  }
  EXPECT_EQ(findings[0].evidence, "account root: a password is set (SHA-512)");
  EXPECT_EQ(findings[0].location.line, 1u);
  EXPECT_THAT(hashes, SizeIs(3)) << "one a password";
}

TEST(Accounts, OrdinaryFilesAreInOrder) {
  EXPECT_THAT(findings_in("etc/passwd",
                          "root:x:0:0:root:/root:/bin/bash\n"
                          "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
                          "sync:x:4:65534:sync:/bin:/bin/sync\n"
                          "shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown\n"
                          "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n"
                          "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
                          0644),
              IsEmpty());
  EXPECT_THAT(findings_in("etc/shadow", "root:*:19786:0:99999:7:::\nbin:!:::::::\n", 0640),
              IsEmpty());
  EXPECT_THAT(findings_in("etc/group",
                          "root:x:0:root\nbin:x:1:root,bin,daemon\ndisk:x:6:root,adm\n"
                          "wheel:x:10:root\nshadow:x:42:\nnogroup:x:65534:\n",
                          0644),
              IsEmpty());
  EXPECT_THAT(findings_in("etc/sudoers",
                          "Defaults\tenv_reset\nDefaults\tsecure_path=\"/usr/sbin:/usr/bin\"\n"
                          "root\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n"
                          "@includedir /etc/sudoers.d\n",
                          0440),
              IsEmpty());
}

TEST(Accounts, KnowsItsFiles) {
  EXPECT_EQ(account_file_kind("etc/passwd"), AccountFileKind::kPasswd);
  EXPECT_EQ(account_file_kind("etc/gshadow"), AccountFileKind::kGroupShadow);
  EXPECT_EQ(account_file_kind("etc/sudoers.d/90-app"), AccountFileKind::kSudoers);
  for (const char* path : {"etc/passwd-", "srv/etc/passwd", "etc/sudoers.d/", "etc/sudoers.d/a.bak",
                           "etc/sudoers.d/a~", "etc/sudoers.d/a/b", "etc/sudoers.dist"}) {
    EXPECT_EQ(account_file_kind(path), AccountFileKind::kNone) << path;
  }
}

TEST(Accounts, ModesAreOfTheFileNotOfALine) {
  const auto findings = findings_in("etc/shadow", "root:*:::::::\n", 0666);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].evidence, "mode 0666");
  EXPECT_EQ(findings[0].location.line, 0u);
}

TEST(Accounts, SudoersLinesContinue) {
  const auto findings = findings_in("etc/sudoers",
                                    "# comment \\\n"
                                    "app ALL = \\\n"
                                    "  (ALL : ALL) \\\n"
                                    "  NOPASSWD : ALL # no limits\n"
                                    "other ALL=(root) NOPASSWD: \\");
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].location.line, 2u);
  EXPECT_THAT(findings[0].evidence, HasSubstr("app ALL ="));
}

TEST(Accounts, DamagedFilesGiveNoNonsense) {
  EXPECT_THAT(findings_in("etc/passwd",
                          ":::\n::\n:\nroot\nroot:\n\n#a\na:x:-1:\nb:x:9999999999999999999999:\n"),
              SizeIs(2))
      << "root stands twice, the second time without a password";
  for (const char* path : {"etc/passwd", "etc/shadow", "etc/group", "etc/gshadow", "etc/sudoers"}) {
    const std::string noise("\xff\x00\x01:\x80:0::\n=(\n(=((((\nALL=(\n\\\n\\", 27);
    for (const Finding& finding : check_accounts(path, noise, 0400, all_rules()).findings) {
      EXPECT_THAT(finding.evidence, Not(HasSubstr("\xff")));
      EXPECT_THAT(finding.evidence, Not(HasSubstr("\n")));
    }
    EXPECT_THAT(check_accounts(path, "", 0400, all_rules()).findings, IsEmpty());
  }
}

TEST(Accounts, FloodsAreBoundedAndSaid) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += fmt::format("u{}:x:0:0::/:/bin/sh\n", i);
  const AccountLint many = check_accounts("etc/passwd", text, 0400, all_rules());
  EXPECT_THAT(many.findings, SizeIs(AccountRule::kMostFindings));
  ASSERT_THAT(many.problems, SizeIs(1));
  EXPECT_EQ(many.problems[0].code(), Code::kLimit);
  const AccountLint large =
      check_accounts("etc/group", std::string(3 << 20, 'x'), 0400, all_rules());
  ASSERT_THAT(large.problems, SizeIs(1));
  EXPECT_THAT(large.problems[0].text(), HasSubstr("only its first"));
}

TEST(Accounts, TheInspectorReadsTheMode) {
  CollectingSink sink;
  const Limits limits;
  inspect_accounts({"etc/shadow", "root::::::::\n", limits, nullptr, 0644}, sink);
  ASSERT_THAT(sink.findings, SizeIs(2));
  EXPECT_EQ(sink.findings[0].rule_id, "SW-I0111");
  EXPECT_EQ(sink.findings[1].rule_id, "SW-I0102");
  EXPECT_EQ(sink.findings[1].evidence, "account root has an empty password");
}

}  // namespace
}  // namespace seawall::inspect
