// Each format on a small file written by hand in its own tool's form: names and versions, lines,
// relations, flags; and what all formats do with damage.
#include "inspect/packages/locks.h"

#include <fmt/format.h>

#include "../collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Parse = void (*)(const FileInput&, InspectorSink&);

std::vector<std::string> names(const CollectingSink& sink) {
  std::vector<std::string> out;
  for (const Package& package : sink.packages) out.push_back(package.name + " " + package.version);
  return out;
}

TEST(PackageLock, ReadsPlacesWithWhatNodeWouldResolve) {
  const auto sink = inspect_text(parse_package_lock, "package-lock.json", R"({
  "name": "app", "lockfileVersion": 3,
  "packages": {
    "": {"name": "app", "dependencies": {"a": "^1.0.0"}, "devDependencies": {"t": "1"}},
    "node_modules/a": {"version": "1.2.3", "license": "MIT", "dependencies": {"b": "^2", "c": "*"},
      "integrity": "sha512-AAECAwQ="},
    "node_modules/a/node_modules/b": {"version": "2.0.0"},
    "node_modules/b": {"version": "1.0.0"},
    "node_modules/@s/c": {"version": "3.0.0"},
    "node_modules/c": {"name": "@real/c", "version": "4.0.0"},
    "node_modules/t": {"version": "9.0.0", "dev": true},
    "node_modules/w": {"resolved": "packages/w", "link": true},
    "packages/w": {"version": "0.0.1"}
  }
})");
  EXPECT_THAT(names(sink), UnorderedElementsAre("a 1.2.3", "b 2.0.0", "b 1.0.0", "@s/c 3.0.0",
                                                "@real/c 4.0.0", "t 9.0.0"));
  const Package& a = *sink.find("a");
  EXPECT_EQ(a.type, PackageType::kNpm);
  EXPECT_EQ(a.location.line, 5u);
  EXPECT_TRUE(a.direct);
  EXPECT_FALSE(a.development);
  EXPECT_EQ(a.license, "MIT");
  EXPECT_EQ(a.checksum, "sha512:0001020304");
  EXPECT_THAT(a.depends, ElementsAre("@real/c@4.0.0", "b@2.0.0"));
  EXPECT_TRUE(sink.find("t")->development);
  EXPECT_TRUE(sink.find("t")->direct);
  EXPECT_THAT(sink.problems, IsEmpty());
}

TEST(PackageLock, ReadsNestedOnesAliasesAndSaysWhenItIsTooNew) {
  const auto sink = inspect_text(parse_package_lock, "package-lock.json", R"({
  "lockfileVersion": 1,
  "dependencies": {
    "a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0", "dev": true}}},
    "alias": {"version": "npm:real@5.0.0"},
    "local": {"version": "file:../local"}
  }
})");
  EXPECT_THAT(names(sink), UnorderedElementsAre("a 1.0.0", "b 2.0.0", "real 5.0.0"));
  const auto newer = inspect_text(parse_package_lock, "package-lock.json",
                                  R"({"lockfileVersion": 4, "packages": {"node_modules/a":
                                  {"version": "1.0.0"}}})");
  EXPECT_EQ(newer.packages.size(), 1u);
  EXPECT_THAT(newer.notes, ElementsAre(HasSubstr("4 is newer than 3")));
}

TEST(YarnLock, ReadsClassicAndBerry) {
  const auto classic = inspect_text(parse_yarn_lock, "yarn.lock",
                                    "# yarn lockfile v1\n\n\n"
                                    "\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n"
                                    "  version \"1.2.0\"\n"
                                    "  resolved \"https://r.example/a.tgz#0\"\n"
                                    "  integrity sha512-AAECAwQ=\n"
                                    "  dependencies:\n    b \"^2.0.0\"\n\n"
                                    "b@^2.0.0:\n  version \"2.1.0\"\n\n"
                                    "x@npm:y@^1:\n  version \"1.9.0\"\n");
  EXPECT_THAT(names(classic), ElementsAre("@s/a 1.2.0", "b 2.1.0", "y 1.9.0"));
  EXPECT_THAT(classic.packages[0].depends, ElementsAre("b@2.1.0"));
  EXPECT_EQ(classic.packages[1].location.line, 11u);
  const auto berry = inspect_text(parse_yarn_lock, "yarn.lock",
                                  "__metadata:\n  version: 8\n\n"
                                  "\"a@npm:^1.0.0\":\n  version: 1.2.0\n"
                                  "  resolution: \"a@npm:1.2.0\"\n"
                                  "  dependencies:\n    b: \"npm:^2.0.0\"\n\n"
                                  "\"b@npm:^2.0.0\":\n  version: 2.1.0\n"
                                  "  resolution: \"b@npm:2.1.0\"\n\n"
                                  "\"app@workspace:.\":\n  version: 0.0.0-use.local\n"
                                  "  resolution: \"app@workspace:.\"\n");
  EXPECT_THAT(names(berry), ElementsAre("a 1.2.0", "b 2.1.0"));
  EXPECT_THAT(berry.packages[0].depends, ElementsAre("b@2.1.0"));
  EXPECT_EQ(berry.packages[0].location.line, 4u);
}

