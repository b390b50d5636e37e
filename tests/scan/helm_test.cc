#include "scan/helm.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "scan/chart.h"
#include "support/image_builder.h"
#include "support/support.h"

namespace seawall::scan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kChart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
constexpr std::string_view kTemplate =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}-{{ .Values.tier }}}\n";

// A stand-in for helm, found before any other.
class Helm : public testing::Test {
 protected:
  void SetUp() override {
    old_path_ = std::getenv("PATH") ? std::getenv("PATH") : "";
    scratch_.write("web/Chart.yaml", kChart);
    scratch_.write("web/values.yaml", "tier: front\n");
    scratch_.write("web/templates/pod.yaml", kTemplate);
    scratch_.write("web/templates/_names.tpl", "{{ define \"a\" }}{{ end }}");
  }
  void TearDown() override { ::setenv("PATH", old_path_.c_str(), 1); }
  void stand_in(const std::string& script) {
    const std::string file = scratch_.write("bin/helm", "#!/bin/sh\n" + script);
    ::chmod(file.c_str(), 0755);
    ::setenv("PATH", (scratch_.path() + "/bin:" + old_path_).c_str(), 1);
  }
  Result<std::vector<RenderedFile>> render(HelmOptions options = {}) {
    return render_chart(scratch_.path() + "/web", options, Limits{});
  }
  // Those that were not there before the test.
  size_t private_directories() const { return all_private_directories() - before_; }
  static size_t all_private_directories() {
    size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
      const std::string name = entry.path().filename().string();
      count += name.starts_with("seawall-") && !name.starts_with("seawall-test-");
    }
    return count;
  }
  const size_t before_ = all_private_directories();
  test::ScratchDirectory scratch_;
  std::string old_path_;
};

TEST_F(Helm, GivesTheRenderedFilesByTemplate) {
  stand_in(R"(for word; do last=$word; done
[ "$1 $2" = "template --include-crds" ] || exit 3
cat "$last/templates/pod.yaml" > /dev/null || exit 4
printf -- '---\n# Source: web/templates/pod.yaml\nkind: Pod\n'
printf -- '---\n# Source: web/charts/sub/templates/job.yaml\nkind: Job\n---\nkind: Other\n')");
  const auto files = render();
  ASSERT_OK(files);
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].path, scratch_.path() + "/web/templates/pod.yaml");
  EXPECT_EQ((*files)[0].text, "---\n# Source: web/templates/pod.yaml\nkind: Pod\n");
  EXPECT_EQ((*files)[1].path, scratch_.path() + "/web/charts/sub/templates/job.yaml");
  EXPECT_THAT((*files)[1].text, HasSubstr("kind: Job\n---\nkind: Other\n"));
  EXPECT_EQ(private_directories(), 0u);
}

TEST_F(Helm, SeesValuesUnderNamesOfOursAndNothingOfTheEnvironment) {
  ::setenv("SEAWALL_TEST_SECRET", "x", 1);
  stand_in(R"([ -z "$SEAWALL_TEST_SECRET" ] && [ -d "$HELM_PLUGINS" ] || exit 3
[ "$3 $5 $7" = "--values --values --" ] || exit 4
printf -- '---\n# Source: web/templates/pod.yaml\n'; cat "$4" "$6"; echo "names: '$4 $6'")");
  const auto files = render({{scratch_.write("https:/a,b.yaml", "tier: back\n"),
                              scratch_.write("$(c).yaml", "more: 1\n")}});
  ::unsetenv("SEAWALL_TEST_SECRET");
  ASSERT_OK(files);
  EXPECT_THAT((*files)[0].text, HasSubstr("tier: back\nmore: 1\n"));
  EXPECT_THAT((*files)[0].text, Not(HasSubstr("a,b")));
  EXPECT_EQ(render({{scratch_.path() + "/none.yaml"}}).error().code(), Code::kNotFound);
}

