// VEX documents and ignore files from outside; the first byte picks the reader. Whatever they say,
// no finding is lost: it is kept or set aside.
#include <cstdint>
#include <cstdlib>

#include "policy/ignore_file.h"
#include "policy/vex.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Limits limits;
  limits.document_bytes = 1 << 20;
  limits.nodes = 100'000;
  ScanReport report;
  report.artifact.name = "registry.example/shop/api:1";
  Finding finding;
  finding.rule_id = "CVE-2024-0001";
  finding.package.type = PackageType::kNpm;
  finding.package.name = "qs";
  finding.package.version = "6.11.0";
  report.findings = {finding};
  if (data[0] == 'v') {
    if (const auto document = policy::read_vex(text, "a", limits); document.ok())
      policy::apply_vex(report, document->statements);
    if (report.findings.size() + report.suppressed.size() != 1) std::abort();
    (void)policy::render_openvex(report);
    return 0;
  }
  const char* name = data[0] == 'y' ? "a.yaml" : ".trivyignore";
  if (const auto file = policy::read_ignore_file(text, name, 1'800'000'000, limits); file.ok())
    policy::apply_ignore(report, *file, 1'800'000'000);
  if (report.findings.size() + report.suppressed.size() < 1) std::abort();
  return 0;
}
