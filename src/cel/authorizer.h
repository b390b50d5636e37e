// The variables authorizer and authorizer.requestResource, answered from a list of decisions.
//
// Kubernetes asks its authorizers; here nobody is asked, so that an expression's answer depends on
// its inputs alone. What may be done is given beforehand, as JSON or YAML:
//
//   - {user: "system:serviceaccount:ci:builder", verb: create, group: apps, resource: deployments,
//      namespace: prod, allowed: true, reason: "role builder"}
//   - {path: /healthz, verb: get, allowed: true}
//   - {verb: delete, resource: pods, error: "webhook unavailable"}
//
//   const Value authorizer = make_authorizer(arena, decisions.root(), request_user);
//
// The first entry that fits decides: `allowed` and `reason`, or `error`. Keys that select are user,
// verb, group, resource, subresource, namespace, name, fieldSelector, labelSelector and path, all
// of them text; a key that an entry has not, or "*", fits everything, except that without
// `subresource` only the resource itself is meant, and that an entry is about paths if it has one,
// else about resources. Where no entry fits, nothing is allowed, with the reason "no decision
// given".
//
// FAILURE: closed. The document must outlive the value. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/authz.go.
#pragma once

#include <string_view>

#include "cel/value.h"
#include "codec/arena.h"
#include "codec/node.h"

namespace seawall::cel {

Value make_authorizer(Arena& arena, const Node& decisions, std::string_view user);

// What a request is about, as authorizer.requestResource begins with.
struct RequestResource {
  std::string_view group, resource, subresource, name_space, name;
};
Value make_request_resource(Arena& arena, const Node& decisions, std::string_view user,
                            const RequestResource& resource);

}  // namespace seawall::cel
