// Names of capabilities, and which a container gets.
#include "benchmark/collectors/capabilities.h"

#include "support/support.h"

namespace seawall::benchmark {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using Words = std::vector<std::string>;

Words docker(const Words& added, const Words& dropped = {}) {
  return effective_capabilities("docker", false, added, dropped);
}

TEST(CapabilitiesTest, NamesTheBitsOfAMask) {
  EXPECT_THAT(capability_names(0), IsEmpty());
  EXPECT_THAT(capability_names(1u | 1u << 13), ElementsAre("CAP_CHOWN", "CAP_NET_RAW"));
  EXPECT_THAT(capability_names(uint64_t{1} << 40 | uint64_t{1} << 63),
              ElementsAre("CAP_CHECKPOINT_RESTORE", "CAP_63"));
  EXPECT_EQ(capability_names(0xa80425fb).size(), 14u) << "what Docker gives by default";
}

TEST(CapabilitiesTest, ANameHasANumber) {
  EXPECT_EQ(capability_number("chown"), 0);
  EXPECT_EQ(capability_number("CAP_SYS_ADMIN"), 21);
  EXPECT_EQ(capability_number("CHECKPOINT_RESTORE"), 40);
  for (const char* none : {"", "ALL", "CAP_NONE"}) EXPECT_FALSE(capability_number(none)) << none;
}

TEST(CapabilitiesTest, AllSpellingsAreOne) {
  for (const char* name : {"net_raw", "NET_RAW", "CAP_NET_RAW", "cap_net_raw", " NET_RAW "})
    EXPECT_EQ(capability_name(name), "CAP_NET_RAW");
  for (const char* all : {"ALL", "all", "CAP_ALL"}) EXPECT_EQ(capability_name(all), "ALL");
  EXPECT_EQ(capability_name("\xff"), "CAP_\uFFFD");
}

TEST(CapabilitiesTest, FollowsTheEnginesRules) {
  EXPECT_EQ(docker({}).size(), 14u);
  EXPECT_EQ(effective_capabilities("podman", false, {}, {}).size(), 11u);
  EXPECT_THAT(docker({"sys_admin"}), Contains("CAP_SYS_ADMIN"));
  EXPECT_THAT(docker({}, {"NET_RAW"}), Not(Contains("CAP_NET_RAW")));
  EXPECT_THAT(docker({"NET_RAW"}, {"all"}), ElementsAre("CAP_NET_RAW"));
  EXPECT_EQ(docker({"ALL"}).size(), 41u);
  EXPECT_THAT(docker({"ALL", "NET_RAW"}, {"NET_RAW"}), Not(Contains("CAP_NET_RAW")));
  EXPECT_EQ(docker({"ALL"}, {"ALL"}).size(), 41u) << "moby asks for ALL added first";
  EXPECT_THAT(docker({"NET_RAW"}, {"NET_RAW"}), Contains("CAP_NET_RAW"))
      << "what is added is there";
  EXPECT_EQ(effective_capabilities("docker", true, {}, {"ALL"}).size(), 41u)
      << "a privileged container drops nothing";
}

}  // namespace
}  // namespace seawall::benchmark
