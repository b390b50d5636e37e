// The authorizer, which answers from given decisions and allows nothing else.
#include "cel/authorizer.h"

#include "cel/environment.h"
#include "codec/yaml.h"
#include "support/support.h"

namespace seawall::cel {
namespace {

constexpr std::string_view kDecisions = R"(
- {user: "system:serviceaccount:ci:builder", verb: create, group: apps, resource: deployments,
   namespace: prod, allowed: true, reason: role builder}
- {verb: get, group: "", resource: pods, subresource: log, allowed: true}
- {verb: list, resource: pods, fieldSelector: spec.nodeName=a, allowed: true}
- {verb: "*", group: batch, resource: "*", name: nightly, allowed: true, reason: any verb}
- {path: /healthz, verb: get, allowed: true}
- {verb: delete, resource: pods, error: webhook unavailable, allowed: true}
- {verb: patch, resource: pods, allowed: false, reason: denied by policy}
- {verb: patch, resource: pods, allowed: true, reason: never reached}
- {verb: watch, resource: [pods], allowed: true}
- {verb: bind, resource: roles, allowed: "true"}
- not a decision
)";

class AuthorizerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto documents = parse_yaml(kDecisions);
    ASSERT_OK(documents);
    documents_ = std::move(*documents);
    environment_.add_variable("authorizer", &types::authorizer);
    environment_.add_variable("authorizer.requestResource", &types::resource_check);
  }

  // The value's text, "error: ..." or "does not compile".
  std::string answer(std::string_view expression) {
    const auto program = environment_.compile(expression);
    if (!program.ok()) return "does not compile";
    evaluation_.reset();
    evaluation_.keep();
    const Node& decisions = documents_[0].root();
    RequestResource resource;
    resource.group = "apps";
    resource.resource = "deployments";
    resource.name_space = "prod";
    resource.name = "web";
    const Value variables[] = {
        make_authorizer(arena_, decisions, "system:serviceaccount:ci:builder"),
        make_request_resource(arena_, decisions, "system:serviceaccount:ci:builder", resource)};
    const Value value = evaluation_.run(*program, variables);
    return value.is_error() ? "error: " + std::string(value.error().message) : to_text(value);
  }

  std::vector<Document> documents_;
  Environment environment_ = Environment::kubernetes(36);
  Arena arena_;
  Evaluation evaluation_;
};

TEST_F(AuthorizerTest, AllowsWhatIsGiven) {
  const std::string deployments = "authorizer.group('apps').resource('deployments')";
  EXPECT_EQ(answer(deployments + ".namespace('prod').check('create').allowed()"), "true");
  EXPECT_EQ(answer(deployments + ".namespace('prod').check('create').reason()"), "role builder");
  EXPECT_EQ(answer("authorizer.requestResource.check('create').allowed()"), "true");
  EXPECT_EQ(answer("authorizer.group('batch').resource('jobs').name('nightly').check('delete')"
                   ".reason()"),
            "any verb");
  EXPECT_EQ(answer("authorizer.path('/healthz').check('get').allowed()"), "true");
  EXPECT_EQ(answer("authorizer.group('').resource('pods').subresource('log').check('get')"
                   ".allowed()"),
            "true");
  EXPECT_EQ(answer("authorizer.group('').resource('pods').fieldSelector('spec.nodeName=a')"
                   ".check('list').allowed()"),
            "true");
}

TEST_F(AuthorizerTest, AllowsNothingElse) {
  for (const std::string_view question :
       {"group('apps').resource('deployments').namespace('dev').check('create')",
        "group('apps').resource('deployments').namespace('prod').check('update')",
        "group('apps').resource('deployments').subresource('scale').namespace('prod')"
        ".check('create')",
        "serviceAccount('ci', 'other').group('apps').resource('deployments').namespace('prod')"
        ".check('create')",
        "group('').resource('pods').check('get')", "group('').resource('pods').check('list')",
        "path('/metrics').check('get')", "path('/healthz').check('post')",
        "group('').resource('pods').check('watch')"}) {
    EXPECT_EQ(answer("authorizer." + std::string(question) + ".allowed()"), "false") << question;
    EXPECT_EQ(answer("authorizer." + std::string(question) + ".reason()"), "no decision given");
  }
  EXPECT_EQ(answer("authorizer.group('rbac').resource('roles').check('bind').allowed()"), "false")
      << "text is no true";
}

TEST_F(AuthorizerTest, TheFirstThatFitsDecides) {
  EXPECT_EQ(answer("authorizer.group('').resource('pods').check('patch').reason()"),
            "denied by policy");
  const std::string failed = "authorizer.group('').resource('pods').check('delete')";
  EXPECT_EQ(answer(failed + ".errored()"), "true");
  EXPECT_EQ(answer(failed + ".error()"), "webhook unavailable");
  EXPECT_EQ(answer(failed + ".allowed()"), "false");
  EXPECT_EQ(answer("authorizer.path('/healthz').check('get').errored()"), "false");
  EXPECT_EQ(answer("authorizer.path('/healthz').check('get').error()"), "");
}

TEST_F(AuthorizerTest, RefusesWrongQuestions) {
  EXPECT_EQ(answer("authorizer.path(' ')"), "error: path must not be empty");
  EXPECT_EQ(answer("authorizer.group('apps').resource('')"), "error: resource must not be empty");
  EXPECT_EQ(answer("authorizer.serviceAccount('not@a#valid!namespace', 'validname')"),
            "error: Invalid service account namespace");
  EXPECT_EQ(answer("authorizer.serviceAccount('ci', 'invalid@*name')"),
            "error: Invalid service account name");
  EXPECT_EQ(answer("authorizer.resource('pods')"), "does not compile");
  EXPECT_EQ(answer("authorizer.group('apps').check('get')"), "does not compile");
}

// The costs of Kubernetes' own table.
TEST_F(AuthorizerTest, Costs) {
  const auto cost = [this](std::string_view expression) {
    answer(expression);
    return evaluation_.cost();
  };
  EXPECT_EQ(cost("authorizer.path('/healthz')"), 2u);
  EXPECT_EQ(cost("authorizer.path('/healthz').check('get').allowed()"), 350003u);
  EXPECT_EQ(cost("authorizer.group('apps').resource('deployments').subresource('status')"
                 ".namespace('test').name('backend').check('create').allowed()"),
            350007u);
  EXPECT_EQ(cost("authorizer.group('').resource('pods').fieldSelector('a=b')"), 3u + 10 + 1 + 100);
  EXPECT_EQ(cost("authorizer.requestResource.check('create')"), 350001u);
}

}  // namespace
}  // namespace seawall::cel
