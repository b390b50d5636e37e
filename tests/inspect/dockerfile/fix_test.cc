// Corrections: exactly these texts, and nothing where the right text is not certain.
#include "inspect/dockerfile/fix.h"

#include "support/support.h"

namespace seawall::inspect {
namespace {

const std::vector<DockerRule>& rules() {
  static const auto loaded = load_docker_rules();
  EXPECT_OK(loaded);
  return *loaded;
}

std::string fixed(std::string_view text) {
  return fix_dockerfile(text, rules()).text;
}

struct Case {
  std::string_view before, after;
};

TEST(DockerFix, CorrectsWhatHasOneRightText) {
  const Case cases[] = {
      {"FROM a:1\nRUN apt-get install git=1\n", "FROM a:1\nRUN apt-get install -y git=1\n"},
      {"FROM a:1\nRUN apt install -y git=1\n", "FROM a:1\nRUN apt-get install -y git=1\n"},
      {"FROM a:1\nRUN apt-get update && apt-get install -y git=1\n",
       "FROM a:1\nRUN apt-get update && apt-get install -y git=1 && rm -rf "
       "/var/lib/apt/lists/*\n"},
      {"FROM a:1\nRUN apt-get update \\\n  && apt-get install -y git=1\n",
       "FROM a:1\nRUN apt-get update \\\n  && apt-get install -y git=1 \\\n  && rm -rf "
       "/var/lib/apt/lists/*\n"},
      {"FROM a:1\nRUN apk add git=1\n", "FROM a:1\nRUN apk add --no-cache git=1\n"},
      {"FROM a:1\nRUN pip3 install six==1\n", "FROM a:1\nRUN pip3 install --no-cache-dir six==1\n"},
      {"FROM a:1\nRUN dnf install git-1\n",
       "FROM a:1\nRUN dnf install -y git-1 && dnf clean all\n"},
      {"FROM a:1\nRUN useradd -u 123456789 app\n", "FROM a:1\nRUN useradd -l -u 123456789 app\n"},
      {"FROM a:1\nRUN wget https://x.example/y\n",
       "FROM a:1\nRUN wget --progress=dot:giga https://x.example/y\n"},
      {"FROM a:1 as b\nfrom b AS c\nRUN x\n", "FROM a:1 AS b\nFROM b AS c\nRUN x\n"},
      {"FROM a:1\nENV A some words\n", "FROM a:1\nENV A=\"some words\"\n"},
      {"FROM a:1\nMAINTAINER Jane <j@example.org>\n",
       "FROM a:1\nLABEL org.opencontainers.image.authors=\"Jane <j@example.org>\"\n"},
      {"FROM a:1\nADD src /app/\n", "FROM a:1\nCOPY src /app/\n"},
      {"FROM a:1\nCOPY a b /dest\n", "FROM a:1\nCOPY a b /dest/\n"},
      {"FROM a:1\nEXPOSE 80/TCP 53/Udp\n", "FROM a:1\nEXPOSE 80/tcp 53/udp\n"},
      {"FROM a:1\nRUN x \\\n\n  && y\n", "FROM a:1\nRUN x \\\n  && y\n"},
      {"FROM --platform=$TARGETPLATFORM a:1\n", "FROM a:1\n"},
      {"FROM a:1\nCMD [\"a\"]\nCMD [\"b\"]\n", "FROM a:1\nCMD [\"b\"]\n"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(fixed(one.before), one.after) << one.before;
    EXPECT_EQ(fixed(one.after), one.after) << "twice is once";
  }
}

TEST(DockerFix, LeavesWhatIsNotCertain) {
  for (const std::string_view text : {
           // A later RUN needs the lists.
           "FROM a:1\nRUN apt-get update && true\nRUN apt-get install -y git=1\n",
           // No plain chain.
           "FROM a:1\nRUN apt-get update; if true; then apt-get install -y git=1; fi\n",
           "FROM a:1\nRUN (apt-get update && apt-get install -y git=1)\n",
           // ADD unpacks or fetches.
           "FROM a:1\nADD rootfs.tar.gz /\n",
           "FROM a:1\nADD https://x.example/y /y\n",
           "FROM a:1\nADD *.x /y/\n",
           // Quotes and variables inside.
           "FROM a:1\nENV A say \"hello\"\n",
           "FROM a:1\nMAINTAINER \"a\" <b>\n",
           // What a shell form does depends on the base image.
           "FROM a:1\nCMD echo a\n",
           // Not a Dockerfile that can be read, and no text.
           "FROM a:1\nBANANA\nRUN apt install x\n",
           "FROM a:1\nRUN apt install \xff\n",
       }) {
    EXPECT_EQ(fixed(text), text);
  }
}

TEST(DockerFix, KeepsEverythingElse) {
  // Comments, continuations, line ends and a byte order mark.
  EXPECT_EQ(fixed("\xef\xbb\xbf# a\r\nFROM a:1\r\n# b\r\nRUN apk add \\\r\n  # c\r\n  git=1\r\n"),
            "\xef\xbb\xbf# a\r\nFROM a:1\r\n# b\r\nRUN apk add --no-cache \\\r\n  # c\r\n  "
            "git=1\r\n");
  EXPECT_EQ(fixed("# escape=`\nFROM a:1\nRUN apk add `\n  git=1"),
            "# escape=`\nFROM a:1\nRUN apk add --no-cache `\n  git=1");
  EXPECT_EQ(fixed("FROM a:1\nRUN <<EOF\napk add git=1\nEOF\n"),
            "FROM a:1\nRUN <<EOF\napk add --no-cache git=1\nEOF\n");
  EXPECT_EQ(fixed("FROM a:1\n# hadolint ignore=DL3019\nRUN apk add git=1\n"),
            "FROM a:1\n# hadolint ignore=DL3019\nRUN apk add git=1\n")
      << "what a comment sets aside stays";
}

TEST(DockerFix, TakesAnyBytes) {
  std::string noise = "FROM a\n";
  for (int i = 0; i < 20'000; ++i) noise += static_cast<char>(i * 7919 >> 3);
  EXPECT_EQ(fixed(noise), noise);
  std::string many = "FROM a:1\n";
  for (int i = 0; i < 700; ++i) many += "RUN apk add x=1\n";
  EXPECT_GE(fix_dockerfile(many, rules()).fixed.size(), kMostFixes);
}

}  // namespace
}  // namespace seawall::inspect
