// Record: one advisory in the shape all feeds are brought into, and the sink that feed parsers
// write to.
//
// A feed parser is a function from bytes to sink calls; it knows nothing of the database. Names are
// normalised here once: ecosystems as in advisory/ecosystem.h, package names as their ecosystem
// compares them (PyPI: PEP 503; NuGet, Packagist, GitHub: lower case; Go, npm, Maven
// "group:artifact": as written).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/finding.h"
#include "model/severity.h"

namespace seawall::advisory {

// Half-open [introduced, fixed) or closed [introduced, last_affected]; "" introduced = from the
// first version; neither upper bound = all versions from there on.
struct Range {
  std::string introduced, fixed, last_affected;
  auto operator<=>(const Range&) const = default;
};

// What one advisory says of one package in one ecosystem. A version is affected when a range holds
// it or `versions` names it.
struct Affected {
  std::string ecosystem;  // "debian:12"
  std::string package;    // the name its advisories use (source package for deb, apk, ...)
  std::vector<Range> ranges;
  std::vector<std::string> versions;       // named one by one
  FixState state = FixState::kUnknown;     // kFixed is implied by a range with `fixed`
  Severity severity = Severity::kUnknown;  // the vendor's for this package, over the record's
  std::string module;                      // rpm module "name:stream", empty for non-modular
  std::vector<std::string> architectures;  // empty: all
  std::string note;                        // short reason of the vendor, for people
};

struct Record {
  std::string feed;  // "debian", "npm" ...: the name in content/feeds.yaml it belongs to
  std::string id;    // "CVE-2024-45491", "GHSA-...", "DSA-5770-1", "ALAS2023-2024-1"
  std::vector<std::string>
      aliases;  // other names of the same vulnerability (never OSV's `related`)
  // A notice that fixes several vulnerabilities (RHSA, DSA, USN, ALAS, RLSA...) names them here
  // instead of in aliases; each becomes a finding of its own with `id` among its advisories.
  std::vector<std::string> covers;
  std::string summary;  // one line of at most 200 bytes; made from details when a feed has none
  Severity severity = Severity::kUnknown;  // the source's own word for it
  std::vector<CvssVector> cvss;
  std::vector<std::string> cwes;        // "CWE-79"
  std::vector<std::string> references;  // at most 3, the most useful first
  std::string published;                // "2024-08-30"
  bool withdrawn = false;               // withdrawn records are dropped by the builder
  bool malicious = false;
  std::vector<Affected>
      affected;  // empty: the record only adds names, severity or text to its aliases
};

struct KnownExploited {
  std::string cve, date_added, due_date;
  bool ransomware = false;
};
struct Epss {
  std::string cve;
  double score = 0, percentile = 0;
};
// The day after which a release gets no more fixes.
struct EndOfLife {
  std::string product;  // "debian", "alpine", "ubuntu"
  std::string cycle;    // "12", "3.20"
  std::string date;     // "2028-06-30"; "" when it is only known to have ended
};

// THREADS: a sink is called from one thread.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void record(Record record) = 0;
  virtual void known_exploited(KnownExploited entry) = 0;
  virtual void epss(Epss entry) = 0;
  virtual void end_of_life(EndOfLife entry) = 0;
  // The date of the data itself, where the feed says one (else the file's date is used).
  virtual void data_date(UnixSeconds date) = 0;
  // A part that could not be read; parsing goes on behind it.
  virtual void problem(Error error) = 0;
};

}  // namespace seawall::advisory
