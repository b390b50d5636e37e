// What a daemon runs with: flags over its file over defaults, and where each value comes from.
#include "benchmark/collectors/daemon_config.h"

#include "benchmark/collectors/settings_text.h"
#include "support/support.h"

namespace seawall::benchmark {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Words = std::vector<std::string>;

constexpr const char* kPath = "/etc/docker/daemon.json";

DaemonConfigFile file_of(const std::string& text) {
  return read_daemon_config(kPath, text);
}

DaemonConfigFile no_file() {
  return read_daemon_config(kPath, Error(Code::kNotFound, "no such file"));
}

DaemonSettings settings_of(const Words& words, const DaemonConfigFile& file = no_file(),
                           const char* version = "20.10.24") {
  return daemon_settings(words, 812, file, version, "/home/ann");
}

TEST(DaemonConfigTest, FlagsCountMoreThanTheFileAndThatMoreThanDefaults) {
  const DaemonConfigFile file = file_of("{\n  \"icc\": false,\n  \"log-level\": \"warn\"\n}");
  const DaemonSettings settings = settings_of({"--icc=true", "--live-restore"}, file);
  EXPECT_EQ(settings.values.at("icc"), "true");
  EXPECT_EQ(settings.sources.at("icc"), "flag --icc (pid 812)");
  EXPECT_EQ(settings.values.at("log-level"), "\"warn\"");
  EXPECT_EQ(settings.sources.at("log-level"), "/etc/docker/daemon.json:3");
  EXPECT_EQ(settings.values.at("live-restore"), "true");
  EXPECT_EQ(settings.values.at("userland-proxy"), "true");
  EXPECT_EQ(settings.sources.at("userland-proxy"), "default");
}

// F12 and F30 of the defects that other tools have: what follows the flag counts.
TEST(DaemonConfigTest, ReadsBooleansAsGoDoes) {
  EXPECT_EQ(settings_of({"--live-restore=false"}).values.at("live-restore"), "false");
  EXPECT_EQ(settings_of({"--iptables=0"}).values.at("iptables"), "false");
  EXPECT_EQ(settings_of({"--icc=f"}).values.at("icc"), "false");
  EXPECT_EQ(settings_of({"--icc=false", "--icc"}).values.at("icc"), "true") << "the last one wins";
  EXPECT_EQ(settings_of({"-D"}).values.at("debug"), "true");
  EXPECT_THAT(settings_of({"--icc=nein"}).values.at("icc"), HasSubstr("$error"));
}

TEST(DaemonConfigTest, ListsAndMapsKeepAllThatWasSaid) {
  const DaemonSettings settings =
      settings_of({"-H", "fd://", "-H=tcp://[::]:2376", "--insecure-registry", "10.0.0.0/8",
                   "--log-opt", "max-size=10m", "--log-opt=tag=a=b", "--add-runtime",
                   "gvisor=/usr/bin/runsc", "--default-ulimit", "nofile=64:64"});
  EXPECT_THAT(settings.list("hosts"), ElementsAre("fd://", "tcp://[::]:2376"));
  EXPECT_THAT(settings.list("insecure-registries"), ElementsAre("10.0.0.0/8"));
  EXPECT_EQ(settings.values.at("log-opts"), R"({"max-size":"10m","tag":"a=b"})");
  EXPECT_EQ(settings.values.at("runtimes"), R"(["gvisor"])");
  EXPECT_EQ(settings.values.at("default-ulimits"), R"({"nofile":"64:64"})");
  const auto file = file_of(R"({"runtimes": {"kata": {"path": "/k"}}, "hosts": ["fd://"]})");
  EXPECT_EQ(settings_of({}, file).values.at("runtimes"), R"(["kata"])");
  EXPECT_THAT(settings_of({}, file).list("hosts"), ElementsAre("fd://"));
}

TEST(DaemonConfigTest, DefaultsAreThoseOfTheVersion) {
  EXPECT_EQ(settings_of({}, no_file(), "26.1.4").values.at("ip6tables"), "false");
  EXPECT_EQ(settings_of({}, no_file(), "27.0.1").values.at("ip6tables"), "true");
  EXPECT_EQ(settings_of({}, no_file(), "a version").values.at("ip6tables"), "false");
  EXPECT_EQ(settings_of({"-g", "/data"}).text("data-root"), "/data") << "its older name";
}

TEST(DaemonConfigTest, SayingAnythingOfVerifyingTurnsTlsOn) {
  EXPECT_EQ(settings_of({}).values.at("tls"), "false");
  EXPECT_EQ(settings_of({}).text("tlscacert"), "");
  const DaemonSettings off = settings_of({"--tlsverify=false"});
  EXPECT_TRUE(off.boolean("tls"));
  EXPECT_FALSE(off.boolean("tlsverify"));
  const DaemonSettings file =
      settings_of({"--tlscert=/c.pem"}, file_of("{\"hosts\": [],\n\"tlsverify\": true}"));
  EXPECT_TRUE(file.boolean("tls"));
  EXPECT_EQ(file.sources.at("tls"), "/etc/docker/daemon.json:2");
  EXPECT_EQ(file.text("tlscert"), "/c.pem");
  EXPECT_EQ(file.text("tlskey"), "/home/ann/.docker/key.pem");
}

TEST(DaemonConfigTest, TheFlagNamesTheFile) {
  EXPECT_EQ(daemon_config_path({}), "/etc/docker/daemon.json");
  EXPECT_EQ(daemon_config_path({"--icc", "--config-file", "/a"}), "/a");
  EXPECT_EQ(daemon_config_path({"--config-file=/a", "--config-file=/b"}), "/b");
  EXPECT_EQ(daemon_config_path({}, "/home/ann/.config/docker/daemon.json"),
            "/home/ann/.config/docker/daemon.json");
}

TEST(DaemonConfigTest, AByteOrderMarkIsAProblemAndReadOver) {
  const DaemonConfigFile file = file_of("\xEF\xBB\xBF{\"icc\": false}");
  EXPECT_THAT(file.problems, ElementsAre(HasSubstr("byte order mark")));
  EXPECT_EQ(settings_of({}, file).values.at("icc"), "false");
}

// No value of such a file is taken for what the daemon runs with, and none for a default.
TEST(DaemonConfigTest, ADamagedFileLeavesUnknownWhatNoFlagSays) {
  for (const char* text :
       {R"({"icc": false, "icc": true})", "{\"icc\": false} // why", "{/* none */}", "<html>",
        "{\"icc\": false", "[]", "3", "\xff\xfe{\0}", "{\"icc\": false,}"}) {
    const DaemonConfigFile file = file_of(text);
    EXPECT_EQ(file.problems.size(), 1u) << text;
    EXPECT_TRUE(file.error) << text;
    const DaemonSettings settings = settings_of({"--live-restore"}, file);
    EXPECT_THAT(settings.values.at("icc"), HasSubstr("$error")) << text;
    EXPECT_EQ(settings.values.at("live-restore"), "true") << text;
    EXPECT_FALSE(settings.boolean("icc")) << text;
    EXPECT_EQ(settings.text("data-root"), "") << text;
    EXPECT_THAT(settings.list("hosts"), IsEmpty()) << text;
  }
  EXPECT_THAT(file_of(R"({"icc": false, "icc": true})").problems.at(0), HasSubstr("icc"));
}

TEST(DaemonConfigTest, AnUnreadableFileIsNotAnEmptyOne) {
  const DaemonConfigFile secret =
      read_daemon_config(kPath, Error(Code::kPermission, "not for you"));
  const std::string value = settings_of({}, secret).values.at("icc");
  EXPECT_THAT(value, HasSubstr("not for you"));
  EXPECT_THAT(value, HasSubstr(R"("needs":"root")"));
  for (const char* empty : {"", " \n", "{}"}) {
    EXPECT_EQ(settings_of({}, file_of(empty)).values.at("icc"), "true");
    EXPECT_THAT(file_of(empty).problems, IsEmpty());
  }
}

TEST(DaemonConfigTest, TheEngineCountsMoreAndADifferenceIsKept) {
  DaemonSettings settings = settings_of({"--live-restore", "--storage-driver="});
  settings.agree("live-restore", "false", "engine");
  settings.agree("experimental", "true", "engine");
  settings.agree("storage-driver", "\"vfs\"", "engine");
  settings.agree("debug", "false", "engine");
  EXPECT_EQ(settings.values.at("live-restore"), "false");
  EXPECT_EQ(settings.sources.at("live-restore"), "engine");
  EXPECT_EQ(settings.sources.at("debug"), "default") << "as was known already";
  ASSERT_EQ(settings.disagreements.size(), 1u) << "defaults and empty values contradict nobody";
  const std::string json = conflict_json("docker", settings.disagreements[0]);
  EXPECT_EQ(json,
            R"x({"subject":"docker","what":"live-restore","values":[{"value":"true",)x"
            R"x("source":"flag --live-restore (pid 812)"},{"value":"false","source":"engine"}]})x");
}

TEST(SettingsTextTest, MasksWhatIsSecret) {
  EXPECT_EQ(without_secrets("--log-opt=splunk-token=4f1c=d"), "--log-opt=splunk-token=***");
  EXPECT_EQ(without_secrets("Splunk-Token=4f1c"), "Splunk-Token=***");
  EXPECT_EQ(without_secrets("--http-proxy=http://ann:pa@ss@10.0.0.1:3128/x"),
            "--http-proxy=http://***@10.0.0.1:3128/x");
  for (const char* plain : {"--icc=false", "tcp://0.0.0.0:2375", "http://a/b@c", "://", "@", "",
                            "--tlskey=/etc/docker/key.pem", "token"})
    EXPECT_EQ(without_secrets(plain), plain);
  EXPECT_EQ(settings_of({"--log-opt", "splunk-token=4f1c"}).values.at("log-opts"),
            R"({"splunk-token":"***"})");
  const auto file = file_of(
      R"({"log-opts": {"splunk-token": "4f1c", "n": 1.5, "o": null, "p": true, "q": 7},
          "proxies": {"https-proxy": "http://a:b@c"}, "registry-mirrors": ["https://u:v@w"]})");
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  write_without_secrets(json, file.document->root());
  EXPECT_EQ(out,
            R"({"log-opts":{"splunk-token":"***","n":1.5,"o":null,"p":true,"q":7},)"
            R"("proxies":{"https-proxy":"http://***@c"},"registry-mirrors":["https://***@w"]})");
}

TEST(SettingsTextTest, AWordAfterAFlagOfASecretIsOne) {
  EXPECT_THAT(words_without_secrets({"dockerd", "--auth-token", "4f1c", "--icc", "--api_key=a=b",
                                     "--registry-password", "--debug", "plain"}),
              ElementsAre("dockerd", "--auth-token", "***", "--icc", "--api_key=***",
                          "--registry-password", "--debug", "plain"));
  EXPECT_THAT(words_without_secrets({}), IsEmpty());
}

TEST(SettingsTextTest, ALineKeepsItsShape) {
  const std::pair<const char*, const char*> lines[] = {
      {"ENV API_KEY=4f1c PORT=80", "ENV API_KEY=*** PORT=80"},
      {"ENV DB_PASSWORD=\"two words\" A='b c'", "ENV DB_PASSWORD=*** A='b c'"},
      {"|1 PRIVATE_KEY='a \" b'  RUN  make # buildkit", "|1 PRIVATE_KEY=***  RUN  make # buildkit"},
      {"ARG TOKEN=$OTHER SECRET=${X}", "ARG TOKEN=$OTHER SECRET=${X}"},
      {"RUN curl http://ann:pw@host/x", "RUN curl http://***@host/x"},
      {"ENV PASSWORD=\"not closed", "ENV PASSWORD=***"},
      {"  ", "  "},
      {"", ""}};
  for (const auto& [line, shown] : lines) EXPECT_EQ(line_without_secrets(line), shown);
}

TEST(DaemonConfigTest, CertificatesAreThoseOfTheDaemonsUser) {
  const auto of = [](const std::string& home) {
    return daemon_settings({"--tlsverify"}, 812, DaemonConfigFile(), "27.0", home);
  };
  EXPECT_EQ(of("/srv/daemon").values.at("tlscert"), R"("/srv/daemon/.docker/cert.pem")");
  EXPECT_EQ(of("/home/ann").text("tlskey"), "/home/ann/.docker/key.pem");
  EXPECT_EQ(of("").text("tlscacert"), "") << "nobody knows whose home it is";
}

}  // namespace
}  // namespace seawall::benchmark
