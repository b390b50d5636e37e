// Where pods are in objects of every kind, and their containers and images.
#include "inspect/manifest/workloads.h"

#include <fmt/format.h>

#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> paths_in(std::string_view text) {
  const ManifestFile file = ManifestFile::read(text);
  EXPECT_THAT(file.problems(), IsEmpty()) << text;
  std::vector<std::string> out;
  for (const ManifestObject& object : file.objects()) {
    for (const PodTemplate& pod : pod_templates(object)) out.push_back(pod.spec_path);
  }
  return out;
}

std::string object(std::string_view api_version, std::string_view kind, std::string_view rest) {
  return fmt::format("{{apiVersion: {}, kind: {}, {}}}", api_version, kind, rest);
}

constexpr std::string_view kPod = "{metadata: {name: p}, spec: {containers: [{image: a}]}}";

TEST(Workloads, KindsOfKubernetesInAllTheirVersions) {
  const std::string at_template = fmt::format("spec: {{template: {}}}", kPod);
  const struct {
    const char *group, *kind;
  } known[] = {{"v1", "ReplicationController"},      {"apps/v1", "ReplicaSet"},
               {"extensions/v1beta1", "ReplicaSet"}, {"apps/v1", "Deployment"},
               {"apps/v1beta1", "Deployment"},       {"extensions/v1beta1", "Deployment"},
               {"apps/v1", "StatefulSet"},           {"apps/v1beta2", "DaemonSet"},
               {"extensions/v1beta1", "DaemonSet"},  {"batch/v1", "Job"},
               {"extensions/v1beta1", "Job"}};
  for (const auto& one : known)
    EXPECT_THAT(paths_in(object(one.group, one.kind, at_template)),
                ElementsAre("spec.template.spec"))
        << one.group << one.kind;
  const std::string in_job = fmt::format("spec: {{jobTemplate: {{spec: {{template: {}}}}}}}", kPod);
  for (const char* version : {"batch/v1", "batch/v1beta1", "batch/v2alpha1"})
    EXPECT_THAT(paths_in(object(version, "CronJob", in_job)),
                ElementsAre("spec.jobTemplate.spec.template.spec"));
  EXPECT_THAT(paths_in(object("batch/v2alpha1", "ScheduledJob", in_job)),
              ElementsAre("spec.jobTemplate.spec.template.spec"));
  EXPECT_THAT(paths_in(object("v1", "PodTemplate", fmt::format("template: {}", kPod))),
              ElementsAre("template.spec"));
  EXPECT_THAT(paths_in(object("batch/v2alpha1", "JobTemplate",
                              fmt::format("template: {{spec: {{template: {}}}}}", kPod))),
              ElementsAre("template.spec.template.spec"));
}

TEST(Workloads, APodIsOneEvenWithoutContainers) {
  EXPECT_THAT(paths_in("{apiVersion: v1, kind: Pod}"), ElementsAre("spec"));
  EXPECT_THAT(paths_in("{apiVersion: apps/v1, kind: Deployment}"), IsEmpty());
  EXPECT_THAT(paths_in("{apiVersion: apps/v1, kind: Deployment, spec: {template: {}}}"),
              ElementsAre("spec.template.spec"));
}

TEST(Workloads, ThePathBeginsAtTheDocument) {
  const ManifestFile file = ManifestFile::read(object(
      "v1", "List",
      fmt::format("items: [{}]",
                  object("apps/v1", "Deployment", fmt::format("spec: {{template: {}}}", kPod)))));
  const auto pods = pod_templates(file.objects()[0]);
  ASSERT_THAT(pods, SizeIs(1));
  EXPECT_EQ(pods[0].spec_path, "items[0].spec.template.spec");
  EXPECT_EQ(pods[0].metadata_path, "items[0].spec.template.metadata");
  EXPECT_EQ((*pods[0].metadata)["name"].string(), "p");
}

TEST(Workloads, OtherKindsByTheirShape) {
  const std::string at_template = fmt::format("spec: {{template: {}}}", kPod);
  EXPECT_THAT(paths_in(object("argoproj.io/v1alpha1", "Rollout", at_template)),
              ElementsAre("spec.template.spec"));
  EXPECT_THAT(paths_in(object("serving.knative.dev/v1", "Service", at_template)),
              ElementsAre("spec.template.spec"));
  EXPECT_THAT(
      paths_in(object("serving.knative.dev/v1", "Revision", "spec: {containers: [{image: a}]}")),
      ElementsAre("spec"));
  EXPECT_THAT(paths_in(object(
                  "batch.volcano.sh/v1alpha1", "Job",
                  fmt::format("spec: {{tasks: [{{template: {0}}}, {{template: {0}}}]}}", kPod))),
              ElementsAre("spec.tasks[0].template.spec", "spec.tasks[1].template.spec"));
  EXPECT_THAT(
      paths_in(object(
          "apps.kruise.io/v1alpha1", "AdvancedCronJob",
          fmt::format("spec: {{template: {{jobTemplate: {{spec: {{template: {}}}}}}}}}", kPod))),
      ElementsAre("spec.template.jobTemplate.spec.template.spec"));
  EXPECT_THAT(paths_in(object(
                  "example.org/v1", "Cluster",
                  fmt::format("spec: {{podTemplate: {}, \"\": {{template: {}}}}}", kPod, kPod))),
              ElementsAre("spec.podTemplate.spec", "spec[\"\"].template.spec"));
  EXPECT_THAT(
      paths_in(object("template.openshift.io/v1", "Template",
                      fmt::format("objects: [{}]", object("v1", "Pod", "spec: {containers: []}")))),
      ElementsAre("objects[0].spec"));
}

