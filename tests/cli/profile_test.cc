// The verbs of seawall profile, as a person uses them.
#include <fmt/format.h>

#include "codec/json.h"
#include "codec/yaml.h"
#include "guard/event/event_json.h"
#include "guard/profile/event_builder.h"
#include "support/image_builder.h"

namespace seawall {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kProfile =
    "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: shop-api}\nmode: learn\n"
    "executables: {allow: [/usr/bin/app], newFiles: deny}\n"
    "capabilities: []\nsystemCalls: [read, write]\ndeny: [mount]\n"
    "learned: {from: 2026-11-25, to: \"2026-11-26T12:00:00Z\", containers: 3, events: 5000, "
    "lost: {ring: 0}, commands: [app]}\n";

class ProfileVerbs : public testing::Test {
 protected:
  test::RunResult profile(std::vector<std::string> arguments,
                          const std::vector<std::string>& environment = {}) {
    arguments.insert(arguments.begin(), "profile");
    return test::seawall(arguments, environment);
  }
  std::string write(std::string_view name, std::string_view text = kProfile) {
    return scratch_.write(name, text);
  }
  std::string state() const { return scratch_.path() + "/state"; }
  test::ScratchDirectory scratch_;
};

TEST_F(ProfileVerbs, ShowGivesASummaryTheDocumentAndTheList) {
  const std::string path = write("p.yaml");
  const test::RunResult summary = profile({"show", path});
  EXPECT_EQ(summary.exit_code, 0) << summary.err;
  EXPECT_THAT(summary.out, HasSubstr("Executables   1 program; never: new"));
  EXPECT_THAT(summary.out, HasSubstr("Next          may go to observe"));
  const test::RunResult yaml = profile({"show", path, "--format", "yaml"});
  EXPECT_EQ(yaml.exit_code, 0);
  const std::string again = write("again.yaml", yaml.out);
  EXPECT_EQ(profile({"show", again, "-f", "yaml"}).out, yaml.out) << "written the same again";
  EXPECT_EQ(profile({"show", path, "-f", "table"}).exit_code, 2);

  EXPECT_EQ(profile({"show", "--state", state()}).out, "there are no profiles\n");
  write("state/shop-api.yaml");
  const test::RunResult list = profile({"show", "--state", state()});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_THAT(list.out, HasSubstr("shop-api"));
  EXPECT_THAT(list.out, HasSubstr("learn"));
  EXPECT_EQ(profile({"show", "shop-api", "--state", state()}).exit_code, 0);
  const test::RunResult none = profile({"show", "shop", "--state", state()});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("there are: shop-api"));
}

TEST_F(ProfileVerbs, ErrorsShowThePlace) {
  const std::string path = write("p.yaml", std::string(kProfile) + "denny: [mount]\n");
  const test::RunResult result = profile({"show", path});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("   10 | denny: [mount]\n      |        ^\n"));
  EXPECT_THAT(result.err, HasSubstr("p.yaml:10:8: a profile has no denny\n  did you mean deny?"));
}

TEST_F(ProfileVerbs, DiffTellsByItsExitStatus) {
  const std::string before = write("a.yaml");
  std::string more(kProfile);
  more.replace(more.find("/usr/bin/app"), 12, "/usr/bin/app, /usr/bin/curl");
  const std::string after = write("b.yaml", more);
  EXPECT_EQ(profile({"diff", before, before}).exit_code, 0);
  const test::RunResult looser = profile({"diff", before, after});
  EXPECT_EQ(looser.exit_code, 1);
  EXPECT_THAT(looser.out, HasSubstr("+ looser    /usr/bin/curl"));
  EXPECT_EQ(profile({"diff", after, before}).exit_code, 0) << "only stricter";
  const auto json = parse_json(profile({"diff", before, after, "--format", "json"}).out);
  ASSERT_OK(json);
  EXPECT_TRUE(json->root()["looser"].boolean());
  EXPECT_EQ(profile({"diff", before, after, "-f", "xml"}).exit_code, 2);
  EXPECT_EQ(profile({"diff", before, before + ".none"}).exit_code, 2);
}

