#include "compiler/support/document.h"
#include "compiler/support/yaml_scalar.h"
#include "tests/unit/compiler/support/nasty_texts.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <gtest/gtest.h>

using namespace pipelang;

static std::string spelled(const std::string &text) {
  Document map;
  map.set("key", text);
  return toYaml(map).text;
}

TEST(YamlWriter, ReadsBackEveryNastyText) {
  for (const std::string &text : test::nastyTexts()) {
    Document map;
    map.set("key", text);
    map.set("after", DocumentList{text, "end"});
    std::string yaml = toYaml(map).text;
    auto back = readYaml(yaml);
    ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError()) << "\n" << yaml;
    EXPECT_EQ(*back, map) << yaml;
  }
}

TEST(YamlWriter, ReadsBackScalarsAtTheTop) {
  for (const std::string &text : test::nastyTexts()) {
    std::string yaml = toYaml(text).text;
    auto back = readYaml(yaml);
    ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError()) << "\n" << yaml;
    EXPECT_EQ(*back, Document(text)) << yaml;
    EXPECT_EQ(yaml.back(), '\n');
  }
}

/// Writes the whole collection as YAML and JSON and lets another reader compare the two.
static int compareWith(const std::string &command) {
  const char *kept = std::getenv("PIPELANG_EMIT_TO"); // tests/lit/conformance reads them again
  llvm::SmallString<128> folder(kept ? kept : "");
  if (!kept && llvm::sys::fs::createUniqueDirectory("pipelang-yaml", folder)) return -1;
  std::string base = folder.str().str() + "/nasty";
  std::error_code error;
  llvm::raw_fd_ostream(base + ".yaml", error) << toYaml(test::nastyDocument()).text;
  llvm::raw_fd_ostream(base + ".json", error) << toJson(test::nastyDocument()).text;
  int status = std::system((command + " " + base + ".yaml " + base + ".json").c_str());
  if (!kept) llvm::sys::fs::remove_directories(folder);
  return status;
}

TEST(YamlWriter, AYaml11ReaderAgrees) {
  if (std::system("python3 -c 'import yaml' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3 has no module yaml here";
  EXPECT_EQ(0, compareWith("python3 -c 'import json, sys, yaml; "
                           "sys.exit(yaml.safe_load(open(sys.argv[1], encoding=\"utf-8\")) != "
                           "json.load(open(sys.argv[2], encoding=\"utf-8\")))'"));
}

TEST(YamlWriter, QuotesWhatReadersDisagreeOn) {
  EXPECT_EQ(spelled("on"), "key: \"on\"\n");
  EXPECT_EQ(spelled("3.10"), "key: \"3.10\"\n");
  EXPECT_EQ(spelled("0123"), "key: \"0123\"\n");
  EXPECT_EQ(spelled("12:30:45"), "key: \"12:30:45\"\n");
  EXPECT_EQ(spelled("~"), "key: \"~\"\n");
  EXPECT_EQ(spelled("!cancelled()"), "key: \"!cancelled()\"\n");
  EXPECT_EQ(spelled("plain text, with: a colon"), "key: \"plain text, with: a colon\"\n");
  EXPECT_EQ(spelled("actions/checkout@11bd719"), "key: actions/checkout@11bd719\n");
  EXPECT_EQ(spelled("${{ github.sha }}"), "key: ${{ github.sha }}\n");
  EXPECT_EQ(yamlScalar("a\u0085b"), "\"a\\x85b\"");
  EXPECT_EQ(yamlScalar("\xFF"), "\"\uFFFD\"");
}

TEST(YamlWriter, KeepsLinesInBlocks) {
  EXPECT_EQ(spelled("a\nb\n"), "key: |\n  a\n  b\n");
  EXPECT_EQ(spelled("a\nb"), "key: |-\n  a\n  b\n");
  EXPECT_EQ(spelled("a\n\nb\n\n"), "key: |+\n  a\n\n  b\n\n");
  EXPECT_EQ(spelled(" a\nb\n"), "key: \" a\\nb\\n\"\n");
}

TEST(YamlWriter, LaysOutListsMapsAndComments) {
  Document root;
  root.commented("Header\nof two lines");
  root.set("empty", Document::list());
  root.set("none", Document());
  Document jobs = Document::map();
  jobs.commented("what runs");
  Document step;
  step.set("uses", Document("a@b").commented("v1"));
  step.set("with", DocumentMap{{"depth", 1}});
  jobs.set("steps", DocumentList{step, DocumentList{true, Document(DocumentMap{{"a", "b"}}).commented("c")}});
  root.set("jobs", jobs);
  EXPECT_EQ(toYaml(root).text, "# Header\n"
                               "# of two lines\n"
                               "empty: []\n"
                               "none: null\n"
                               "# what runs\n"
                               "jobs:\n"
                               "  steps:\n"
                               "    - uses: a@b # v1\n"
                               "      with:\n"
                               "        depth: 1\n"
                               "    - - true\n"
                               "      # c\n"
                               "      - a: b\n");
}

TEST(YamlWriter, ACommentCannotEndItsLine) {
  Document root;
  root.set("a", Document(1).commented("x\ninjected: true\u0085injected: true\u2028y"));
  EXPECT_EQ(toYaml(root).text, "a: 1 # x injected: true injected: true y\n");
}

TEST(YamlWriter, SaysWhereEachLineComesFrom) {
  Span outer{Id<SourceFile>(0), 1, 2}, inner{Id<SourceFile>(0), 3, 4};
  Document root;
  root.from(outer);
  root.set("a", 1);
  root.set("run", Document("x\ny\n").from(inner));
  root.set("z", DocumentList{1});
  RenderedText text = toYaml(root);
  EXPECT_EQ(text.lineOrigins, (std::vector<Span>{outer, inner, inner, inner, outer, outer}));
}

TEST(YamlReader, ReadsBy12AndRefusesWhatIsAmbiguous) {
  auto read = [](llvm::StringRef text) {
    auto document = readYaml(text);
    return document ? toJson(*document).text : "error: " + llvm::toString(document.takeError());
  };
  EXPECT_EQ(read("on: push"), "{\n  \"on\": \"push\"\n}\n");
  EXPECT_EQ(read("[no, 3.10, 0x10, ~, 'true', true, 1e3, 12:30]"),
            "[\n  \"no\",\n  3.10,\n  16,\n  null,\n  \"true\",\n  true,\n  1e3,\n  \"12:30\"\n]\n");
  EXPECT_EQ(read("a: &x {b: 1}\nc: *x"),
            "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"c\": {\n    \"b\": 1\n  }\n}\n");
  EXPECT_EQ(read("a: 1\na: 2"), "error: line 2: the key `a` stands twice");
  EXPECT_EQ(read("a: 1\n---\nb: 2"), "error: line 2: a second document begins");
  EXPECT_EQ(read(llvm::StringRef("\x01\0\0\0\0\0\0"
                                 "0",
                                 8)),
            "error: line 1: a NUL byte");
  EXPECT_EQ(read("\"caf\u00e9\\N\\_\": 1"), "{\n  \"caf\u00e9\u0085\u00a0\": 1\n}\n");
  EXPECT_EQ(read("a: [1"), "error: line 1: end of sequence flow not found");
  EXPECT_EQ(read("? [a]\n: 1"), "error: line 1: a key must be a text");
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i)
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  EXPECT_TRUE(llvm::StringRef(read(bomb)).endswith("aliases unfold to too much"));
}
