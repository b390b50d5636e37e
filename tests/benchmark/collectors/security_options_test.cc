// What words of --security-opt mean.
#include "benchmark/collectors/security_options.h"

#include "support/support.h"

namespace seawall::benchmark {
namespace {

using ::testing::ElementsAre;

// F9: the name alone says nothing.
TEST(SecurityOptionsTest, NewPrivilegesAreForbiddenOnlyWhereItIsTrue) {
  for (const char* yes : {"no-new-privileges", "no-new-privileges=true", "no-new-privileges:true",
                          "no-new-privileges=1"})
    EXPECT_TRUE(forbids_new_privileges({"label=disable", yes})) << yes;
  for (const char* no :
       {"no-new-privileges=false", "no-new-privileges:false", "no-new-privileges=0",
        "no-new-privileges=maybe", "no-new-privilegesx", ""})
    EXPECT_FALSE(forbids_new_privileges({no})) << no;
  EXPECT_FALSE(forbids_new_privileges({"no-new-privileges", "no-new-privileges=false"}));
}

// F8: other options are no labels.
TEST(SecurityOptionsTest, LabelsAreTheirOwnOptions) {
  EXPECT_THAT(selinux_labels({"label=disable", "seccomp=unconfined", "label:type:a_t", "labels=x"}),
              ElementsAre("disable", "type:a_t"));
}

TEST(SecurityOptionsTest, TellsWhichFilterIsChosen) {
  EXPECT_EQ(seccomp_choice({}, false), "default");
  EXPECT_EQ(seccomp_choice({}, true), "unconfined");
  EXPECT_EQ(seccomp_choice({"seccomp=unconfined"}, false), "unconfined");
  EXPECT_EQ(seccomp_choice({"seccomp:unconfined", "seccomp=builtin"}, false), "default");
  EXPECT_EQ(seccomp_choice({"seccomp={}"}, true), "custom");
}

// F19.
TEST(SecurityOptionsTest, AFilterThatLetsAllThroughIsNone) {
  const auto judged = [](const std::string& profile) {
    return seccomp_allows_all({"seccomp=" + profile});
  };
  EXPECT_EQ(judged(R"({"defaultAction": "SCMP_ACT_ALLOW"})"), true);
  EXPECT_EQ(judged(R"({"defaultAction": "SCMP_ACT_LOG", "syscalls": []})"), true);
  EXPECT_EQ(judged(R"({"defaultAction": "SCMP_ACT_ALLOW",
                       "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]})"),
            true);
  EXPECT_EQ(judged(R"({"defaultAction": "SCMP_ACT_ALLOW",
                       "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_ERRNO"}]})"),
            false);
  EXPECT_EQ(judged(R"({"defaultAction": "SCMP_ACT_ERRNO"})"), false);
  EXPECT_EQ(judged("{}"), false);
  EXPECT_EQ(judged("{"), std::nullopt) << "nobody can say";
  EXPECT_EQ(judged("/etc/profile.json"), std::nullopt);
  EXPECT_EQ(seccomp_allows_all({}), std::nullopt);
}

}  // namespace
}  // namespace seawall::benchmark
