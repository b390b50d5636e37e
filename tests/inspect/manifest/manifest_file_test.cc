// Every form a file of Kubernetes objects can have, and what is left of a broken one.
#include "inspect/manifest/manifest_file.h"

#include <fmt/format.h>

#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// "kind name@line document path" of each object.
std::vector<std::string> objects_of(const ManifestFile& file) {
  std::vector<std::string> out;
  for (const ManifestObject& object : file.objects()) {
    out.push_back(fmt::format("{} {}@{} {} {}", object.kind, object.name, object.line,
                              object.document, object.json_path));
  }
  return out;
}

std::vector<std::string> problems_of(const ManifestFile& file) {
  std::vector<std::string> out;
  for (const Error& problem : file.problems()) out.push_back(problem.text());
  return out;
}

TEST(ManifestFile, ReadsEveryDocumentOfAStream) {
  const ManifestFile file = ManifestFile::read(
      "# three documents, one of them empty\n"
      "---\n"
      "apiVersion: v1\n"
      "kind: Service\n"
      "metadata: {name: web, namespace: shop}\n"
      "---\n"
      "---\n"
      "apiVersion: example.org/v1\n"
      "kind: Anything\n"
      "metadata: {generateName: any-}\n");
  EXPECT_THAT(file.problems(), IsEmpty());
  EXPECT_THAT(objects_of(file), ElementsAre("Service web@3 0 ", "Anything any-@8 2 "));
  EXPECT_EQ(file.objects()[0].namespace_name, "shop");
  EXPECT_EQ(file.objects()[0].api_version, "v1");
  EXPECT_EQ(file.objects()[1].namespace_name, "");
  EXPECT_EQ((*file.objects()[1].node)["kind"].string(), "Anything");
}

TEST(ManifestFile, ReadsListsOfListsAndTypedLists) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: v1\n"
      "kind: List\n"
      "items:\n"
      "- apiVersion: v1\n"
      "  kind: Secret\n"
      "  metadata: {name: a}\n"
      "- apiVersion: v1\n"
      "  kind: PodList\n"
      "  items:\n"
      "  - metadata: {name: b}\n"
      "  - {apiVersion: v2, kind: Other, metadata: {name: c}}\n"
      "- apiVersion: v1\n"
      "  kind: ConfigMapList\n"
      "  items: null\n");
  EXPECT_THAT(file.problems(), IsEmpty());
  EXPECT_THAT(objects_of(file), ElementsAre("Secret a@4 0 items[0]", "Pod b@10 0 items[1].items[0]",
                                            "Other c@11 0 items[1].items[1]"));
  EXPECT_EQ(file.objects()[1].api_version, "v1");
}

TEST(ManifestFile, AKindThatOnlySoundsLikeAListIsAnObject) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: example.org/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n");
  EXPECT_THAT(objects_of(file), ElementsAre("AllowList a@1 0 "));
}

TEST(ManifestFile, ReadsJsonAndStreamsOfIt) {
  const ManifestFile one =
      ManifestFile::read(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"a{\"}"}})");
  EXPECT_THAT(objects_of(one), ElementsAre("Pod a{\"}@1 0 "));
  const ManifestFile stream = ManifestFile::read(
      "\n{\"apiVersion\":\"v1\",\n \"kind\":\"Pod\", \"metadata\":{\"name\":\"a\"}}"
      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}\n\n"
      "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"}{\"}}\n");
  EXPECT_THAT(stream.problems(), IsEmpty());
  EXPECT_THAT(objects_of(stream), ElementsAre("Pod a@2 0 ", "Pod @3 1 ", "Service }{@5 2 "));
  const ManifestFile array = ManifestFile::read(R"([{"apiVersion":"v1","kind":"Pod"}])");
  EXPECT_THAT(objects_of(array), ElementsAre("Pod @1 0 [0]"));
  const ManifestFile flow = ManifestFile::read("{apiVersion: v1, kind: Pod}");
  EXPECT_THAT(objects_of(flow), ElementsAre("Pod @1 0 "));
}

