#include "inspect/packages/installed.h"

#include "collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string one(const CollectingSink& sink) {
  if (sink.packages.size() != 1) return std::to_string(sink.packages.size()) + " packages";
  const Package& package = sink.packages[0];
  return package.name + " " + package.version +
         (package.license.empty() ? "" : " [" + package.license + "]");
}

TEST(NpmInstalled, TakesTheRootsOfModulesOnly) {
  const std::string text = R"({"name": "@s/a", "version": "1.2.3", "license": "MIT"})";
  EXPECT_EQ(one(inspect_text(parse_npm_package, "app/node_modules/@s/a/package.json", text)),
            "@s/a 1.2.3 [MIT]");
  EXPECT_THAT(
      inspect_text(parse_npm_package, "app/node_modules/a/test/package.json", text).packages,
      IsEmpty());
  EXPECT_THAT(inspect_text(parse_npm_package, "n/node_modules/@s/package.json", text).packages,
              IsEmpty())
      << "a scope is no module";
  EXPECT_EQ(one(inspect_text(parse_npm_package, "node_modules/b/package.json",
                             R"({"name":"b","version":"2.0.0",
                             "licenses":[{"type":"MIT"},{"type":"GPL-2.0"}]})")),
            "b 2.0.0 [(MIT OR GPL-2.0)]");
  EXPECT_THAT(inspect_text(parse_npm_package, "node_modules/c/package.json", "{}").problems,
              IsEmpty())
      << "a module without a name is nobody's package";
}

TEST(PythonInstalled, ReadsTheHeadersNotTheDescription) {
  EXPECT_EQ(one(inspect_text(parse_python_metadata, "x/requests-2.28.1.dist-info/METADATA",
                             "Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n"
                             "License: whatever\n"
                             "Classifier: License :: OSI Approved :: Apache Software License\n"
                             "\nName: not-this\nVersion: 9\n")),
            "requests 2.28.1 [Apache-2.0]");
  EXPECT_EQ(one(inspect_text(parse_python_metadata, "x/a.egg-info/PKG-INFO",
                             "Name: a\nVersion: 1\nLicense-Expression: MIT OR Apache-2.0\n")),
            "a 1 [MIT OR Apache-2.0]");
}

TEST(GemInstalled, ReadsStubsAndHandWrittenOnes) {
  EXPECT_EQ(
      one(inspect_text(parse_gemspec, "g/specifications/nokogiri-1.15.4.gemspec",
                       "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.15.4 x86_64-linux lib\n\n"
                       "Gem::Specification.new do |s|\n  s.name = \"nokogiri\".freeze\n"
                       "  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\nend\n")),
      "nokogiri 1.15.4 [MIT OR Ruby]");
  EXPECT_EQ(one(inspect_text(parse_gemspec, "g/specifications/default/json.gemspec",
                             "Gem::Specification.new do |spec|\n  spec.name    = 'json'\n"
                             "  spec.version = Gem::Version.new(\"2.6.1\")\n"
                             "  spec.license = 'Ruby'\nend\n")),
            "json 2.6.1 [Ruby]");
}

