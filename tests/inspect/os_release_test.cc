#include "inspect/packages/os_release.h"

#include "collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Distribution read(std::string_view path, std::string_view text) {
  auto sink = inspect_text(parse_os_release, path, text);
  return sink.distributions.size() == 1 ? sink.distributions[0] : Distribution();
}
Distribution os_release(std::string_view text) {
  return read("etc/os-release", text);
}
std::string id_and_version(std::string_view path, std::string_view text) {
  const Distribution found = read(path, text);
  return found.id + " " + found.version_id;
}

TEST(OsRelease, ReadsEveryField) {
  const Distribution found = os_release(
      "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\n"
      "VERSION=\"24.04.1 LTS (Noble Numbat)\"\nVERSION_CODENAME=noble\nID=ubuntu\n"
      "ID_LIKE=\"debian  other\"\nVARIANT_ID=Server\nCPE_NAME=\"cpe:/o:canonical:ubuntu\"\n");
  EXPECT_EQ(found.id, "ubuntu");
  EXPECT_EQ(found.version_id, "24.04");
  EXPECT_EQ(found.codename, "noble");
  EXPECT_EQ(found.variant_id, "server");
  EXPECT_EQ(found.pretty_name, "Ubuntu 24.04.1 LTS");
  EXPECT_EQ(found.cpe_name, "cpe:/o:canonical:ubuntu");
  EXPECT_THAT(found.id_like, ElementsAre("debian", "other"));
}