TEST(ManifestFile, SaysWhatIsNoObject) {
  const ManifestFile file = ManifestFile::read(
      "just text\n"
      "---\n"
      "apiVersion: v1\n"
      "---\n"
      "kind: Pod\n"
      "---\n"
      "apiVersion: v1\n"
      "kind: List\n"
      "items:\n"
      "- 3\n"
      "- kind: Pod\n"
      "- apiVersion: v1\n"
      "  kind: Pod\n"
      "---\n"
      "{apiVersion: v1, kind: 7}\n");
  EXPECT_THAT(objects_of(file), ElementsAre("Pod @12 3 items[2]"));
  EXPECT_THAT(problems_of(file),
              ElementsAre("line 1, column 1: the document is a string, no object",
                          "line 3, column 1: the document has no \"kind\"",
                          "line 5, column 1: the document has no \"apiVersion\"",
                          "line 10, column 3: items[0] is a number, no object",
                          "line 11, column 3: items[1] has no \"apiVersion\"",
                          "line 15, column 1: the document has no \"kind\""));
}

TEST(ManifestFile, ABrokenDocumentHidesNoOther) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: v1\n"
      "kind: Pod\n"
      "metadata: {name: first}\n"
      "--- # a comment\n"
      "apiVersion: v1\n"
      "kind: Pod\n"
      "kind: Pod\n"
      "---\r\n"
      "apiVersion: v1\n"
      "kind: Pod\n"
      "metadata: {name: third}\n"
      "---\n"
      "a: 'no end\n"
      "--- {apiVersion: v1, kind: Pod, metadata: {name: fifth}}\n");
  EXPECT_THAT(objects_of(file), ElementsAre("Pod first@1 0 ", "Pod third@9 2 ", "Pod fifth@14 4 "));
  EXPECT_THAT(problems_of(file),
              ElementsAre("document 2: line 7, column 1: the key \"kind\" stands already at line 6",
                          HasSubstr("document 4: line 1")));
}

TEST(ManifestFile, TheFirstDocumentMayBeTheBrokenOne) {
  for (const char* start : {"", "---\n", "# first\n---\n", "\n\n"}) {
    const ManifestFile file = ManifestFile::read(
        fmt::format("{}a: b: c\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: ok}}\n", start));
    ASSERT_THAT(file.objects(), SizeIs(1)) << start;
    EXPECT_EQ(file.objects()[0].document, 1u) << start;
    ASSERT_THAT(file.problems(), SizeIs(1)) << start;
    EXPECT_THAT(file.problems()[0].text(), HasSubstr("document 1: line ")) << start;
  }
}

TEST(ManifestFile, TemplatesOfHelmAreCalledSo) {
  for (const char* text : {"apiVersion: v1\nkind: {{ .Values.kind }}\n",
                           "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n",
                           "{{ include \"a\" . }}\n{{ include \"b\" . }}\n",
                           "kind: Pod\n{{ include \"common\" . }}"}) {
    const ManifestFile file = ManifestFile::read(text);
    EXPECT_THAT(file.objects(), IsEmpty()) << text;
    ASSERT_THAT(file.problems(), SizeIs(1)) << text;
    EXPECT_EQ(file.problems()[0].code(), Code::kUnsupported) << text;
    EXPECT_THAT(file.problems()[0].text(), HasSubstr("which Helm has to render")) << text;
    EXPECT_THAT(file.problems()[0].hint(), HasSubstr("helm template")) << text;
  }
  const ManifestFile quoted = ManifestFile::read("apiVersion: v1\nkind: '{{ .Values.kind }}'\n");
  EXPECT_THAT(quoted.problems(), IsEmpty());
  const ManifestFile second = ManifestFile::read("a: 1\n---\n\nb: {{ c }}\n---\na: 2\n");
  EXPECT_THAT(problems_of(second)[0], HasSubstr("document 2: line 4, column 4: it is a template"));
}

