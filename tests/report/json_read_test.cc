// A saved report is the report again, to the byte; and one that is damaged, shortened or of another
// version is refused with the place.
#include "report/json_read.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "report/renderers.h"
#include "report/sample_report.h"
#include "support/image_builder.h"
#include "support/support.h"

namespace seawall::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Every member that the form carries, away from its default.
ScanReport full_report() {
  ScanReport report = test::sample_report();
  report.tool_digest = test::digest('e').text();
  report.artifact.base = {"debian:12", test::digest('7').text(), 1, 0, "label"};
  report.artifact.settings = {"app",
                              "/srv/app",
                              "SIGQUIT",
                              "CMD-SHELL true",
                              {"/init", "--"},
                              {"serve"},
                              {"LANG", "PATH"},
                              {"443/tcp", "80/tcp"},
                              {"/data"},
                              {{"maintainer", "team-a"}, {"org.example.\n\xc3\xa9", ""}}};
  Distribution& distribution = report.inventory.distribution;
  distribution.variant_id = "slim";
  distribution.id_like = {"linux", "unix"};
  distribution.cpe_name = "cpe:/o:debian:debian_linux:12";
  Package& package = report.inventory.packages.front();
  package.source_version = "1:25.2.3";
  package.module = "erlang:25";
  package.vendor = "Debian";
  package.found_by = "dpkg";
  package.depends = {"libc6@2.36-9+deb12u7", "zlib1g@1:1.2.13.dfsg-1"};
  package.development = package.direct = true;
  package.checksum = "sha256:" + std::string(64, 'f');
  package.owner = "erlang";
  VulnerabilityDetail& detail = report.findings.front().vulnerability;
  detail.advisories = {"DSA-5906-1"};
  detail.affected_range = "<1:25.2.3+dfsg-1+deb12u1";
  detail.note = "urgent";
  detail.ransomware = detail.malicious = true;
  detail.withdrawn = "2026-01-01T00:00:00Z";
  report.findings.front().controls = {"nist-800-190:4.1.1"};
  Finding aside = report.findings[2];
  aside.suppression = {"vex",          "product.openvex.json",
                       "not_affected", "component_not_present",
                       "not shipped",  "team-a",
                       "2027-01-01"};
  report.suppressed = {aside};
  report.notes = {{"srv/app/pom.xml", "versions that only Maven resolves", "", Code::kUnsupported}};
  report.problems = {{"layer 3 of 3", "is truncated", "save it again", Code::kLimit}};
  report.state_message = "why";
  report.state_hint = "what to do";
  return report;
}

std::string written() {
  return render_json(test::sample_report());
}