TEST(OtherInstalled, EachGivesItsPackage) {
  struct Case {
    void (*parse)(const FileInput&, InspectorSink&);
    const char *path, *text, *expected;
  };
  const Case cases[] = {
      {parse_composer_installed, "srv/vendor/composer/installed.json",
       R"({"packages": [{"name": "a/b", "version": "v1.0", "license": ["MIT"]}]})",
       "a/b v1.0 [MIT]"},
      {parse_composer_installed, "srv/vendor/composer/installed.json",
       R"([{"name": "a/b", "version": "1.0"}])", "a/b 1.0"},
      {parse_conda_meta, "opt/conda/conda-meta/numpy-1.26.4-py311.json",
       R"({"name": "numpy", "version": "1.26.4", "license": "BSD-3-Clause", "subdir": "linux-64"})",
       "numpy 1.26.4 [BSD-3-Clause]"},
      {parse_dotnet_deps, "app/app.deps.json",
       R"({"runtimeTarget": {"name": "t"}, "targets": {"t": {}}, "libraries":
       {"app/1.0.0": {"type": "project"}, "Newtonsoft.Json/13.0.1": {"type": "package"}}})",
       "Newtonsoft.Json 13.0.1"},
      {parse_r_description, "usr/lib/R/site-library/R6/DESCRIPTION",
       "Package: R6\nTitle: x\nVersion: 2.5.1\nLicense: MIT + file LICENSE\n",
       "R6 2.5.1 [MIT + file LICENSE]"},
      {parse_rockspec, "usr/local/lib/luarocks/rocks-5.1/lpeg/1.0.2-1/lpeg-1.0.2-1.rockspec",
       "package = \"lpeg\"\nversion = \"1.0.2-1\"\ndescription = {\n license = \"MIT\"\n}\n",
       "lpeg 1.0.2-1 [MIT]"},
      {parse_erlang_app, "app/lib/cowboy-2.9.0/ebin/cowboy.app",
       "{application, 'cowboy', [\n\t{description, \"vsn, of\"},\n\t{vsn, \"2.9.0\"}]}.\n",
       "cowboy 2.9.0"},
      {parse_haskell_conf, "usr/lib/ghc/package.conf.d/aeson-2.1.conf",
       "name:                 aeson\nversion:              2.1.0.0\nlicense: BSD-3-Clause\n",
       "aeson 2.1.0.0 [BSD-3-Clause]"},
      {parse_perl_install, "usr/local/lib/perl5/.meta/Mojolicious-9.33/install.json",
       R"({"dist": "Mojolicious-9.33", "name": "Mojolicious", "version": "9.33"})",
       "Mojolicious 9.33"},
      {parse_wordpress, "var/www/wp-content/plugins/akismet/akismet.php",
       "<?php\n/*\nPlugin Name: Akismet\nVersion: 5.1\n*/\n", "akismet 5.1"},
      {parse_wordpress, "var/www/wp-includes/version.php", "<?php\n$wp_version = '6.4.1';\n",
       "wordpress 6.4.1"},
      {parse_bitnami, "opt/bitnami/nginx/.spdx-nginx.spdx",
       R"({"packages": [{"licenseConcluded": "BSD-2-Clause", "externalRefs": [{"referenceLocator":
       "pkg:bitnami/nginx@1.25.3-1?arch=amd64"}]}]})",
       "nginx 1.25.3-1 [BSD-2-Clause]"},
      {parse_jvm_release, "opt/java/release",
       "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"17.0.9\"\n", "openjdk 17.0.9"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(one(inspect_text(test.parse, test.path, test.text)), test.expected) << test.path;
  }
  EXPECT_EQ(inspect_text(parse_erlang_app, "usr/lib/erlang/lib/ssl-11.0/ebin/ssl.app",
                         "{application, ssl, [{vsn, \"11.0\"}]}.")
                .packages[0]
                .type,
            PackageType::kOtp);
}

TEST(OtherInstalled, CondaOwnsWhatItPutIntoSitePackages) {
  const auto sink = inspect_text(
      parse_conda_meta, "opt/conda/conda-meta/a.json",
      R"({"name": "a", "version": "1", "files": ["lib/python3.11/site-packages/a-1.dist-info/METADATA"]})");
  EXPECT_THAT(sink.owned,
              ElementsAre(testing::Pair(
                  "opt/conda/lib/python3.11/site-packages/a-1.dist-info/METADATA", "a")));
}

TEST(AllInstalled, TakeAnyBytes) {
  for (const Inspector& inspector : installed_inspectors()) {
    for (std::string_view text : {"", "{", "[[", "\xff\xfe", "Name:\nVersion:\n", "{application,",
                                  "# stub: a\n", "package =", "Plugin Name: x\nVersion:"}) {
      for (const Package& package :
           inspect_text(inspector.parse, inspector.paths[0], text).packages)
        EXPECT_FALSE(package.version.empty()) << inspector.name;
    }
  }
}

}  // namespace
}  // namespace seawall::inspect
