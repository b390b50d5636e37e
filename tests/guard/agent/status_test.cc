// The guard's status: its file, its words, its metrics.
#include "guard/agent/status.h"

#include "guard/agent/container_directory.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

GuardStatus example() {
  GuardStatus status;
  status.time = 1000;
  status.pid = 812;
  status.kernel = "6.1.0-28-amd64";
  status.exec = status.files = status.privilege = "BPF LSM";
  status.network = "cgroup BPF";
  status.groups = "v2";
  status.kept = true;
  status.canary = "denied";
  status.canary_time = 988;
  status.canary_holds = true;
  status.containers = {{"aa", "shop_api_1", "shop/api:1", "shop-api", "enforce", 0, false},
                       {"bb", "shop_db_1", "shop/db:1", "shop-db", "learn", 3, false},
                       {"cc", "", "", "", "", 0, false}};
  status.counters = {{"events", 100}, {"denied.exec", 2}, {"observed.read", 1}, {"lostRing", 3}};
  return status;
}

TEST(GuardStatusTest, TextSaysWhatMatters) {
  EXPECT_EQ(status_text(example(), 1000),
            "kernel 6.1.0-28-amd64   exec: BPF LSM   files: BPF LSM   network: cgroup BPF   "
            "privilege: BPF LSM   canary: denied, 12 s ago\n"
            "3 containers: 1 enforced, 0 observed, 1 learning, 1 without a profile (shop_db_1: 3 "
            "events lost)\n"
            "2 denied, 1 would have been, 3 events lost\n");
  EXPECT_FALSE(example().is_stale(1030));
  EXPECT_TRUE(example().is_stale(1031));
  GuardStatus status = example();
  status.kept = false;
  status.problems = {"profile x: y"};
  status.hooks_missing = "the kernel loads hooks and does not call them";
  EXPECT_THAT(status_text(status, 5000), HasSubstr("does it still run?"));
  EXPECT_THAT(status_text(status, 1000), HasSubstr("problem: profile x: y"));
  EXPECT_THAT(status_text(status, 1000), HasSubstr("no kernel hooks"));
  EXPECT_THAT(status_text(status, 1000), HasSubstr("ends with this guard"));
  EXPECT_THAT(status_text(status, 1000), Not(HasSubstr("does it still run?")));
}

TEST(GuardStatusTest, AFileReadsAsItWasWritten) {
  const test::ScratchDirectory scratch;
  ASSERT_OK(write_status(example(), scratch.path()));
  const auto read = read_status(scratch.path());
  ASSERT_OK(read);
  EXPECT_EQ(status_json(*read), status_json(example()));
  remove_status(scratch.path());
  EXPECT_EQ(read_status(scratch.path()).error().code(), Code::kNotFound) << "no guard, no word";
  EXPECT_EQ(read_status(scratch.path() + "/none").error().code(), Code::kNotFound);
  scratch.write("guard.json", "{");
  EXPECT_THAT(read_status(scratch.path()).error().where(), HasSubstr("guard.json"));
  for (const char* damaged : {"", "[]", "{", "3"})
    EXPECT_FALSE(status_from_json(damaged).ok()) << damaged;
  EXPECT_TRUE(status_from_json("{}").ok()) << "nothing is known, nothing holds";
  EXPECT_FALSE(status_from_json("{}")->canary_holds);
}

TEST(GuardStatusTest, OnlyWhatIsReallyEnforcedCounts) {
  GuardStatus status = example();
  EXPECT_DOUBLE_EQ(status.enforced_share(), 1.0 / 3);
  status.containers[0].late = true;
  EXPECT_DOUBLE_EQ(status.enforced_share(), 0);
  status = example();
  status.canary_holds = false;
  EXPECT_DOUBLE_EQ(status.enforced_share(), 0) << "nothing is, while the canary says so";
  status.containers.clear();
  status.canary_holds = true;
  EXPECT_DOUBLE_EQ(status.enforced_share(), 1);
}

TEST(GuardStatusTest, MetricsEscapeWhatTheyQuote) {
  GuardStatus status = example();
  status.exec = "a\"b\\c\nd";
  const std::string text = status_metrics(status);
  EXPECT_THAT(text, HasSubstr(R"(backend{kind="exec",backend="a\"b\\c\nd"} 1)"));
  EXPECT_THAT(text, HasSubstr("seawall_guard_canary_denied 1\n"));
  EXPECT_THAT(text, HasSubstr("seawall_guard_containers{mode=\"enforce\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("seawall_guard_enforced_share 0.333333\n"));
  EXPECT_THAT(text, HasSubstr("seawall_guard_total{what=\"denied.exec\"} 2\n"));
}

TEST(ContainerIdTest, ControlGroupsAreNamedInManyWays) {
  const std::string id(64, 'a');
  for (const std::string& name :
       {id, "docker-" + id + ".scope", "cri-containerd-" + id + ".scope", "crio-" + id,
        "libpod-" + id + ".scope", "libpod-conmon-" + id + ".scope"})
    EXPECT_EQ(container_id_of(name), id) << name;
  for (const std::string& name : {std::string(), std::string("docker.service"), id.substr(1),
                                  "x" + id, std::string(63, 'a') + "g", id + "a", id + ".scop"})
    EXPECT_EQ(container_id_of(name), "") << name;
}

}  // namespace
}  // namespace seawall::guard