TEST(PnpmLock, ReadsEveryGenerationOfKeys) {
  const auto nine =
      inspect_text(parse_pnpm_lock, "pnpm-lock.yaml",
                   "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n"
                   "      a:\n        specifier: ^1\n        version: 1.2.0(p@3.0.0)\n"
                   "packages:\n  '@s/b@2.0.0':\n"
                   "    resolution: {integrity: sha512-AAECAwQ=}\n  a@1.2.0:\n"
                   "    resolution: {integrity: sha512-AAECAwQ=}\n"
                   "snapshots:\n  a@1.2.0:\n    dependencies:\n"
                   "      '@s/b': 2.0.0\n");
  EXPECT_THAT(names(nine), UnorderedElementsAre("@s/b 2.0.0", "a 1.2.0"));
  EXPECT_TRUE(nine.find("a")->direct);
  EXPECT_THAT(nine.find("a")->depends, ElementsAre("@s/b@2.0.0"));
  const auto five = inspect_text(parse_pnpm_lock, "pnpm-lock.yaml",
                                 "lockfileVersion: 5.4\npackages:\n  /@s/b/2.0.0:\n"
                                 "    dev: true\n  /a/1.2.0_p@3.0.0:\n    dev: false\n");
  EXPECT_THAT(names(five), UnorderedElementsAre("@s/b 2.0.0", "a 1.2.0"));
  EXPECT_TRUE(five.find("@s/b")->development);
  const auto six = inspect_text(parse_pnpm_lock, "pnpm-lock.yaml",
                                "lockfileVersion: '6.0'\npackages:\n  /@s/b@2.0.0(p@1.0.0):\n"
                                "    dev: false\n");
  EXPECT_THAT(names(six), ElementsAre("@s/b 2.0.0"));
}

TEST(BunLock, ReadsCommentsAndTrailingCommas) {
  const auto sink =
      inspect_text(parse_bun_lock, "bun.lock",
                   "{\n  // made by bun\n  \"lockfileVersion\": 1,\n  \"packages\": {\n"
                   "    \"a\": [\"a@1.0.0\", \"\", { \"dependencies\": { \"b\": \"^2\" } },"
                   " \"sha512-AAECAwQ=\"],\n"
                   "    \"b\": [\"b@2.0.0\", \"\", {}, \"sha512-AAECAwQ=\"],\n"
                   "    \"w\": [\"w@workspace:packages/w\"],\n  },\n}\n");
  EXPECT_THAT(names(sink), ElementsAre("a 1.0.0", "b 2.0.0"));
  EXPECT_THAT(sink.packages[0].depends, ElementsAre("b@2.0.0"));
  EXPECT_EQ(sink.packages[1].location.line, 6u);
}

TEST(Requirements, TakesPinsOnly) {
  const auto sink = inspect_text(
      parse_requirements, "requirements.txt",
      "# pins\n-r other.txt\n--index-url https://i.example\n"
      "Django==4.2.1 ; python_version > '3'\nrequests[socks] == 2.28.0 # why\n"
      "flask>=2\nnumpy==1.*\nsix==1.16.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\n"
      "exact===1.0\n");
  EXPECT_THAT(names(sink),
              ElementsAre("Django 4.2.1", "requests 2.28.0", "six 1.16.0", "exact 1.0"));
  EXPECT_EQ(sink.packages[2].location.line, 8u);
  EXPECT_EQ(sink.packages[2].checksum, "sha256:abc");
}

