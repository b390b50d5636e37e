// What admission policies of Kubernetes' tools say about manifests, as if each object were created.
//
//   AdmissionDecisions decisions(&policies);
//   decisions.know("web.yaml", file);                   // every file
//   decisions.add_to(report);                           // judges them all
//
// An object is judged among all others: Namespaces and parameters may stand in another file. An
// object that names no namespace is created in "default". REQUIRES: the files outlive it. FAILURE:
// what cannot be judged is a problem of the report. THREADS: one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "inspect/manifest/manifest_file.h"
#include "model/scan_report.h"
#include "policy/admission/admission_policies.h"

namespace seawall::scan {

class AdmissionDecisions {
 public:
  // `policies` may be null: nothing is judged. It must outlive this.
  explicit AdmissionDecisions(const policy::AdmissionPolicies* policies) : policies_(policies) {}

  void know(const std::string& path, const inspect::ManifestFile& file);
  // An outcome for each rule and message, with the objects that it is about.
  void add_to(ScanReport& report);

 private:
  const policy::AdmissionPolicies* policies_;
  std::vector<std::pair<std::string, const inspect::ManifestFile*>> files_;
};

}  // namespace seawall::scan