TEST(OsRelease, Assignments) {
  std::vector<std::string> problems;
  const auto value = [&](std::string_view text) {
    const auto all = parse_assignments(text, problems);
    return all.size() == 1 ? all[0].key + "=" + all[0].value : std::string("?");
  };
  EXPECT_EQ(value("A=b"), "A=b");
  EXPECT_EQ(value("A="), "A=");
  EXPECT_EQ(value("\xef\xbb\xbf"
                  "A=b\r\n"),
            "A=b");
  EXPECT_EQ(value("  export A=b  \n# comment\n\n"), "A=b");
  EXPECT_EQ(value("A='b c\\n$x\"'"), "A=b c\\n$x\"");
  EXPECT_EQ(value(R"(A="b \"c\" \$d \`e\` \\ \n")"), R"(A=b "c" $d `e` \ \n)");
  EXPECT_EQ(value("A=a'b'\"c\"d"), "A=abcd");
  EXPECT_EQ(value("A=a\\ b\\'"), "A=a b'");
  EXPECT_EQ(value("A=bare words stay # but no comment"), "A=bare words stay");
  EXPECT_EQ(value("A=a#b"), "A=a#b");
  EXPECT_EQ(value("A=' b '  "), "A= b ");
  EXPECT_EQ(value("A=\"two\nlines\""), "A=two\nlines");
  EXPECT_THAT(problems, IsEmpty());
}

TEST(OsRelease, DamagedLinesAreNamedAndTheRestCounts) {
  const auto sink = inspect_text(parse_os_release, "etc/os-release",
                                 "what is this\nNAME=\"no end\nID=debian\n=x\nVERSION_ID=12\n");
  ASSERT_EQ(sink.distributions.size(), 1u);
  EXPECT_EQ(sink.distributions[0].version_id, "12");
  ASSERT_EQ(sink.problems.size(), 3u);
  EXPECT_THAT(sink.problems[0], HasSubstr("line 1: no \"=\""));
  EXPECT_THAT(sink.problems[1], HasSubstr("line 2: a quote that does not end"));
  EXPECT_THAT(sink.problems[2], HasSubstr("line 4: this is no name"));
}

TEST(OsRelease, OddButRealOnes) {
  EXPECT_EQ(os_release("ID=arch\nBUILD_ID=rolling\n").version_id, "");
  EXPECT_EQ(os_release("ID=\"opensuse-tumbleweed\"\nVERSION_ID=\"20240101\"\n").id,
            "opensuse-tumbleweed");
  EXPECT_EQ(os_release("ID=Fedora\nID=centos\nVERSION_ID='7'\n").id, "centos");
  EXPECT_EQ(os_release("ID=debian\nVERSION_ID=\"8\"\nVERSION=\"8 (jessie)\"\n").codename, "jessie");
  EXPECT_EQ(os_release("PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nID=debian\n").codename,
            "trixie");
  EXPECT_EQ(os_release("ID=ubuntu\nUBUNTU_CODENAME=xenial\n").codename, "xenial");
}

TEST(OsRelease, WithoutIdIsAProblemNotADistribution) {
  const auto sink = inspect_text(parse_os_release, "etc/os-release", "NAME=Something\n");
  EXPECT_THAT(sink.distributions, IsEmpty());
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_THAT(sink.problems[0], HasSubstr("no ID"));
}

TEST(OsRelease, LargeFilesAreRefused) {
  const auto sink = inspect_text(parse_os_release, "etc/os-release", std::string(2 << 20, '\n'));
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_THAT(sink.problems[0], HasSubstr("at most 1048576"));
}

TEST(OsRelease, ElderFiles) {
  EXPECT_EQ(id_and_version("etc/alpine-release", "3.20.1\n"), "alpine 3.20.1");
  EXPECT_EQ(id_and_version("etc/arch-release", ""), "arch ");
  EXPECT_EQ(id_and_version("etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n"),
            "centos 7.9.2009");
  EXPECT_EQ(id_and_version("etc/centos-release", "CentOS release 6.10 (Final)\n"), "centos 6.10");
  EXPECT_EQ(
      id_and_version("etc/redhat-release", "Red Hat Enterprise Linux Server release 7.9 (Maipo)\n"),
      "rhel 7.9");
  EXPECT_EQ(id_and_version("etc/system-release", "Amazon Linux AMI release 2018.03\n"),
            "amzn 2018.03");
  EXPECT_EQ(id_and_version("etc/oracle-release", "Oracle Linux Server release 8.5\n"), "ol 8.5");
  EXPECT_EQ(id_and_version("etc/lsb-release",
                           "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\n"),
            "ubuntu 10.04");
  EXPECT_EQ(id_and_version("etc/SuSE-release",
                           "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\n"
                           "PATCHLEVEL = 4\n"),
            "sles 11.4");
  EXPECT_EQ(id_and_version("etc/SuSE-release", "openSUSE 12.3 (x86_64)\nVERSION = 12.3\n"),
            "opensuse 12.3");
  EXPECT_EQ(id_and_version("etc/redhat-release", "Nothing known release 3\n"), " ");
  EXPECT_EQ(id_and_version("etc/alpine-release", ""), " ");
}

TEST(OsRelease, DebianVersion) {
  Distribution found = read("etc/debian_version", "12.6\n");
  EXPECT_EQ(found.id + found.version_id + "," + found.minor, "debian12,12.6");
  found = read("etc/debian_version", "trixie/sid\n");
  EXPECT_EQ(found.codename, "trixie");
  EXPECT_EQ(found.version_id + found.minor, "");
  EXPECT_FALSE(read("etc/debian_version", "\n").known());
}

Distribution merged(std::vector<std::pair<std::string, std::string>> files) {
  std::vector<std::pair<std::string, Distribution>> read_files;
  for (const auto& [path, text] : files) read_files.emplace_back(path, read(path, text));
  const Distribution forwards = merge_distributions(read_files);
  const Distribution backwards = merge_distributions({read_files.rbegin(), read_files.rend()});
  EXPECT_EQ(forwards, backwards);
  return forwards;
}

TEST(OsRelease, MergePrefersOsRelease) {
  const Distribution found = merged({{"etc/redhat-release", "CentOS Linux release 7.9 (Core)"},
                                     {"usr/lib/os-release", "ID=usr\nVERSION_ID=1\n"},
                                     {"etc/os-release", "ID=etc\n"}});
  EXPECT_EQ(found.id, "etc");
  EXPECT_EQ(found.version_id, "");
}

TEST(OsRelease, MergeFillsInDebianOnly) {
  Distribution found = merged(
      {{"etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"}, {"etc/debian_version", "12.6\n"}});
  EXPECT_EQ(found.minor, "12.6");
  found = merged({{"etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n"},
                  {"etc/debian_version", "bookworm/sid\n"}});
  EXPECT_EQ(found.id + found.minor + found.codename, "ubuntu");
  found = merged({{"etc/lsb-release", "DISTRIB_ID=Ubuntu\n"}, {"etc/debian_version", "6.0\n"}});
  EXPECT_EQ(found.id, "ubuntu");
  EXPECT_EQ(merged({{"etc/debian_version", "5.0.10\n"}}).version_id, "5");
}

TEST(OsRelease, MergeKnowsOracleFromRedHat) {
  EXPECT_EQ(merged({{"etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10"},
                    {"etc/oracle-release", "Oracle Linux Server release 6.10"}})
                .id,
            "ol");
  EXPECT_FALSE(merged({}).known());
}

}  // namespace
}  // namespace seawall::inspect
