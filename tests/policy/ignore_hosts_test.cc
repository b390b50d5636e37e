// Which controls of a host an ignore file sets aside.
#include "policy/ignore_file.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

using enum ControlVerdict;
using ::testing::ElementsAre;

const UnixSeconds kToday = *parse_time("2026-11-26");

ControlResult control(std::string number, ControlVerdict verdict,
                      std::vector<std::pair<std::string, ControlVerdict>> subjects = {}) {
  ControlResult one;
  one.id = "SW-H0" + number;
  one.number = number;
  one.aliases = {"cis-docker-1.8.0/" + number};
  one.verdict = verdict;
  for (auto& [name, its] : subjects) one.subjects.push_back({name, its, "", {}, {}});
  return one;
}

HostReport report() {
  HostReport one;
  one.controls = {
      control("2.2", kFail), control("2.3", kPass), control("2.4", ControlVerdict::kError),
      control("5.5", kFail,
              {{"container ci-1", kFail}, {"container ci-2", kFail}, {"container web", kPass}}),
      control("5.6", kFail, {{"container web", kFail}, {"container odd", ControlVerdict::kError}})};
  return one;
}

HostReport apply(const std::string& entries) {
  HostReport one = report();
  const auto file = read_ignore_file(entries, "ignore.yaml", kToday, Limits());
  EXPECT_OK(file);
  if (file.ok()) apply_ignore(one, *file, kToday);
  return one;
}

std::string entry(const std::string& id, const std::string& more = "",
                  const std::string& expires = "2026-12-20") {
  return "- id: " + id + "\n  reason: migration\n  owner: ops\n  expires: " + expires + "\n" + more;
}

TEST(IgnoreHosts, AControlIsNamedByIdNumberOrAlias) {
  for (const char* id : {"SW-H02.2", "2.2", "cis-docker-1.8.0/2.2"}) {
    const HostReport one = apply(entry("'" + std::string(id) + "'"));
    EXPECT_EQ(one.controls[0].suppression.owner, "ops") << id;
    EXPECT_EQ(one.controls[0].suppression.source, "ignore.yaml:1");
    EXPECT_FALSE(one.controls[3].suppression.active());
    EXPECT_EQ(counts_of(one).at(kFail), 2u);
    EXPECT_TRUE(one.notes.empty());
  }
}

TEST(IgnoreHosts, WhatCouldNotBeLookedAtCanBeSetAside) {
  EXPECT_EQ(exit_code_of(report()), 2);
  const HostReport one = apply(entry("'2.4'") + entry("'2.2'") + entry("'5.5'") + entry("'5.6'"));
  EXPECT_EQ(exit_code_of(one), 0);
}

TEST(IgnoreHosts, AControlFailsWhileOneOfItsSubjectsDoes) {
  const HostReport some = apply(entry("'5.5'", "  subjects: [\"container ci-1\"]\n"));
  EXPECT_EQ(some.controls[3].verdict, kFail);
  EXPECT_FALSE(some.controls[3].suppression.active());
  EXPECT_TRUE(some.controls[3].subjects[0].suppression.active());
  EXPECT_FALSE(some.controls[3].subjects[1].suppression.active());
  const HostReport all = apply(entry("'5.5'", "  subjects: [\"container ci-*\"]\n"));
  EXPECT_TRUE(all.controls[3].suppression.active());
  EXPECT_FALSE(all.controls[3].subjects[2].suppression.active()) << "it passes";
  const HostReport rest = apply(entry("'5.6'", "  subjects: [\"container web\"]\n"));
  EXPECT_EQ(rest.controls[4].verdict, ControlVerdict::kError) << "the other is not known";
  EXPECT_FALSE(rest.controls[4].suppression.active());
}

TEST(IgnoreHosts, EndedAndUnusedOnesAreNoted) {
  const HostReport ended = apply(entry("'2.2'", "", "2026-11-01"));
  EXPECT_FALSE(ended.controls[0].suppression.active());
  ASSERT_EQ(ended.notes.size(), 1u);
  EXPECT_EQ(ended.notes[0].rule_id, "SW-P0001");
  const HostReport unused = apply(entry("'2.3'") + entry("SW-H0999"));
  ASSERT_EQ(unused.notes.size(), 2u);
  EXPECT_EQ(unused.notes[0].rule_id, "SW-P0002");
  EXPECT_EQ(unused.notes[1].location.line, 5u);
}

TEST(IgnoreHosts, EntriesOfImagesAreLeftAlone) {
  const HostReport one = apply(entry("CVE-2024-0001") + entry("'2.2'", "  images: [\"app:*\"]\n"));
  EXPECT_FALSE(one.controls[0].suppression.active());
  EXPECT_TRUE(one.notes.empty());
}

}  // namespace
}  // namespace seawall::policy