TEST(ManifestFile, AliasesAndMergeKeysAreFollowedWithinALimit) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: v1\n"
      "kind: List\n"
      "items:\n"
      "- &a {apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
      "- <<: *a\n"
      "  metadata: {name: b}\n"
      "- *a\n");
  EXPECT_THAT(objects_of(file),
              ElementsAre("Pod a@4 0 items[0]", "Pod b@5 0 items[1]", "Pod a@4 0 items[2]"));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i)
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  const ManifestFile bombed =
      ManifestFile::read(bomb + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: ok}\n");
  ASSERT_THAT(bombed.problems(), SizeIs(1));
  EXPECT_EQ(bombed.problems()[0].code(), Code::kLimit);
  EXPECT_THAT(bombed.objects(), SizeIs(1));
}

TEST(ManifestFile, LimitsAreErrors) {
  Limits limits;
  limits.document_bytes = 40;
  const ManifestFile large = ManifestFile::read(std::string(41, '#'), limits);
  ASSERT_THAT(large.problems(), SizeIs(1));
  EXPECT_EQ(large.problems()[0].code(), Code::kLimit);
  const ManifestFile json =
      ManifestFile::read("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"a\":\"aaaaaaa\"}", limits);
  ASSERT_THAT(json.problems(), SizeIs(1));
  EXPECT_EQ(json.problems()[0].code(), Code::kLimit);
  const ManifestFile deep = ManifestFile::read(std::string(1000, '['));
  EXPECT_THAT(deep.problems(), SizeIs(1));
}

TEST(ManifestFile, OnlyTheFirstProblemsAreKept) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "---\na: b: c\n";
  for (int i = 0; i < 150; ++i) text += "---\n7\n";
  const ManifestFile file = ManifestFile::read(text);
  ASSERT_THAT(file.problems(), SizeIs(101));
  EXPECT_EQ(file.problems()[100].text(), "200 more problems are not shown; the first 100 are");
}

TEST(ManifestFile, EveryPrefixOfAStreamIsRead) {
  const std::string text =
      "---\napiVersion: v1\nkind: Pod\nmetadata: &m {name: a}\nspec:\n  c: |\n    text\n---\n"
      "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"kind\": \"A\"}]}\n";
  for (size_t i = 0; i <= text.size(); ++i) {
    const ManifestFile file = ManifestFile::read(text.substr(0, i));
    EXPECT_LE(file.objects().size() + file.problems().size(), 3u) << i;
  }
  EXPECT_THAT(ManifestFile::read("").problems(), IsEmpty());
  EXPECT_THAT(ManifestFile::read("\xff\xfe").problems(), SizeIs(1));
}

TEST(ManifestFile, RecognitionWantsBothKeysAsText) {
  const auto looks = [](std::string_view path, std::string_view text) {
    const auto documents = parse_yaml(text);
    return documents.ok() && looks_like_manifest(path, (*documents)[0].root());
  };
  EXPECT_TRUE(looks("a/pod.yaml", "{apiVersion: v1, kind: Pod}"));
  EXPECT_FALSE(looks("a/pod.yaml", "{apiVersion: v1}"));
  EXPECT_FALSE(looks("a/pod.yaml", "{apiVersion: 1, kind: Pod}"));
  EXPECT_FALSE(looks("a/pod.yaml", "[{apiVersion: v1, kind: Pod}]"));
  EXPECT_FALSE(looks("compose.yaml", "services: {a: {image: b}}"));
  EXPECT_FALSE(looks("chart/values.yaml", "{apiVersion: apps/v1, kind: Deployment, replicas: 2}"));
  EXPECT_TRUE(looks("values.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}}"));
  EXPECT_TRUE(may_hold_manifest("kind: Pod\napiVersion: v1\n"));
  EXPECT_FALSE(may_hold_manifest("services: {}"));
}

TEST(ManifestFile, PathsQuoteWhatIsNoWord) {
  EXPECT_EQ(json_path_of("", "spec"), "spec");
  EXPECT_EQ(json_path_of("spec", "a-b_c"), "spec.a-b_c");
  EXPECT_EQ(json_path_of("a", "example.org/\"b\\"), "a[\"example.org/\\\"b\\\\\"]");
  EXPECT_EQ(json_path_of("a", ""), "a[\"\"]");
  EXPECT_EQ(json_path_of("items", 3), "items[3]");
  EXPECT_EQ(api_group("apps/v1"), "apps");
  EXPECT_EQ(api_group("v1"), "");
}

}  // namespace
}  // namespace seawall::inspect