TEST(Workloads, ReferencesToPodsAreNone) {
  EXPECT_THAT(
      paths_in(object("example.org/v1", "Report",
                      "metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: a}]}, "
                      "scope: {apiVersion: apps/v1, kind: Deployment, name: b}")),
      IsEmpty());
}

TEST(Workloads, PatternsOfPoliciesAreNoPods) {
  const std::string rules = fmt::format("spec: {{rules: [{{mutate: {{template: {}}}}}]}}", kPod);
  for (const char* version :
       {"kyverno.io/v1", "policies.kyverno.io/v1", "templates.gatekeeper.sh/v1",
        "apiextensions.k8s.io/v1", "admissionregistration.k8s.io/v1"})
    EXPECT_THAT(paths_in(object(version, "Any", rules)), IsEmpty()) << version;
  EXPECT_THAT(paths_in(object("notkyverno.io/v1", "Any", rules)), SizeIs(1));
  EXPECT_THAT(
      paths_in(object("example.org/v1", "Any", "spec: {template: {spec: {containers: []}}}")),
      IsEmpty());
  EXPECT_THAT(paths_in(object("v1", "Service", "spec: {template: text}")), IsEmpty());
}

TEST(Workloads, ContainersOfAllKindsInTheirOrder) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: v1\n"
      "kind: Pod\n"
      "spec:\n"
      "  containers: [{name: c, image: i1}, null]\n"
      "  initContainers: [{name: i, image: i2}]\n"
      "  ephemeralContainers: [{name: e, image: i3, targetContainerName: c}]\n");
  const auto pods = pod_templates(file.objects()[0]);
  std::vector<std::string> seen;
  for (const PodContainer& one : containers_of(*pods[0].spec))
    seen.push_back(fmt::format("{} {} {}", path_of(one, pods[0].spec_path), one.name, one.image));
  EXPECT_THAT(seen, ElementsAre("spec.initContainers[0] i i2", "spec.containers[0] c i1",
                                "spec.containers[1]  ", "spec.ephemeralContainers[0] e i3"));
}

TEST(Workloads, TheOldEphemeralContainersObject) {
  const ManifestFile file = ManifestFile::read(
      "{apiVersion: v1, kind: EphemeralContainers, ephemeralContainers: [{name: e, image: i}]}");
  const auto pods = pod_templates(file.objects()[0]);
  ASSERT_THAT(pods, SizeIs(1));
  const auto containers = containers_of(*pods[0].spec);
  ASSERT_THAT(containers, SizeIs(1));
  EXPECT_EQ(path_of(containers[0], pods[0].spec_path), "ephemeralContainers[0]");
}

TEST(Workloads, ImagesOfContainersAndVolumes) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: apps/v1\n"
      "kind: Deployment\n"
      "spec:\n"
      "  template:\n"
      "    spec:\n"
      "      containers:\n"
      "      - name: web\n"
      "        image: nginx:1.27\n"
      "      - name: none\n"
      "      initContainers:\n"
      "      - {name: init, image: busybox}\n"
      "      volumes:\n"
      "      - {name: data, emptyDir: {}}\n"
      "      - name: models\n"
      "        image:\n"
      "          reference: example.org/models:v2\n"
      "      - {name: wrong, image: text}\n");
  std::vector<std::string> seen;
  for (const ImageUse& use : images_of(pod_templates(file.objects()[0])[0]))
    seen.push_back(fmt::format("{} {} {} {}{}", use.json_path, use.reference, use.owner,
                               use.node->line(), use.is_volume ? " volume" : ""));
  EXPECT_THAT(seen,
              ElementsAre("spec.template.spec.initContainers[0].image busybox init 11",
                          "spec.template.spec.containers[0].image nginx:1.27 web 8",
                          "spec.template.spec.containers[1].image  none 9",
                          "spec.template.spec.volumes[1].image.reference example.org/models:v2 "
                          "models 16 volume"));
}

}  // namespace
}  // namespace seawall::inspect