TEST_F(ProfileVerbs, TestReplaysRecordedEvents) {
  const std::string path = write("p.yaml");
  test::Events events;
  events.exec("/usr/bin/app");
  const std::string good = guard::write_event(events.last()) + "\n";
  events.exec("/usr/bin/curl");
  const std::string denied = guard::write_event(events.last()) + "\n";
  events.open("/etc/passwd", O_RDONLY);
  const std::string other = guard::write_event(events.last()) + "\n";
  const std::string passing = write("good.jsonl", good + "\n" + other);
  const test::RunResult passed = profile({"test", path, passing});
  EXPECT_EQ(passed.exit_code, 0) << passed.err;
  EXPECT_THAT(passed.out, HasSubstr("2 events judged, 0 would be denied"));
  const std::string failing = write("denied.jsonl", good + denied + denied);
  const test::RunResult failed = profile({"test", path, passing, failing});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.out, HasSubstr("executables.allow: /usr/bin/curl is not in the list"));
  EXPECT_THAT(failed.out, HasSubstr("(event 2), 2 times: execve by /usr/bin/curl"));
  const auto json = parse_json(profile({"test", path, failing, "-f", "json"}).out);
  ASSERT_OK(json);
  EXPECT_EQ(json->root()["denials"][0]["allow"].string(), "execute:/usr/bin/curl");
  EXPECT_EQ(profile({"test", path, failing, "--container", "shop_api_2"}).exit_code, 0);
  const test::RunResult piped =
      test::run({test::seawall_binary(), "profile", "test", path, "-"}, good + denied);
  EXPECT_EQ(piped.exit_code, 1);
  const test::RunResult broken =
      profile({"test", path, write("b.jsonl", good + "{}\nx\n" + denied)});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.err, HasSubstr("b.jsonl:3"));
  EXPECT_THAT(broken.out, HasSubstr("1 would be denied")) << "the lines that can be read count";
  // What it says to do makes the same events pass.
  EXPECT_EQ(profile({"allow", path, "execute:/usr/bin/curl", "--reason", "seen"}).exit_code, 0);
  EXPECT_EQ(profile({"test", path, failing}).exit_code, 0);
}

TEST_F(ProfileVerbs, ExportWritesWhatIsAskedFor) {
  const std::string path = write("p.yaml");
  const std::string out = scratch_.path() + "/seccomp.json";
  EXPECT_EQ(profile({"export", path, "--as", "seccomp", "-o", out}).exit_code, 0);
  const auto by_default = parse_json(test::read(out));
  ASSERT_OK(by_default);
  const auto short_one =
      parse_json(profile({"export", path, "--as", "seccomp", "--no-new-privileges"}).out);
  ASSERT_OK(short_one);
  EXPECT_GT(by_default->root()["syscalls"][0]["names"].size(),
            short_one->root()["syscalls"][0]["names"].size());
  EXPECT_THAT(profile({"export", path, "--as", "docker-run", "--image", "shop/api:1"}).out,
              EndsWith("shop/api:1\n"));
  EXPECT_EQ(profile({"export", path}).out, profile({"show", path, "-f", "yaml"}).out);
  EXPECT_THAT(profile({"export", path, "--as", "seccomp", "--also", "close_range,openat2"}).out,
              HasSubstr("openat2"));
  const test::RunResult unknown = profile({"export", path, "--as", "selinux"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("one of: profile, seccomp, apparmor"));
  const test::RunResult nothing = profile({"export", path, "--as", "network-policy"});
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("says nothing about connections"));
  EXPECT_EQ(profile({"export", path, "--as", "pod", "--labels", "x"}).exit_code, 2);
  std::string lost(kProfile);
  lost.replace(lost.find("ring: 0"), 7, "ring: 9");
  const test::RunResult incomplete =
      profile({"export", write("lost.yaml", lost), "--as", "seccomp"});
  EXPECT_EQ(incomplete.exit_code, 0);
  EXPECT_THAT(incomplete.err, HasSubstr("shop-api is incomplete: 9 events were lost (ring)"));
}

TEST_F(ProfileVerbs, AllowWritesDownWho) {
  write("state/shop-api.yaml");
  const std::vector<std::string> command = {"allow", "shop-api", "execute:/usr/bin/curl", "--state",
                                            state(), "--reason", "nightly backup"};
  const test::RunResult allowed =
      profile(command, {"SUDO_USER=ann", "USER=root", "SOURCE_DATE_EPOCH=1795737600"});
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
  const std::string text = test::read(state() + "/shop-api.yaml");
  EXPECT_THAT(text, HasSubstr("allowed:\n  - what: \"execute:/usr/bin/curl\"\n    reason: "
                              "\"nightly backup\"\n    who: ann\n    when: "
                              "\"2026-11-27T00:00:00Z\"\n"));
  EXPECT_THAT(text, HasSubstr("    - {path: /usr/bin/curl}\n"));
  EXPECT_EQ(profile(command).exit_code, 2) << "it is allowed already";
  const std::string path = write("p.yaml");
  EXPECT_EQ(profile({"allow", path, "privilege:mount", "--reason", "r"}, {"USER=bob"}).exit_code,
            0);
  EXPECT_THAT(test::read(path), HasSubstr("who: bob"));
  EXPECT_THAT(test::read(path), Not(HasSubstr("deny:\n  - mount")));
  const std::string before = test::read(path);
  EXPECT_EQ(profile({"allow", path, "call:ptrace"}).exit_code, 2) << "no reason";
  EXPECT_EQ(profile({"allow", path, "call:ptrace", "--reason", "a\nb"}).exit_code, 2);
  EXPECT_EQ(profile({"allow", path, "everything", "--reason", "r"}).exit_code, 2);
  EXPECT_EQ(test::read(path), before);
}