TEST_F(Helm, FailuresNameWhatHelmSays) {
  stand_in(R"(for word; do last=$word; done
echo 'WARNING: something' >&2; printf "Error: no value\033[31m\n  for $last/x\n" >&2; exit 1)");
  const auto failed = render();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code(), Code::kMalformed);
  EXPECT_EQ(failed.error().message(),
            "helm cannot render it, so that 1 template cannot be judged: no value\\x1b[31m   for " +
                scratch_.path() + "/web/x");
  EXPECT_THAT(failed.error().hint(), HasSubstr("--helm-values"));
  stand_in("echo 'Error: found in Chart.yaml, but missing in charts/ directory: x' >&2; exit 1");
  EXPECT_THAT(render().error().hint(), HasSubstr("helm dependency build"));
  stand_in("exit 9");
  EXPECT_THAT(render().error().message(), HasSubstr("it says nothing"));
  EXPECT_EQ(private_directories(), 0u);
}

TEST_F(Helm, IsStoppedAtItsLimits) {
  stand_in("sleep 60");
  EXPECT_EQ(render({{}, std::chrono::milliseconds(200)}).error().code(), Code::kTimeout);
  stand_in("yes 'kind: Pod'");
  const auto flood = render();
  EXPECT_EQ(flood.error().code(), Code::kLimit);
  EXPECT_THAT(flood.error().message(), HasSubstr("1 template cannot be judged"));
  set_interrupted(true);
  const auto cancelled = render();
  set_interrupted(false);
  EXPECT_EQ(cancelled.error().code(), Code::kCancelled);
  EXPECT_EQ(private_directories(), 0u);
}

TEST_F(Helm, IsNotAskedForALibraryNorMissedForIt) {
  ::setenv("PATH", (scratch_.path() + "/nothing").c_str(), 1);
  const auto missing = render();
  EXPECT_EQ(missing.error().code(), Code::kUnsupported);
  EXPECT_THAT(missing.error().message(), HasSubstr("helm is not installed: 1 template of chart"));
  EXPECT_THAT(missing.error().hint(), HasSubstr("seawall lint -"));
  scratch_.write("web/Chart.yaml", std::string(kChart) + "type: library\n");
  const auto library = render();
  ASSERT_OK(library);
  EXPECT_TRUE(library->empty());
}

TEST_F(Helm, LinksThatLeaveTheChartAreRefused) {
  stand_in("for word; do last=$word; done; cat \"$last/templates/linked.yaml\"");
  const std::string link = scratch_.path() + "/web/templates/linked.yaml";
  ASSERT_EQ(::symlink("../values.yaml", link.c_str()), 0);
  const auto inside = render();
  ASSERT_OK(inside);
  EXPECT_EQ((*inside)[0].text, "tier: front\n");
  scratch_.write("outside.yaml", "a: secret\n");
  for (const char* target : {"../../outside.yaml", "/etc/passwd", "a/../../../outside.yaml"}) {
    ::unlink(link.c_str());
    ASSERT_EQ(::symlink(target, link.c_str()), 0);
    const auto outside = render();
    ASSERT_FALSE(outside.ok()) << target;
    EXPECT_EQ(outside.error().message(), "the link templates/linked.yaml leaves the chart");
  }
}

TEST(Chart, LinksAreJudgedWithoutAskingTheDisk) {
  EXPECT_TRUE(link_stays_inside("a", "b/c"));
  EXPECT_TRUE(link_stays_inside("a/b", "../c"));
  EXPECT_TRUE(link_stays_inside("a/b", "./.././c/"));
  EXPECT_FALSE(link_stays_inside("a", "../c"));
  EXPECT_FALSE(link_stays_inside("a/b", "../../c"));
  EXPECT_FALSE(link_stays_inside("a/b", "c/../d")) << "where c leads is not known";
  EXPECT_FALSE(link_stays_inside("a", "/b"));
  EXPECT_FALSE(link_stays_inside("a", ""));
}

TEST_F(Helm, PackedChartsAreReadToo) {
  const auto packed = [&](std::vector<std::pair<std::string, std::string>> files) {
    return scratch_.write("web-1.0.0.tgz", test::pack(Compression::kGzip, test::tar_of(files)));
  };
  const std::string path = packed({{"web/Chart.yaml", std::string(kChart)},
                                   {"web/templates/pod.yaml", std::string(kTemplate)},
                                   {"web/charts/sub/templates/job.yml", "a: b\n"},
                                   {"web/templates/NOTES.txt", "text"}});
  const auto chart = read_chart(path, Limits{});
  ASSERT_OK(chart);
  EXPECT_EQ(chart->templates(), 2u);
  EXPECT_EQ(chart->files.at("templates/pod.yaml"), kTemplate);
  EXPECT_EQ(read_chart(packed({{"web/../../x", "y"}}), Limits{}).error().code(), Code::kMalformed);
  EXPECT_EQ(read_chart(packed({{"web/values.yaml", "y"}}), Limits{}).error().message(),
            "it has no Chart.yaml, so it is no Helm chart");
  const std::string whole = test::read(path);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{20}, whole.size() / 2})
    EXPECT_FALSE(read_chart(scratch_.write("cut.tgz", whole.substr(0, size)), Limits{}).ok());
}