TEST(PythonLocks, PoetryUvPdmPylockAndPipfile) {
  const auto poetry =
      inspect_text(parse_python_lock, "poetry.lock",
                   "[[package]]\nname = \"Flask\"\nversion = \"2.0.1\"\ncategory = \"main\"\n"
                   "[package.dependencies]\nwerkzeug = \">=2.0\"\n"
                   "[[package]]\nname = \"werkzeug\"\nversion = \"2.0.2\"\ngroups = [\"dev\"]\n");
  EXPECT_THAT(names(poetry), ElementsAre("Flask 2.0.1", "werkzeug 2.0.2"));
  EXPECT_THAT(poetry.packages[0].depends, ElementsAre("werkzeug@2.0.2"));
  EXPECT_FALSE(poetry.packages[0].development);
  EXPECT_TRUE(poetry.packages[1].development);
  const auto uv = inspect_text(
      parse_python_lock, "uv.lock",
      "version = 1\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" "
      "}\n"
      "[[package]]\nname = \"anyio\"\nversion = \"4.0.0\"\nsource = { registry = \"r\" }\n"
      "dependencies = [{ name = \"idna\" }]\nsdist = { hash = \"sha256:1\" }\n"
      "[[package]]\nname = \"idna\"\nversion = \"3.4\"\n");
  EXPECT_THAT(names(uv), ElementsAre("anyio 4.0.0", "idna 3.4"));
  EXPECT_THAT(uv.packages[0].depends, ElementsAre("idna@3.4"));
  EXPECT_EQ(uv.packages[0].checksum, "sha256:1");
  const auto pylock = inspect_text(parse_python_lock, "pylock.toml",
                                   "lock-version = \"1.0\"\n[[packages]]\nname = \"attrs\"\n"
                                   "version = \"25.1.0\"\n[[packages]]\nname = \"own\"\n"
                                   "directory = {path = \".\"}\n");
  EXPECT_THAT(names(pylock), ElementsAre("attrs 25.1.0"));
  const auto pipfile = inspect_text(parse_pipfile_lock, "Pipfile.lock",
                                    R"({"default": {"a": {"version": "==1.0", "hashes":
                                    ["sha256:1"]}}, "develop": {"b": {"version": "==2"}}})");
  EXPECT_THAT(names(pipfile), ElementsAre("a 1.0", "b 2"));
  EXPECT_TRUE(pipfile.packages[1].development);
}

TEST(GoMod, RequiresReplacesAndTheGoVersion) {
  const auto sink = inspect_text(parse_go_mod, "go.mod",
                                 "module example.com/app\n\ngo 1.21\ntoolchain go1.22.4\n\n"
                                 "require (\n\tgithub.com/a/b v1.2.3\n"
                                 "\tgolang.org/x/net v0.1.0 // indirect\n\texample.com/old v1.0.0\n"
                                 "\texample.com/local v1.0.0\n)\n"
                                 "require gopkg.in/yaml.v3 v3.0.1\n"
                                 "replace example.com/old => example.com/new v2.0.0\n"
                                 "replace example.com/local => ../local\n");
  EXPECT_THAT(names(sink),
              ElementsAre("github.com/a/b v1.2.3", "golang.org/x/net v0.1.0",
                          "example.com/new v2.0.0", "gopkg.in/yaml.v3 v3.0.1", "stdlib 1.22.4"));
  EXPECT_EQ(sink.packages[0].location.line, 7u);
  EXPECT_TRUE(sink.packages[0].direct);
  EXPECT_FALSE(sink.packages[1].direct);
  EXPECT_THAT(names(inspect_text(parse_go_mod, "go.mod", "module m\ngo 1.21\n")), IsEmpty());
}

TEST(CargoLock, RelationsAndMembersWithoutSource) {
  const auto sink =
      inspect_text(parse_cargo_lock, "Cargo.lock",
                   "version = 3\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n"
                   "[[package]]\nname = \"serde\"\nversion = \"1.0.2\"\nsource = \"registry+r\"\n"
                   "checksum = \"ab\"\ndependencies = [\"itoa 0.4.0\", \"ryu\"]\n"
                   "[[package]]\nname = \"ryu\"\nversion = \"1.0.0\"\nsource = \"registry+r\"\n");
  EXPECT_THAT(names(sink), ElementsAre("serde 1.0.2", "ryu 1.0.0"));
  EXPECT_THAT(sink.packages[0].depends, ElementsAre("itoa@0.4.0", "ryu@1.0.0"));
  EXPECT_EQ(sink.packages[0].location.line, 6u);
  EXPECT_EQ(sink.packages[0].checksum, "sha256:ab");
}

