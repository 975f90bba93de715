#include "compiler/support/document.h"
#include "tests/unit/compiler/support/nasty_texts.h"
#include <gtest/gtest.h>

using namespace pipelang;

static std::string textOf(llvm::Expected<RenderedText> rendered) {
  return rendered ? rendered->text : "error: " + llvm::toString(rendered.takeError());
}

TEST(JsonWriter, ReadsBackEveryNastyText) {
  for (const std::string &text : test::nastyTexts()) {
    Document map;
    map.set("key", DocumentList{text});
    auto back = readJson(toJson(map).text);
    ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
    EXPECT_EQ(*back, map);
  }
}

TEST(JsonWriter, KeepsOrderAndOrigins) {
  Span place{Id<SourceFile>(0), 1, 2};
  Document root;
  root.set("z", 1);
  root.set("a", DocumentList{Document::Decimal{"0.50"}, Document(true).from(place)});
  root.set("e", Document::map());
  RenderedText json = toJson(root);
  EXPECT_EQ(json.text, "{\n  \"z\": 1,\n  \"a\": [\n    0.50,\n    true\n  ],\n  \"e\": {}\n}\n");
  ASSERT_EQ(json.lineOrigins.size(), 8u);
  EXPECT_EQ(json.lineOrigins[4], place);
}

TEST(JsonReader, NamesTheLine) {
  auto broken = readJson("{\n\"a\": x}");
  ASSERT_FALSE(bool(broken));
  EXPECT_EQ(llvm::toString(broken.takeError()), "line 2: invalid JSON value");
  auto number = readJson("[1, 1.5, null, false]");
  ASSERT_TRUE(bool(number));
  EXPECT_EQ(toJson(*number).text, "[\n  1,\n  1.5,\n  null,\n  false\n]\n");
}

TEST(TomlWriter, PutsValuesBeforeTables) {
  Document root;
  root.commented("Generated");
  root.set("tool", DocumentMap{{"black", DocumentMap{{"line-length", 88}}}});
  root.set("title", "a\"b\n\x01");
  root.set("versions", DocumentList{"3.10", "3.11"});
  root.set("item", DocumentList{DocumentMap{{"a b", true}}, DocumentMap{{"c", Document::Decimal{"0.5"}}}});
  EXPECT_EQ(textOf(toToml(root)), "# Generated\n"
                                  "title = \"a\\\"b\\n\\u0001\"\n"
                                  "versions = [\"3.10\", \"3.11\"]\n"
                                  "\n[tool]\n"
                                  "\n[tool.black]\n"
                                  "line-length = 88\n"
                                  "\n[[item]]\n"
                                  "\"a b\" = true\n"
                                  "\n[[item]]\n"
                                  "c = 0.5\n");
}

TEST(TomlWriter, RefusesWhatItCannotSay) {
  EXPECT_EQ(textOf(toToml("x")), "error: TOML needs a map at the top");
  EXPECT_EQ(textOf(toToml(DocumentMap{{"a", Document()}})), "error: `a` has no value, and TOML has no null");
  EXPECT_EQ(textOf(toToml(DocumentMap{{"a", DocumentList{1, "x"}}})), "error: `a` is a list of mixed kinds");
  EXPECT_EQ(textOf(toToml(DocumentMap{{"a", DocumentList{DocumentMap{}, "x"}}})),
            "error: `a` is a list of mixed kinds");
  EXPECT_EQ(textOf(toToml(DocumentMap{{"a", Document::Decimal{".5"}}})),
            "error: `a`: `.5` is no number of TOML's");
}

TEST(IniWriter, WritesSections) {
  Document root;
  root.set("flake8", DocumentMap{{"max-line-length", 88}, {"ignore", DocumentList{"E203", "W503"}}});
  root.set("top", true);
  EXPECT_EQ(textOf(toIni(root)), "top = true\n"
                                 "\n[flake8]\n"
                                 "max-line-length = 88\n"
                                 "ignore = E203\n"
                                 "ignore = W503\n");
}

TEST(IniWriter, RefusesWhatItCannotSay) {
  EXPECT_EQ(textOf(toIni(DocumentList{})), "error: INI needs a map at the top");
  EXPECT_EQ(textOf(toIni(DocumentMap{{"a", "x\ny"}})),
            "error: the value of `a` cannot stand on one line of INI");
  EXPECT_EQ(textOf(toIni(DocumentMap{{"a", DocumentMap{{"b", DocumentMap{}}}}})),
            "error: `a.b` is nested too deeply for INI");
  EXPECT_EQ(textOf(toIni(DocumentMap{{"a=b", 1}})), "error: `a=b` cannot be a key of INI");
}
