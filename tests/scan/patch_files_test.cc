#include "scan/patch_files.h"

#include <gmock/gmock.h>

namespace seawall::scan {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(PatchFiles, AreThoseThatAKustomizationNames) {
  EXPECT_THAT(
      kustomize_parts("./over/kustomization.yaml", R"(
resources: [../base, own.yaml]
components: [../extra]
patches:
  - path: a.yaml
    target: {kind: Deployment}
  - patch: "- op: remove"
  - {path: ./sub/../b.yaml}
patchesStrategicMerge: [c.yaml, "kind: A\nmetadata: {}\n"]
patchesJson6902: [{path: ../up.json}]
configurations: [names.yaml]
transformers: [/abs.yaml, 7, ""]
openapi: {path: schema.json}
)",
                      {}),
      UnorderedElementsAre("over/a.yaml", "over/b.yaml", "over/c.yaml", "up.json",
                           "over/names.yaml", "over/schema.json", "over/kustomization.yaml"));
}

TEST(PatchFiles, OfOneThatIsBrokenAreNone) {
  for (const char* text : {"", "patches: [", "\xff", "a: 1\na: 2\n"})
    EXPECT_TRUE(kustomize_parts("kustomization.yaml", text, {}).empty()) << text;
  EXPECT_THAT(kustomize_parts("kustomization.yaml", "patches: {path: a.yaml}", {}),
              ElementsAre("kustomization.yaml"));
  EXPECT_THAT(kustomize_parts("kustomization.yaml", "- a\n", {}),
              ElementsAre("kustomization.yaml"));
}

TEST(PatchFiles, AreFoundByTheNamesOfKustomizations) {
  EXPECT_TRUE(is_kustomization("a/kustomization.yml"));
  EXPECT_TRUE(is_kustomization("Kustomization"));
  EXPECT_FALSE(is_kustomization("kustomization.yaml/a.yaml"));
  EXPECT_FALSE(is_kustomization("my-kustomization.yaml"));
}

}  // namespace
}  // namespace seawall::scan