TEST(ComposerAndGems, PackagesDevelopmentAndRelations) {
  const auto composer = inspect_text(
      parse_composer_lock, "composer.lock",
      R"({"packages": [{"name": "a/b", "version": "v1.0.0", "license": ["MIT", "GPL-2.0-only"],
      "require": {"php": ">=8", "c/d": "*"}}], "packages-dev": [{"name": "c/d", "version": "2.0"}]})");
  EXPECT_THAT(names(composer), ElementsAre("a/b v1.0.0", "c/d 2.0"));
  EXPECT_EQ(composer.packages[0].license, "MIT OR GPL-2.0-only");
  EXPECT_THAT(composer.packages[0].depends, ElementsAre("c/d@2.0"));
  EXPECT_TRUE(composer.packages[1].development);
  const auto gems = inspect_text(parse_gemfile_lock, "Gemfile.lock",
                                 "PATH\n  remote: .\n  specs:\n    own (0.1.0)\n\n"
                                 "GEM\n  remote: https://r.example/\n  specs:\n"
                                 "    nokogiri (1.15.4-x86_64-linux)\n      racc (~> 1.4)\n"
                                 "    racc (1.7.1)\n\nPLATFORMS\n  ruby\n\n"
                                 "DEPENDENCIES\n  nokogiri\n  own!\n\nBUNDLED WITH\n   2.4.1\n");
  EXPECT_THAT(names(gems), ElementsAre("nokogiri 1.15.4", "racc 1.7.1"));
  EXPECT_EQ(gems.packages[0].architecture, "x86_64-linux");
  EXPECT_THAT(gems.packages[0].depends, ElementsAre("racc@1.7.1"));
  EXPECT_TRUE(gems.packages[0].direct);
  EXPECT_FALSE(gems.packages[1].direct);
}

TEST(Nuget, LockAssetsAndProjectFiles) {
  const auto lock = inspect_text(parse_nuget_lock, "packages.lock.json",
                                 R"({"version": 1, "dependencies": {"net6.0": {
    "Newtonsoft.Json": {"type": "Direct", "resolved": "13.0.1", "dependencies": {"Other": "1.0"}},
    "Other": {"type": "Transitive", "resolved": "1.0.5"}, "own": {"type": "Project"}},
    "net7.0": {"Other": {"type": "Transitive", "resolved": "1.0.5"}}}})");
  EXPECT_THAT(names(lock), ElementsAre("Newtonsoft.Json 13.0.1", "Other 1.0.5"));
  EXPECT_THAT(lock.packages[0].depends, ElementsAre("Other@1.0.5"));
  const auto project = inspect_text(
      parse_nuget_xml, "app.csproj",
      "<Project>\n <ItemGroup>\n  <PackageReference Include=\"A\" Version=\"1.2.3\"/>\n"
      "  <PackageReference Include=\"B\" Version=\"[2.0]\" PrivateAssets=\"all\"/>\n"
      "  <PackageReference Include=\"C\" Version=\"1.*\"/>\n"
      "  <PackageReference Include=\"D\"/>\n </ItemGroup>\n</Project>\n");
  EXPECT_THAT(names(project), ElementsAre("A 1.2.3", "B 2.0"));
  EXPECT_EQ(project.packages[0].location.line, 3u);
  EXPECT_TRUE(project.packages[1].development);
  EXPECT_THAT(names(inspect_text(parse_nuget_xml, "packages.config",
                                 "<packages><package id=\"A\" version=\"1.0\"/></packages>")),
              ElementsAre("A 1.0"));
  EXPECT_THAT(names(inspect_text(parse_nuget_assets, "project.assets.json",
                                 R"({"libraries": {"A/1.0": {"type": "package"},
                                 "p/1.0": {"type": "project"}}})")),
              ElementsAre("A 1.0"));
}

