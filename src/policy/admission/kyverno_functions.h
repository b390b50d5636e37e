// Functions of Kyverno's policies that need no network, as plain CEL.
//
//   resource.Get("v1", "configmaps", "default", "limits")  ->  resource.Get["v1"]["configmaps"]...
//   resource.List("v1", "pods", object.metadata.namespace).items
//   parseServiceAccount(request.userInfo.username).Namespace
//
// A look-up becomes a look into a map of objects that were given, so that nobody is asked: one
// expression has one answer for one input. FAILURE: closed; what was not given is "no such key",
// also a list that would be empty. COST: linear in the objects, once a request that such a policy
// judges. Source: Kyverno 1.19, documentation of its CEL libraries (resource, user).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "codec/arena.h"
#include "codec/node.h"

namespace seawall::policy {

// The expression without calls of these functions. A call with another number of arguments, or
// deeper in others than kMostCallDepth, stays as it is and will not compile.
inline constexpr int kMostCallDepth = 8;
std::string plain_cel(std::string_view expression);

// {"Get": {apiVersion: {plural: {namespace: {name: object}}}},
//  "List": {apiVersion: {plural: {namespace: {"items": [object]}}}}}; the namespace "" of a list is
// all of them. Views of the objects.
Node make_lookups(std::span<const Node* const> objects, Arena& arena);

}  // namespace seawall::policy