TEST_F(ProfileVerbs, PromoteFollowsTheCriteria) {
  const std::string path = write("p.yaml");
  EXPECT_EQ(profile({"promote", path, "--dry-run"}).out, "shop-api may go to observe\n");
  EXPECT_THAT(test::read(path), HasSubstr("mode: learn"));
  const test::RunResult not_yet =
      profile({"promote", path, "--containers", "4", "--learn-for", "3d"});
  EXPECT_EQ(not_yet.exit_code, 1);
  EXPECT_THAT(not_yet.out,
              HasSubstr("shop-api may not go to observe yet\n  3 containers were seen, "
                        "4 are wanted\n  it learned for 1 day, 3 days are wanted\n"));
  EXPECT_EQ(profile({"promote", path}, {"SOURCE_DATE_EPOCH=1795737600"}).exit_code, 0);
  EXPECT_THAT(test::read(path), HasSubstr("mode: observe"));
  EXPECT_THAT(test::read(path), HasSubstr("since: \"2026-11-27T00:00:00Z\""));
  EXPECT_EQ(profile({"promote", path}, {"SOURCE_DATE_EPOCH=1795737601"}).exit_code, 1);
  EXPECT_EQ(profile({"promote", path}, {"SOURCE_DATE_EPOCH=1796737600"}).exit_code, 0);
  EXPECT_THAT(test::read(path), HasSubstr("mode: enforce"));
  EXPECT_EQ(profile({"promote", path}).out, "shop-api enforces already\n");
  EXPECT_EQ(profile({"promote", path, "--learn-for", "soon"}).exit_code, 2);
  EXPECT_EQ(profile({"promote", path, "--containers", "many"}).exit_code, 2);
}

TEST_F(ProfileVerbs, SeedMakesAFirstProfileOfAnImage) {
  test::ImageParts parts;
  const std::string script = "#!/bin/sh\n";
  const auto file = [](const std::string& name, const std::string& bytes) {
    return test::tar_header({.name = name, .size = bytes.size(), .mode = 0755}) +
           test::padded(bytes);
  };
  parts.layers = {file("bin/sh",
                       "\x7f"
                       "ELF") +
                  file("app/start", script) + test::tar_end()};
  parts.config = fmt::format(
      R"({{"architecture":"amd64","os":"linux","config":{{"Entrypoint":["/app/start"]}},)"
      R"("rootfs":{{"type":"layers","diff_ids":["sha256:{}"]}},"history":[{{"created_by":"COPY"}}]}})",
      test::hex_of(parts.layers[0]));
  const std::string archive = write("Shop_Api.tar", test::docker_archive(parts));
  const test::RunResult seeded = profile({"seed", "docker-archive:" + archive});
  EXPECT_EQ(seeded.exit_code, 0) << seeded.err;
  EXPECT_THAT(seeded.out, HasSubstr("name: shop-api.tar"));
  EXPECT_THAT(seeded.out,
              HasSubstr("{path: /app/start, digest: \"" + digest_of(script).text() + "\"}"));
  EXPECT_THAT(seeded.out, HasSubstr("{path: /bin/sh, digest:"));
  EXPECT_THAT(seeded.out, HasSubstr("seeded: true"));
  const std::string path = write("seeded.yaml", seeded.out);
  EXPECT_EQ(profile({"show", path}).exit_code, 0);
  EXPECT_EQ(profile({"promote", path}).exit_code, 1) << "nothing was seen yet";
  EXPECT_THAT(profile({"seed", archive, "--name", "other"}).out, HasSubstr("name: other"));
  EXPECT_EQ(profile({"seed", archive, "--name", "Other"}).exit_code, 2);
  EXPECT_EQ(profile({"seed", "dir:" + scratch_.path()}).exit_code, 2) << "no image";
}

TEST_F(ProfileVerbs, MergeMakesOneOfReplicas) {
  const std::string one = write("one.yaml");
  std::string other(kProfile);
  other.replace(other.find("[read, write]"), 13, "[openat]");
  const std::string two = write("two.yaml", other);
  const test::RunResult merged = profile({"merge", one, two});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("systemCalls:\n  - openat\n  - read\n  - write\n"));
  EXPECT_THAT(merged.out, HasSubstr("containers: 6"));
  EXPECT_EQ(profile({"merge", two, one}).out, merged.out);
  other.replace(other.find("{name: shop-api}"), 16,
                "{name: shop-api, image: \"sha256:" + std::string(64, '1') + "\"}");
  EXPECT_EQ(profile({"merge", one, write("three.yaml", other)}).exit_code, 2);
}

TEST_F(ProfileVerbs, HelpHasExamples) {
  for (const char* verb : {"show", "diff", "test", "export", "allow", "promote", "seed", "merge"}) {
    const test::RunResult help = profile({verb, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    const std::string example = fmt::format("  seawall profile {}", verb);
    const size_t first = help.out.find(example, help.out.find("Examples"));
    ASSERT_NE(first, std::string::npos) << verb;
    EXPECT_NE(help.out.find(example, first + 1), std::string::npos) << verb << " has two examples";
  }
}

}  // namespace
}  // namespace seawall