TEST(Maven, SettlesWhatThePomItselfSettles) {
  const auto sink = inspect_text(
      parse_pom, "pom.xml",
      "<project>\n<parent><groupId>p</groupId><artifactId>q</artifactId><version>7</version>"
      "</parent>\n<artifactId>app</artifactId>\n"
      "<properties><v>1.${minor}</v><minor>5</minor></properties>\n"
      "<dependencyManagement><dependencies><dependency><groupId>m</groupId>"
      "<artifactId>n</artifactId><version>3.0</version></dependency></dependencies>"
      "</dependencyManagement>\n<dependencies>\n"
      "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>${v}</version>"
      "</dependency>\n"
      "<dependency><groupId>m</groupId><artifactId>n</artifactId><scope>test</scope></dependency>\n"
      "<dependency><groupId>${project.groupId}</groupId><artifactId>s</artifactId>"
      "<version>${project.version}</version></dependency>\n"
      "<dependency><groupId>x</groupId><artifactId>y</artifactId></dependency>\n"
      "<dependency><groupId>r</groupId><artifactId>r</artifactId><version>[1,2)</version>"
      "</dependency>\n</dependencies>\n</project>\n");
  EXPECT_THAT(names(sink), ElementsAre("a:b 1.5", "m:n 3.0", "p:s 7"));
  EXPECT_EQ(sink.packages[0].location.line, 7u);
  EXPECT_TRUE(sink.packages[1].development);
  EXPECT_THAT(sink.notes, ElementsAre(HasSubstr("line 10: 2 dependencies have")));
}

TEST(Maven, GradleAndSbt) {
  const auto gradle = inspect_text(parse_gradle_lock, "gradle.lockfile",
                                   "# comment\na.b:c:1.0=compileClasspath,testRuntime\n"
                                   "d:e:2.0=testCompileClasspath\nempty=x\n");
  EXPECT_THAT(names(gradle), ElementsAre("a.b:c 1.0", "d:e 2.0"));
  EXPECT_FALSE(gradle.packages[0].development);
  EXPECT_TRUE(gradle.packages[1].development);
  EXPECT_THAT(
      names(inspect_text(parse_gradle_verification, "gradle/verification-metadata.xml",
                         "<verification-metadata><components><component group=\"a\" name=\"b\" "
                         "version=\"1\"><artifact name=\"b.jar\"><sha256 value=\"00\"/></artifact>"
                         "</component></components></verification-metadata>")),
      ElementsAre("a:b 1"));
  EXPECT_THAT(names(inspect_text(parse_sbt_lock, "build.sbt.lock",
                                 R"({"dependencies": [{"org": "a", "name": "b", "version": "1",
                                 "configurations": ["test"]}]})")),
              ElementsAre("a:b 1"));
}

