// What it means that a path of the host is inside a container.
#include "benchmark/collectors/host_paths.h"

#include <unistd.h>

#include "support/support.h"

namespace seawall::benchmark {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HostPathsTest, KnowsWhatIsSensitive) {
  for (const char* path : {"/", "/etc", "/etc/shadow", "/home/ann/.ssh", "/var", "/var/lib",
                           "/var/lib/docker", "/var/lib/docker/volumes", "/var/run", "/proc",
                           "/sys/fs/cgroup", "/dev/sda", "/boot", "/home", "/usr/bin", "/lib"})
    EXPECT_NE(sensitivity_of(path), "") << path;
  for (const char* path :
       {"/srv/data", "/etc/localtime", "/etc/ssl/certs/ca.pem", "/etcetera", "/var/lib/postgres",
        "/var/lib/docker/volumes/data/_data", "/opt/app", "", "relative", "/rooted"})
    EXPECT_EQ(sensitivity_of(path), "") << path;
}

// F20: folders above a socket lead to it as well, and sockets of other engines count.
TEST(HostPathsTest, FindsTheSocketsBelowAPath) {
  const test::ScratchDirectory scratch;
  scratch.write("run/docker.sock", "");
  scratch.write("run/containerd/containerd.sock", "");
  scratch.write("srv/own/engine.sock", "");
  const HostFiles files(scratch.path());
  EXPECT_THAT(sockets_below(files, "/var/run/docker.sock", {}), ElementsAre("/run/docker.sock"));
  EXPECT_THAT(sockets_below(files, "/run/podman/podman.sock", {}),
              ElementsAre("/run/podman/podman.sock"))
      << "itself, though it may not be there yet";
  EXPECT_THAT(sockets_below(files, "/run", {}),
              ElementsAre("/run/docker.sock", "/run/containerd/containerd.sock"));
  EXPECT_THAT(sockets_below(files, "/run/containerd", {}),
              ElementsAre("/run/containerd/containerd.sock"));
  EXPECT_THAT(sockets_below(files, "/srv", {"", "/srv/own/engine.sock"}),
              ElementsAre("/srv/own/engine.sock"));
  EXPECT_EQ(sockets_below(files, "/", {"/srv/own/engine.sock", "/run/docker.sock"}).size(), 3u);
  EXPECT_THAT(sockets_below(files, "/run/containerd-other", {}), IsEmpty());
  EXPECT_THAT(sockets_below(files, "/srv", {}), IsEmpty());
}

TEST(HostPathsTest, LinksOfThisHostAreFollowed) {
  const test::ScratchDirectory scratch;
  const std::string link = scratch.path() + "/link";
  ASSERT_EQ(::symlink("/etc", link.c_str()), 0);
  EXPECT_EQ(resolved(HostFiles("/"), link), "/etc");
  EXPECT_EQ(resolved(HostFiles("/"), "/no/such/path"), "/no/such/path");
  EXPECT_EQ(resolved(HostFiles(scratch.path()), link), link) << "those of a tree lead elsewhere";
}

}  // namespace
}  // namespace seawall::benchmark
