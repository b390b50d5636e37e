// Functions that conditions of controls have beyond CEL of Kubernetes:
//
//   "0640".within("644")               -> bool   no permission bit beyond those; both octal
//   "24.0.7+dfsg1".atLeast("20.10")    -> bool   numbers between dots compared, suffixes ignored
//   now.daysSince("2026-08-01")        -> int    whole days, negative for what is to come
//
// ERRORS: values of CEL: a text that is no mode, version or time.
#pragma once

#include "cel/library.h"

namespace seawall::benchmark {

extern const cel::Library host_library;

}  // namespace seawall::benchmark