// The sample report with one text replaced, which must be there.
std::string edited(std::string_view from, std::string_view to) {
  std::string text = written();
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::string error_of(std::string text, const Limits& limits = {}) {
  const auto report = read_json(std::move(text), limits);
  EXPECT_FALSE(report.ok());
  return report.ok() ? "" : report.error().text();
}

TEST(JsonRead, GivesTheSameBytesAgain) {
  std::vector<ScanReport> reports = {test::sample_report(), test::clean_report(), full_report(),
                                     ScanReport()};
  for (int state = 0; state <= static_cast<int>(AssessmentState::kError); ++state) {
    reports.push_back(test::troubled_report(static_cast<AssessmentState>(state)));
  }
  for (const ScanReport& report : reports) {
    const std::string bytes = render_json(report);
    const auto read = read_json(bytes);
    ASSERT_OK(read);
    EXPECT_EQ(render_json(*read), bytes);
    EXPECT_EQ(exit_code_of(*read), exit_code_of(report));
  }
}

TEST(JsonRead, GivesTheSamePackagesAndFindings) {
  const ScanReport report = full_report();
  const auto read = read_json(render_json(report));
  ASSERT_OK(read);
  EXPECT_EQ(read->inventory.packages, report.inventory.packages);
  EXPECT_EQ(read->inventory.distribution, report.inventory.distribution);
  ASSERT_EQ(read->findings.size(), report.findings.size());
  for (size_t i = 0; i < report.findings.size(); ++i) {
    EXPECT_EQ(read->findings[i].fingerprint, report.findings[i].fingerprint);
    EXPECT_EQ(read->findings[i].package, report.findings[i].package);
    EXPECT_EQ(read->findings[i].location, report.findings[i].location);
    EXPECT_EQ(read->findings[i].vulnerability.cvss, report.findings[i].vulnerability.cvss);
  }
  ASSERT_EQ(read->suppressed.size(), 1u);
  EXPECT_EQ(read->suppressed[0].suppression.expires, "2027-01-01");
  EXPECT_EQ(read->artifact.layers[1].diff_id, report.artifact.layers[1].diff_id);
  EXPECT_EQ(read->artifact.settings, report.artifact.settings);
  EXPECT_EQ(read->database.built, report.database.built);
  EXPECT_EQ(read->problems[0].code, Code::kLimit);
}

// The whole way: an image, scanned by the binary, with settings, a package and a secret.
TEST(JsonRead, ReadsWhatTheBinaryWrote) {
  test::ImageParts parts;
  parts.layers = {test::debian_layer({{"demo", "1.0-1"}}),
                  test::tar_of({{"app/.env", "password=hunter2hunter2\n"}})};
  parts.config = fmt::format(
      R"({{"architecture":"amd64","os":"linux","created":"2026-11-01T00:00:00Z",)"
      R"("config":{{"User":"app","Entrypoint":["/app/run"],"Cmd":["-v"],"Env":["PATH=/bin","A=b"],)"
      R"("ExposedPorts":{{"80/tcp":{{}}}},"Volumes":{{"/data":{{}}}},"Labels":{{"z":"1","a":"2"}},)"
      R"("WorkingDir":"/app","StopSignal":"SIGQUIT","Healthcheck":{{"Test":["CMD","true"]}}}},)"
      R"("rootfs":{{"type":"layers","diff_ids":["sha256:{}","sha256:{}"]}},)"
      R"("history":[{{"created_by":"ADD rootfs /"}},{{"created_by":"COPY . /app"}}]}})",
      test::hex_of(parts.layers[0]), test::hex_of(parts.layers[1]));
  const test::ScratchDirectory scratch;
  const std::string archive = scratch.write("app.tar", test::docker_archive(parts));
  const std::string bytes = test::seawall({"scan", archive, "--format", "json"},
                                          {"SEAWALL_CACHE_DIR=" + scratch.path() + "/cache"})
                                .out;
  const auto report = read_json(bytes);
  ASSERT_OK(report);
  EXPECT_EQ(render_json(*report), bytes);
  EXPECT_EQ(report->artifact.layers.size(), 2u);
  EXPECT_EQ(report->artifact.settings.environment, (std::vector<std::string>{"A", "PATH"}));
  EXPECT_EQ(report->artifact.settings.labels.size(), 2u);
  ASSERT_EQ(report->inventory.packages.size(), 1u);
  EXPECT_EQ(report->inventory.packages[0].name, "demo");
  EXPECT_FALSE(report->findings.empty());
}

// Every other format is a function of the report, so it must not see that it was saved.
TEST(JsonRead, OtherFormatsOfItAreTheSame) {
  const ScanReport report = full_report();
  const auto read = read_json(render_json(report));
  ASSERT_OK(read);
  EXPECT_EQ(render_sarif(*read), render_sarif(report));
  EXPECT_EQ(render_cyclonedx(*read), render_cyclonedx(report));
  EXPECT_EQ(render_markdown(*read), render_markdown(report));
}

// Invalid UTF-8 is repaired when it is written, so the first reading settles it.
TEST(JsonRead, HostileTextSurvives) {
  ScanReport report = test::hostile_report();
  for (RuleOutcome& outcome : report.decision.outcomes) outcome.findings.pop_back();
  const auto read = read_json(render_json(report));
  ASSERT_OK(read);
  EXPECT_EQ(read->findings[0].title, to_valid_utf8(report.findings[0].title));
  const std::string bytes = render_json(*read);
  const auto again = read_json(bytes);
  ASSERT_OK(again);
  EXPECT_EQ(render_json(*again), bytes);
}

TEST(JsonRead, RefusesOtherVersionsAndDocuments) {
  const auto code = [](std::string text) { return read_json(std::move(text)).error().code(); };
  EXPECT_EQ(code("{}"), Code::kUnsupported);
  EXPECT_EQ(code("[]"), Code::kUnsupported);
  EXPECT_EQ(code("{\"bomFormat\": \"CycloneDX\"}"), Code::kUnsupported);
  EXPECT_EQ(code(edited("scan-report-1.json", "scan-report-2.json")), Code::kUnsupported);
  EXPECT_EQ(code(edited("\"schemaVersion\": 1", "\"schemaVersion\": 2")), Code::kUnsupported);
  EXPECT_EQ(code(edited("\"schemaVersion\": 1", "\"schemaVersion\": \"1\"")), Code::kUnsupported);
  EXPECT_THAT(error_of(edited("\"schemaVersion\": 1", "\"schemaVersion\": 2")),
              HasSubstr("the report is of version 2"));
  EXPECT_EQ(code(written().substr(0, 5000)), Code::kMalformed);
  EXPECT_EQ(code(""), Code::kMalformed);
}

TEST(JsonRead, IgnoresWhatItDoesNotKnow) {
  const auto read = read_json(edited("\"state\":", "\"later\": {\"a\": [1]}, \"state\":"));
  ASSERT_OK(read);
  EXPECT_EQ(render_json(*read), written());
}

TEST(JsonRead, SaysWhereAndWhat) {
  EXPECT_THAT(error_of(edited("\"verdict\": \"deny\"", "\"verdict\": \"fine\"")),
              AllOf(StartsWith("line "), HasSubstr("\"verdict\" has no value \"fine\"")));
  EXPECT_THAT(error_of(edited("\"state\": \"findings\"", "\"state\": true")),
              HasSubstr("\"state\" must be a word, not boolean"));
  EXPECT_THAT(error_of(edited("\"verdict\":", "\"was\":")), HasSubstr("\"verdict\" is missing"));
  EXPECT_THAT(error_of(edited("\"policy\": \"built-in baseline\"", "\"policy\": 1")),
              HasSubstr("\"policy\" must be a string, not number"));
  EXPECT_EQ(error_of("{\n\"schema\": \"https://seawall.dev/schema/scan-report-1.json\",\n"
                     "\"schemaVersion\": 1, \"tool\": []}"),
            "line 3, column 29: an object is needed here, not array");
}

TEST(JsonRead, RefusesValuesOutOfTheirBounds) {
  struct Case {
    std::string_view from, to, message;
  };
  const Case kCases[] = {
      {"\"index\": 1", "\"index\": 2", "\"index\" is out of order"},
      {"\"size\": 412000000", "\"size\": -1", "\"size\" must be a whole number"},
      {"\"size\": 412000000", "\"size\": 1.5", "\"size\" must be a whole number"},
      {"\"score\": 10", "\"score\": 10.5", "\"score\" must be a number of 0 to 10"},
      {"\"score\": 10", "\"score\": null", "\"score\" must be a number of 0 to 10"},
      {"\"epss\": 0.0091", "\"epss\": 1.01", "\"epss\" must be a number of 0 to 1"},
      {"\"knownExploited\": true", "\"knownExploited\": 1", "must be true or false, not number"},
      {"\"layer\": 1", "\"layer\": 100001", "\"layer\" must be a whole number of 0 to 100000"},
      {"\"diffId\": \"sha256:a", "\"diffId\": \"sha256:A", "\"diffId\" "},
      {"2026-11-22T08:00:00Z", "2026-11-22", "\"built\" must be a time"},
      {"2026-11-22T08:00:00Z", "2026-11-22T10:00:00+02:00", "\"built\" must be a time"},
      {"\"type\": \"deb\"", "\"type\": \"exe\"", "\"type\" has no value \"exe\""},
      {"\"tags\": [", "\"tags\": [ {},", "\"tags\" may only hold strings, not object"},
      {"\"tags\": [", "\"tags\": true, \"x\": [", "\"tags\" must be an array, not boolean"},
      {"\"fingerprint\": \"", "\"fingerprint\": \"0", "\"fingerprint\" must be 32"},
      {"\"closes\": [", "\"closes\": [ 12,", "\"closes\" may only hold indexes below 12"},
      {"\"closes\": [", "\"closes\": [ -1,", "\"closes\" may only hold indexes below 12"},
  };
  for (const Case& test : kCases) {
    EXPECT_THAT(error_of(edited(test.from, test.to)), HasSubstr(test.message)) << test.to;
  }
}

TEST(JsonRead, SettingsAreCheckedAndSorted) {
  const std::string_view layers = "\"layers\": [";
  const auto with = [&](std::string_view settings) {
    return edited(layers, fmt::format("\"settings\": {}, {}", settings, layers));
  };
  const auto read = read_json(
      with(R"({"user": "app", "entryPoint": [], "command": ["z", "a"], "environment": ["B", "A"],
               "ports": [], "volumes": [], "labels": {"b": "1", "a": "2"}})"));
  ASSERT_OK(read);
  const ImageSettings& settings = read->artifact.settings;
  EXPECT_EQ(settings.user, "app");
  EXPECT_EQ(settings.command, (std::vector<std::string>{"z", "a"}));
  EXPECT_EQ(settings.environment, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(settings.labels,
            (std::vector<std::pair<std::string, std::string>>{{"a", "2"}, {"b", "1"}}));
  EXPECT_THAT(error_of(with("{}")), HasSubstr("\"entryPoint\" is missing"));
  EXPECT_THAT(error_of(with(R"({"entryPoint": [], "command": [], "environment": [], "ports": [],
                                "volumes": [], "labels": {"a": 1}})")),
              HasSubstr("\"labels\" may only hold strings, not number"));
}

// A gate must not be passed by taking lines out of a saved report.
TEST(JsonRead, RefusesAReportThatWasShortened) {
  const ScanReport whole = test::troubled_report(AssessmentState::kError);
  std::string text = render_json(whole);
  EXPECT_THAT(error_of(replace_all(text, "\"exitCode\": 2", "\"exitCode\": 0")),
              HasSubstr("\"exitCode\" is 0, but the content of the report gives 2"));
  ScanReport fewer = whole;
  fewer.inventory.packages.pop_back();
  const std::string count = "\"packages\": 6,\n    \"findings\"";
  EXPECT_THAT(text, HasSubstr(count));
  EXPECT_THAT(
      error_of(replace_all(render_json(fewer), "\"packages\": 5,\n    \"findings\"", count)),
      HasSubstr("\"packages\" is 6, but the content of the report gives 5"));
}

TEST(JsonRead, IsBounded) {
  Limits limits;
  limits.packages = 5;
  EXPECT_THAT(error_of(written(), limits),
              HasSubstr("\"packages\" has 6 entries; at most 5 are read"));
  limits = {};
  limits.layers = 2;
  EXPECT_EQ(read_json(written(), limits).error().code(), Code::kLimit);
  limits = {};
  limits.document_bytes = 1000;
  EXPECT_EQ(read_json(written(), limits).error().code(), Code::kLimit);
}

TEST(JsonRead, KnowsAReportByItsStart) {
  EXPECT_TRUE(looks_like_json_report(written()));
  EXPECT_TRUE(looks_like_json_report(written().substr(0, 200)));
  EXPECT_TRUE(
      looks_like_json_report("\n {\"schema\":\"https://seawall.dev/schema/scan-report-9.json"));
  EXPECT_FALSE(looks_like_json_report("{\"bomFormat\": \"CycloneDX\"}"));
  EXPECT_FALSE(looks_like_json_report("https://seawall.dev/schema/scan-report-1.json"));
  EXPECT_FALSE(looks_like_json_report(""));
}

}  // namespace
}  // namespace seawall::report
