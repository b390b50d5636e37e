// A host with one of each: what fails, passes, does not apply, could not be judged, is for people
// and is set aside.
#pragma once

#include "model/host_report.h"

namespace seawall::test {

inline ControlResult sample_control(std::string id, std::string number, ControlVerdict verdict,
                                    std::string en, std::string fr) {
  ControlResult control;
  control.id = std::move(id);
  control.number = number;
  control.section = number.substr(0, number.find('.'));
  if (number.empty()) control.section = "kernel";
  control.aliases = {"cis-docker-1.8.0/" + number};
  control.title = {std::move(en), std::move(fr)};
  control.why = {"It matters.", "C'est important."};
  control.fix = {"Set it", "Fixez-le"};
  control.patch = "\"icc\": false    # /etc/docker/daemon.json";
  control.severity = Severity::kHigh;
  control.level = number.empty() ? 0 : 1;
  control.frameworks = {"sp800-190/4.3.3", "itsg-33/AC-4"};
  control.verdict = verdict;
  return control;
}

inline HostReport sample_host() {
  using enum ControlVerdict;
  HostReport report;
  report.benchmark = "cis-docker-1.8.0";
  report.benchmark_title = "CIS Docker 1.8.0";
  report.host = "vm-17";
  report.system = "Debian GNU/Linux 12 (bookworm)";
  report.kernel = "6.1.0-28-amd64";
  report.engine = "Docker 27.3.1";
  report.containers = 3;
  report.collected_at = "2026-11-27T08:15:00Z";
  report.facts_digest = "sha256:" + std::string(64, 'a');
  report.tool_version = "0.1.0";
  report.section_titles = {{"2", {"Docker daemon", "Démon Docker"}},
                           {"5", {"Running containers", "Conteneurs en exécution"}},
                           {"kernel", {"Kernel", "Noyau"}}};

  ControlResult icc = sample_control("SW-H0202", "2.2", kFail, "Containers cannot reach each other",
                                     "Les conteneurs ne peuvent se joindre");
  icc.evidence = {{"docker.effective.icc", "true", "flag --icc (pid 812)"}};
  ControlResult restore = sample_control("SW-H0216", "2.16", kNotApplicable, "Containers go on",
                                         "Les conteneurs continuent");
  ControlResult logs = sample_control("SW-H0214", "2.14", kFail, "Logs leave the host",
                                      "Les journaux quittent l'hôte");
  logs.suppression = {"ignore", "ignore.yaml:3", "", "", "an agent sends them",
                      "ops",    "2026-12-20"};
  ControlResult sockets = sample_control("SW-H0532", "5.32", kFail, "No engine socket is inside",
                                         "Aucun socket de moteur dedans");
  sockets.severity = Severity::kCritical;
  for (int i = 1; i <= 8; ++i) {
    ControlSubject subject;
    subject.name = "container ci-" + std::to_string(i);
    subject.verdict = kFail;
    subject.evidence = {{"item.mounts", "[\"/run -> /host/run\"]", ""}};
    sockets.subjects.push_back(subject);
  }
  sockets.subjects[7].suppression = {"ignore", "ignore.yaml:9", "", "", "to be moved", "ci", ""};
  sockets.subjects.push_back({"container web", kPass, "", {}, {}});
  ControlResult exec = sample_control("SW-H0523", "5.23", kManual, "No command with --privileged",
                                      "Aucune commande avec --privileged");
  exec.automated = false;
  exec.look = {"The log of the plugin.", "Le journal du greffon."};
  ControlResult seccomp = sample_control("SW-H0522", "5.22", ControlVerdict::kError,
                                         "Calls are filtered", "Les appels sont filtrés");
  seccomp.message = "item.kernel.seccomp: permission denied (needs root)";
  ControlResult kernel =
      sample_control("SW-H0901", "", kPass, "Addresses are hidden", "Les adresses sont cachées");
  kernel.evidence = {{"kernel.sysctl[\"kernel.kptr_restrict\"]", "\"1\"", ""}};
  report.controls = {icc, logs, restore, sockets, seccomp, exec, kernel};

  Finding note;
  note.rule_id = "SW-P0001";
  note.title = "an exception for 2.3 has expired";
  note.remediation = "Decide anew.";
  note.location.path = "ignore.yaml";
  note.location.line = 12;
  report.notes = {note};
  return report;
}

}  // namespace seawall::test
