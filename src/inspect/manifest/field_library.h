// Functions of CEL that read a Kubernetes object as Node reads a document: what is missing, null or
// of another kind gives an empty answer, never an error, so that rules state only what they look
// for.
//
//   container.at("securityContext.privileged") == true      // any value; null when missing
//   pod.items("volumes").exists(v, v.at("hostPath") != null)  // a list; empty when it is none
//   container.text("image").endsWith(":latest")              // text; "" when it is none
//   object.number("spec.replicas", 1.0) < 2.0                // a number; else the second argument
//   container.inherited(pod, "securityContext.runAsUser")    // the container's, else the pod's
//
// Keys stand between dots; a key that has one itself is asked with CEL's own operators. COST: a
// look-up a key. THREADS: any.
#pragma once

#include "cel/library.h"

namespace seawall::inspect {

extern const cel::Library field_library;

}  // namespace seawall::inspect