TEST(ChartSet, ASubchartIsAPartOfItsParent) {
  ChartSet set;
  for (const char* path :
       {"web/Chart.yaml", "web/charts/cache/Chart.yaml", "charts/one/Chart.yaml",
        "web/charts/cache/charts/deep/Chart.yaml", "web/extra/Chart.yaml", "web/notChart.yaml"}) {
    set.add(path);
  }
  EXPECT_THAT(set.charts(), ElementsAre("charts/one", "web", "web/extra"));
  EXPECT_TRUE(set.renders("web/templates/a/b.yaml"));
  EXPECT_TRUE(set.renders("web/charts/cache/values.yaml"));
  EXPECT_TRUE(set.renders("charts/one/crds/a.yaml"));
  EXPECT_FALSE(set.renders("web/values.yaml"));
  EXPECT_FALSE(set.renders("web/charts/cache/Dockerfile")) << "helm has nothing to say of it";
  EXPECT_FALSE(set.renders("web/crds.yaml"));
  EXPECT_FALSE(set.renders("templates/a.yaml"));
  EXPECT_FALSE(set.renders("other/templates/a.yaml"));
  ChartSet root;
  root.add("Chart.yaml");
  root.add("charts/sub/Chart.yaml");
  EXPECT_THAT(root.charts(), ElementsAre("."));
  EXPECT_TRUE(root.renders("templates/a.yaml"));
}

TEST(SplitRendered, HostileCommentsStayInTheChart) {
  const auto files = split_rendered(
      "kind: A\n---\n# Source: web/../../etc/passwd\nkind: B\n---\n# Source: web\nkind: C\n"
      "---\n# Source: web/templates/x.yaml\r\nkind: D\n# Source: web/templates/y.yaml\n---\n---\n",
      "c");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path, "c");
  EXPECT_THAT(files[0].text, HasSubstr("kind: C"));
  EXPECT_EQ(files[1].path, "c/templates/x.yaml");
  EXPECT_THAT(files[1].text, HasSubstr("kind: D"));
  EXPECT_TRUE(split_rendered("", "c").empty());
  EXPECT_TRUE(split_rendered("---\n\n", "c").size() <= 1);
}

TEST(RealHelm, RendersWithValuesAndRefusesWhatIsEndless) {
  if (!test::on_path("helm")) GTEST_SKIP() << "helm is not in PATH";
  const test::ScratchDirectory scratch;
  scratch.write("web/Chart.yaml", kChart);
  scratch.write("web/values.yaml", "tier: front\n");
  scratch.write("web/templates/pod.yaml", kTemplate);
  scratch.write("web/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n");
  scratch.write("web/charts/sub/templates/job.yaml", "kind: {{ .Chart.Name }}\n");
  const std::string chart = scratch.path() + "/web";
  const HelmOptions options = {{scratch.write("v.yaml", "tier: back\n")}};
  const auto files = render_chart(chart, options, Limits{});
  ASSERT_OK(files);
  ASSERT_EQ(files->size(), 2u);
  EXPECT_THAT((*files)[0].path + (*files)[1].path, HasSubstr(chart + "/templates/pod.yaml"));
  EXPECT_THAT((*files)[0].text + (*files)[1].text, HasSubstr("{name: release-name-back}"));
  EXPECT_THAT((*files)[0].text + (*files)[1].text, HasSubstr("kind: sub"));
  scratch.write("web/templates/a.yaml", "{{ range until 2000000000 }}x{{ end }}");
  const auto endless = render_chart(chart, {{}, std::chrono::seconds(10)}, Limits{});
  ASSERT_FALSE(endless.ok());
  EXPECT_THAT(endless.error().message(), HasSubstr("3 templates cannot be judged"));
}

}  // namespace
}  // namespace seawall::scan