TEST(OtherLocks, EachGivesItsPackages) {
  struct Case {
    Parse parse;
    const char *path, *text;
    std::vector<std::string> expected;
  };
  const std::vector<Case> cases = {
      {parse_mix_lock,
       "mix.lock",
       "%{\n  \"phoenix\": {:hex, :phoenix, \"1.7.2\", \"ab\", [:mix], [], \"hexpm\", \"cd\"},\n"
       "  \"own\": {:git, \"https://g.example/own\", \"abc\", []},\n}\n",
       {"phoenix 1.7.2"}},
      {parse_rebar_lock,
       "rebar.lock",
       "{\"1.2.0\",\n[{<<\"cowboy\">>,{pkg,<<\"cowboy\">>,<<\"2.9.0\">>},0},\n"
       " {<<\"ranch\">>,{pkg,<<\"ranch\">>,<<\"1.8.0\">>},1}]}.\n",
       {"cowboy 2.9.0", "ranch 1.8.0"}},
      {parse_pubspec_lock,
       "pubspec.lock",
       "packages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n"
       "    version: \"0.13.5\"\n  sky:\n    source: sdk\n    version: \"0.0.99\"\n",
       {"http 0.13.5"}},
      {parse_conan_lock,
       "conan.lock",
       R"({"version": "0.5", "requires": ["zlib/1.2.13#rev%1"], "build_requires": ["cmake/3.2@u/c"]})",
       {"zlib 1.2.13", "cmake 3.2"}},
      {parse_vcpkg,
       "vcpkg.json",
       R"({"dependencies": ["fmt"], "overrides": [{"name": "zlib", "version": "1.2.13#2"}]})",
       {"zlib 1.2.13"}},
      {parse_swift_resolved,
       "Package.resolved",
       R"({"version": 2, "pins": [{"location": "https://github.com/apple/swift-nio.git",
       "state": {"version": "2.40.0"}}]})",
       {"github.com/apple/swift-nio 2.40.0"}},
      {parse_swift_resolved,
       "Package.resolved",
       R"({"version": 1, "object": {"pins": [{"repositoryURL": "https://github.com/a/b",
       "state": {"version": null, "revision": "abc"}}]}})",
       {"github.com/a/b abc"}},
      {parse_podfile_lock,
       "Podfile.lock",
       "PODS:\n  - A (1.0):\n    - B/Core (= 2.0)\n  - B/Core (2.0)\n  - Own (0.1)\n"
       "DEPENDENCIES:\n  - A (~> 1)\nEXTERNAL SOURCES:\n  Own:\n    :path: \"./Own\"\n",
       {"A 1.0", "B/Core 2.0"}},
      {parse_cartfile,
       "Cartfile.resolved",
       "github \"a/b\" \"1.0.0\"\nbinary \"x\" \"2\"\n",
       {"github.com/a/b 1.0.0"}},
      {parse_workflow,
       ".github/workflows/ci.yml",
       "on: push\njobs:\n  b:\n    steps:\n      - uses: actions/checkout@v4\n"
       "      - uses: ./local\n      - uses: docker://alpine:3\n      - run: true\n"
       "  c:\n    uses: o/r/.github/workflows/x.yml@main\n",
       {"actions/checkout v4", "o/r main"}},
      {parse_renv_lock,
       "renv.lock",
       R"({"Packages": {"R6": {"Package": "R6", "Version": "2.5.1"}}})",
       {"R6 2.5.1"}},
      {parse_julia_manifest,
       "Manifest.toml",
       "julia_version = \"1.9\"\n[[deps.JSON]]\nversion = \"0.21.4\"\n[[deps.Dates]]\nuuid = "
       "\"a\"\n",
       {"JSON 0.21.4"}},
      {parse_cabal_freeze,
       "cabal.project.freeze",
       "constraints: any.aeson ==2.1.0.0,\n             any.base ==4.17.0.0,\n  aeson +flag\n",
       {"aeson 2.1.0.0", "base 4.17.0.0"}},
      {parse_stack_lock,
       "stack.yaml.lock",
       "packages:\n- completed:\n    hackage: fuzzyset-0.2.4@sha256:ab,1\n",
       {"fuzzyset 0.2.4"}},
      {parse_conda_environment,
       "environment.yml",
       "dependencies:\n  - numpy=1.26.4=py311\n  - conda-forge::scipy==1.11\n  - python>=3.9\n"
       "  - pip:\n    - requests==2.28.0\n",
       {"numpy 1.26.4", "scipy 1.11", "requests 2.28.0"}},
      {parse_terraform_lock,
       ".terraform.lock.hcl",
       "provider \"registry.terraform.io/hashicorp/aws\" {\n  version     = \"5.0.1\"\n}\n",
       {"registry.terraform.io/hashicorp/aws 5.0.1"}},
  };
  for (const Case& one : cases) {
    const auto sink = inspect_text(one.parse, one.path, one.text);
    EXPECT_THAT(names(sink), testing::ElementsAreArray(one.expected)) << one.path;
    EXPECT_THAT(sink.problems, IsEmpty()) << one.path;
    for (const Package& package : sink.packages) EXPECT_GT(package.location.line, 0u) << one.path;
  }
}

TEST(AllLocks, TakeAnyBytesAndNameDamage) {
  for (const Inspector& inspector : lock_inspectors()) {
    SCOPED_TRACE(inspector.name);
    for (std::string_view text : {"", "\n\n", "{", "[[", "<a>", "a: [", "\xff\xfe\x80", "\0\0\0"})
      inspect_text(inspector.parse, inspector.paths[0], text);
    const std::string deep(100'000, '[');
    EXPECT_THAT(inspect_text(inspector.parse, inspector.paths[0], deep).packages, IsEmpty());
  }
  const auto cut = inspect_text(parse_package_lock, "package-lock.json",
                                R"({"lockfileVersion": 3, "packages": {"node_modules/a": {"vers)");
  EXPECT_EQ(cut.problems.size(), 1u);
  const auto lines = inspect_text(parse_yarn_lock, "yarn.lock",
                                  "# yarn lockfile v1\na@^1:\n  version \"1.0.0\"\nb@^2:\n  vers");
  EXPECT_THAT(names(lines), ElementsAre("a 1.0.0")) << "what stands before the cut counts";
}

TEST(AllLocks, AHundredMegabytesInOneLineEnd) {
  std::string text =
      R"({"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0", "x": ")";
  text += std::string(100u << 20, 'x') + "\"}}}";
  EXPECT_EQ(inspect_text(parse_package_lock, "package-lock.json", text).packages.size(), 1u);
}

}  // namespace
}  // namespace seawall::inspect
