#include "compiler/driver/embedded_texts.h"
#include "samples.h"
#include "gtest/gtest.h"
#include <random>
#include <set>

using namespace pipelang;
using namespace pipelang::gates;

TEST(Readers, EverySampleSaysWhatItSays) {
  std::set<std::string> seen;
  for (const Sample &sample : samples()) {
    EXPECT_EQ(say(sample.reader, sample.text), sample.says) << sample.reader;
    seen.insert(sample.reader);
  }
  for (const std::string &name : readerNames())
    EXPECT_TRUE(seen.count(name)) << "no sample for " << name;
}

/// The block of stdlib/report.pipe that starts with `head`, up to the next `}`.
static llvm::StringRef blockOf(llvm::StringRef head) {
  for (const driver::EmbeddedText &text : driver::embeddedTexts())
    if (text.name == "stdlib/report.pipe") {
      llvm::StringRef rest = text.text.substr(text.text.find(head));
      return rest.take_front(rest.find("\n}"));
    }
  return "";
}

TEST(Readers, TheLibraryDeclaresEveryReaderAndField) {
  const std::map<std::string, std::string> records = {
#define READER(NAME, FUNCTION, RECORD) {#NAME, #RECORD},
#include "runtime/gates/readers.def"
  };
  for (const Sample &sample : samples()) {
    const std::string &record = records.at(sample.reader);
    std::string declaration = std::string("reader ") + sample.reader + "(file: Path) -> " + record + "\n";
    EXPECT_TRUE(blockOf(declaration).startswith(declaration)) << declaration;
    llvm::StringRef fields = blockOf("record " + record + " {");
    auto reading = readReport(sample.reader, sample.text);
    ASSERT_TRUE(bool(reading)) << sample.reader;
    for (const auto &[field, value] : *reading)
      EXPECT_TRUE(fields.contains("\n  " + field + ": ")) << record << " lacks " << field;
  }
}

TEST(Readers, EmptyFilesAndUnknownReaders) {
  for (const std::string &name : readerNames())
    for (const char *text : {"", "\n", " \t\r\n", "\xEF\xBB\xBF"})
      EXPECT_EQ(say(name, text).rfind("error: the file is empty", 0), 0u) << name;
  EXPECT_EQ(say("cobertrua", "x"), "error: there is no reader `cobertrua`");
}

TEST(Readers, AByteOrderMarkChangesNothing) {
  for (const Sample &sample : samples())
    EXPECT_EQ(say(sample.reader, "\xEF\xBB\xBF" + sample.text), sample.says) << sample.reader;
}

TEST(Readers, NoReportIsTakenForAnother) {
  const std::set<std::pair<std::string, std::string>> alike = {{"clover", "cobertura"}};
  for (const Sample &sample : samples())
    for (const std::string &name : readerNames()) {
      std::string says = say(name, sample.text);
      if (name == sample.reader || says.rfind("error: ", 0) == 0) continue;
      // Objects with `vulnerabilities` are npm's, Safety's and GitLab's: told apart by what is in them.
      EXPECT_TRUE(name == "safety") << sample.reader << " read as " << name << ": " << says;
    }
}

TEST(Readers, EveryPrefixGivesAReadingOrAnError) {
  for (const Sample &sample : samples())
    for (std::size_t length = 0; length < sample.text.size(); ++length)
      EXPECT_FALSE(say(sample.reader, llvm::StringRef(sample.text).take_front(length)).empty())
          << sample.reader;
}

TEST(Readers, APrefixNeverLooksBetterThanTheWhole) {
  // Cut anywhere, XML and JSON are errors; lcov and CSV say that they were cut.
  for (const Sample &sample : samples()) {
    llvm::StringRef whole = llvm::StringRef(sample.text).rtrim();
    for (std::size_t length = 1; length < whole.size(); ++length)
      EXPECT_EQ(say(sample.reader, whole.take_front(length)).rfind("error: ", 0), 0u)
          << sample.reader << " at " << length;
  }
}

TEST(Readers, MutationsGiveAReadingOrAnError) {
  std::mt19937 random(1);
  static const char pieces[] = "<>/&;\"'{}[],:0123456789-+.eE \n\\\x00\xFF\xC3%(";
  for (const Sample &sample : samples())
    for (int round = 0; round < 1500; ++round) {
      std::string text = sample.text;
      for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
        std::size_t at = random() % text.size();
        switch (random() % 3) {
        case 0: text[at] = pieces[random() % (sizeof pieces - 1)]; break;
        case 1: text.erase(at, random() % 8); break;
        default: text.insert(at, text.substr(random() % text.size(), random() % 20)); break;
        }
        if (text.empty()) text = " ";
      }
      EXPECT_FALSE(say(sample.reader, text).empty());
    }
}

TEST(Readers, DeepNestingAndBigNumbers) {
  std::string brackets(1'000'000, '['), braces;
  for (int i = 0; i < 100'000; ++i)
    braces += "{\"a\":";
  std::string tags;
  for (int i = 0; i < 100'000; ++i)
    tags += "<testsuite>";
  for (const std::string &name : readerNames())
    for (const std::string *text : {&brackets, &braces, &tags})
      EXPECT_EQ(say(name, *text).rfind("error: ", 0), 0u) << name;
  EXPECT_EQ(say("lcov", "SF:a\nDA:1,99999999999999999999999\nend_of_record\n"),
            "lines=100% lines_covered=1 lines_total=1");
}

TEST(Xml, EntitiesAreRefusedBeforeTheyGrow) {
  std::string laughs =
      "<!DOCTYPE testsuites [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><testsuites>&b;</testsuites>";
  EXPECT_EQ(say("junit", laughs), "error: line 1: the document declares entities, which no report needs");
  std::string external =
      "<!DOCTYPE testsuites [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><testsuites>&x;</testsuites>";
  EXPECT_EQ(say("junit", external), "error: line 1: the document declares entities, which no report needs");
  EXPECT_EQ(say("junit", "<testsuites>&unknown;</testsuites>"), "error: line 1: not XML: undefined entity");
}

TEST(Cobertura, Traps) {
  auto report = [](const std::string &lines) {
    return say(
        "cobertura",
        "<coverage line-rate=\"1\" lines-valid=\"0\"><packages><package><classes><class filename=\"a\">" +
            lines + "</class></classes></package></packages></coverage>");
  };
  // 0 of 0 lines is no share, whatever the totals say.
  EXPECT_EQ(report("<lines/>"), "lines_covered=0 lines_total=0");
  // A line below a method stands below its class again, and counts once.
  EXPECT_EQ(report("<methods><method><lines><line number=\"1\" hits=\"0\"/></lines></method></methods>"
                   "<lines><line number=\"1\" hits=\"2\"/><line number=\"2\" hits=\"0\"/></lines>"),
            "lines=50% lines_covered=1 lines_total=2");
  EXPECT_EQ(report("<lines><line number=\"1\" hits=\"-1\"/></lines>"),
            "lines=0% lines_covered=0 lines_total=1");
  EXPECT_EQ(report("<lines><line number=\"x\" hits=\"1\"/></lines>"),
            "error: line 1: a `line` needs `number` and `hits`: no Cobertura report");
  EXPECT_EQ(report("<lines><line number=\"1\" hits=\"1\" condition-coverage=\"x\"/></lines>"),
            "error: line 1: `condition-coverage` must be like `50% (1/2)`");
  EXPECT_EQ(say("cobertura", "<report/>"),
            "error: line 1: the root is `report`, not `coverage`: no Cobertura report");
  EXPECT_EQ(say("cobertura", "<coverage>"), "error: line 1: not XML: no element found");
  // A third is never rounded up to a bound.
  std::string lines;
  for (int i = 0; i < 3'000'000 / 1000; ++i)
    lines += "<line number=\"" + std::to_string(i) + "\" hits=\"" + (i == 0 ? "0" : "1") + "\"/>";
  EXPECT_EQ(report("<lines>" + lines + "</lines>"), "lines=99.966666% lines_covered=2999 lines_total=3000");
}

TEST(Lcov, Traps) {
  EXPECT_EQ(say("lcov", "SF:a\nDA:1,0\nend_of_record\nSF:a\nDA:1,2\nDA:2,0\nend_of_record\n"),
            "lines=50% lines_covered=1 lines_total=2");
  EXPECT_EQ(say("lcov", "SF:a\r\nDA:1,1\r\nend_of_record\r\n"), "lines=100% lines_covered=1 lines_total=1");
  EXPECT_EQ(say("lcov", "SF:a\nDA:1,1\n"),
            "error: the last record has no `end_of_record`: the file was cut off");
  EXPECT_EQ(say("lcov", "TN:x\n"), "error: no `SF:` record: no lcov tracefile");
  EXPECT_EQ(say("lcov", "hello world\n"), "error: line 1: no record of an lcov tracefile");
  EXPECT_EQ(say("lcov", "DA:1,1\n"), "error: line 1: `DA:` must be `line,count` below an `SF:`");
  EXPECT_EQ(say("lcov", "SF:a\nBRDA:1,0\nend_of_record\n"),
            "error: line 2: `BRDA:` must be `line,block,branch,taken` below an `SF:`");
  EXPECT_EQ(say("lcov", "SF:a\nend_of_record\n"), "lines_covered=0 lines_total=0");
}

TEST(Jacoco, CountersCountWhereThereAreNoLines) {
  EXPECT_EQ(
      say("jacoco",
          "<report><package><class><counter type=\"LINE\" missed=\"9\" covered=\"9\"/></class></package>"
          "<counter type=\"LINE\" missed=\"1\" covered=\"3\"/></report>"),
      "lines=75% lines_covered=3 lines_total=4");
  EXPECT_EQ(say("jacoco", "<report/>"), "lines_covered=0 lines_total=0");
  // Two modules may have a file of one name.
  EXPECT_EQ(say("jacoco", "<report><group name=\"a\"><package name=\"p\"><sourcefile name=\"F\"><line "
                          "nr=\"1\" mi=\"0\" ci=\"1\" mb=\"0\" cb=\"0\"/></sourcefile></package></group>"
                          "<group name=\"b\"><package name=\"p\"><sourcefile name=\"F\"><line nr=\"1\" "
                          "mi=\"1\" ci=\"0\" mb=\"0\" cb=\"0\"/></sourcefile></package></group></report>"),
            "lines=50% lines_covered=1 lines_total=2");
}

TEST(Junit, Traps) {
  EXPECT_EQ(say("junit", "<testsuites tests=\"5\"/>"), "total=0"); // then `failed == 0` is not evaluated
  EXPECT_EQ(say("junit", "<testsuite><testcase/></testsuite>"),
            "errors=0 failed=0 passed=1 skipped=0 total=1");
  EXPECT_EQ(say("junit", "<testsuite><testcase status=\"notrun\"/></testsuite>"),
            "errors=0 failed=0 passed=0 skipped=1 total=1");
  EXPECT_EQ(say("junit", "<testsuite><testcase><failure/><error/><skipped/></testcase></testsuite>"),
            "errors=1 failed=1 passed=0 skipped=0 total=1");
  EXPECT_EQ(say("junit", "<testsuite><testcase><flakyFailure/></testcase></testsuite>"),
            "errors=0 failed=0 passed=1 skipped=0 total=1");
  EXPECT_EQ(say("junit", "<testsuites><testsuite><error/></testsuite></testsuites>"),
            "errors=1 failed=1 passed=0 skipped=0 total=1"); // a suite that could not be set up
  EXPECT_EQ(say("junit", "<testsuite><testcase time=\"soon\"/></testsuite>"),
            "error: line 1: the `time` of a test case must be seconds");
  EXPECT_EQ(say("junit", "<test-run/>"),
            "error: line 1: the root is `test-run`, not `testsuites` or `testsuite`: no JUnit report");
}

TEST(Sarif, Traps) {
  auto run = [](const std::string &body) {
    return say("sarif", R"t({"version": "2.1.0", "runs": [{)t" + body + "}]}");
  };
  EXPECT_EQ(say("sarif", R"t({"version": "2.1.0", "runs": []})t"),
            "error: there is no run: no tool has looked");
  EXPECT_EQ(say("sarif", R"t({"version": "1.0"})t"), "error: `version` is not 2.1: no SARIF that we read");
  EXPECT_EQ(run(R"t("results": [])t"), "critical=0 high=0 low=0 medium=0 total=0");
  EXPECT_EQ(run(R"t("tool": {})t"), "error: a run has no `results`: the tool did not finish");
  EXPECT_EQ(run(R"t("invocations": [{"executionSuccessful": false}], "results": [])t"),
            "error: the tool says that its run failed");
  EXPECT_EQ(run(R"t("results": [{}])t"), "high=0 low=0 medium=1 total=1"); // no level, no rule: warning
  EXPECT_EQ(run(R"t("results": [{"level": "none"}])t"), "high=0 low=0 medium=0 total=1");
  EXPECT_EQ(run(R"t("results": [{"suppressions": [{"status": "rejected"}]}])t"),
            "high=0 low=0 medium=1 total=1");
  EXPECT_EQ(run(R"t("results": [{"baselineState": "absent"}])t"), "critical=0 high=0 low=0 medium=0 total=0");
  EXPECT_EQ(
      run(R"t("tool": {"driver": {}, "extensions": [{"rules": [{"id": "a", "defaultConfiguration": {"level": "note"}}]}]},
                   "results": [{"rule": {"index": 0, "toolComponent": {"index": 0}}}])t"),
      "high=0 low=1 medium=0 total=1");
  EXPECT_EQ(run(R"t("results": [{"ruleIndex": 99}, {"ruleIndex": -1}])t"), "high=0 low=0 medium=2 total=2");
}

TEST(Scanners, ToolFailuresAreErrors) {
  EXPECT_EQ(say("bandit", R"t({"errors": [{"filename": "x.py", "reason": "syntax error"}], "results": []})t"),
            "error: bandit could not read 1 file(s), the first is `x.py`");
  EXPECT_EQ(say("npm_audit", R"t({"error": {"code": "ENOAUDIT", "summary": "x"}})t"),
            "error: npm could not audit: `ENOAUDIT`");
  EXPECT_EQ(say("npm_audit", R"t({"error": {}, "metadata": {"vulnerabilities": {"high": 0}}})t"),
            "error: npm could not audit");
  EXPECT_EQ(say("semgrep", R"t({"errors": [{"level": "error"}], "results": []})t"),
            "error: semgrep reports an error of its own: its scan is not complete");
  EXPECT_EQ(say("gitlab", R"t({"scan": {"status": "failure"}, "vulnerabilities": []})t"),
            "error: the scanner says that its scan failed");
  for (const char *text : {"null", "[]", "{}", R"t({"SchemaVersion": 2, "Results": null})t"})
    EXPECT_EQ(say("trivy", text), "error: there are no `Results`: Trivy found nothing that it can scan")
        << text;
}

TEST(Scanners, OtherLayouts) {
  EXPECT_EQ(say("trivy", R"t([{"Target": "a", "Vulnerabilities": null}])t"),
            "critical=0 high=0 low=0 medium=0 total=0");
  EXPECT_EQ(say("grype", R"t({"matches": null})t"), "critical=0 high=0 low=0 medium=0 total=0");
  EXPECT_EQ(say("pip_audit", R"t([{"name": "a", "version": "1", "vulns": [{"id": "x"}]}])t"), "total=1");
  for (const char *nothing :
       {R"t({"dependencies": []})t", R"t([{"name": "app", "skip_reason": "not on the index"}])t"})
    EXPECT_EQ(say("pip_audit", nothing), "error: pip-audit could look up no dependency at all");
  EXPECT_EQ(say("pip_audit", R"t([{"name": "a", "vulns": []}])t"), "total=0"); // still no severities
  EXPECT_EQ(say("npm_audit", R"t({"advisories": {"118": {"severity": "low"}}})t"),
            "critical=0 high=0 low=1 medium=0 total=1");
  EXPECT_EQ(say("safety", R"t([["flask", "<1", "0.5", "text", "38654"]])t"), "total=1");
  EXPECT_EQ(say("safety", R"t({"vulnerabilities": [{"severity": null}]})t"), "total=1");
  EXPECT_EQ(say("semgrep", R"t({"results": [{"extra": {"severity": "CRITICAL"}}]})t"),
            "critical=1 high=0 low=0 medium=0 total=1");
  EXPECT_EQ(say("gitlab", R"t([{"severity": "blocker"}, {"severity": "minor"}])t"),
            "critical=1 high=0 low=0 medium=1 total=2");
}

TEST(Locust, Traps) {
  const std::string header =
      "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,50%,95%,99%\n";
  EXPECT_EQ(say("locust_csv", header + ",Aggregated,10,0,99,5,7,8,9\n"),
            "average=5ms error_rate=0% p50=7ms p95=8ms p99=9ms requests=10");
  EXPECT_EQ(say("locust_csv", header + ",Aggregated,0,0,0,0,N/A,N/A,N/A\n"), "requests=0");
  EXPECT_EQ(say("locust_csv", header), "error: the last row is not `Aggregated`: the file was cut off");
  EXPECT_EQ(say("locust_csv", header + "GET,/,1,0,1,1,1,1,1\n"),
            "error: the last row is not `Aggregated`: the file was cut off");
  EXPECT_EQ(say("locust_csv", "Timestamp,User Count,Type,Name\n1,1,,Aggregated\n"),
            "error: this is Locust's history over time; the file to read ends in `_stats.csv`");
  EXPECT_EQ(say("locust_csv", header + ",\"Aggregated,1\n"),
            "error: a quote is never closed: the file was cut off");
  EXPECT_EQ(say("locust_csv", "Method,Name,# requests,# failures,Median response time,Average response "
                              "time\nNone,Total,4,1,2,3\n"),
            "average=3ms error_rate=25% requests=4");
}

TEST(K6, BothLayoutsAndInvertedThresholds) {
  EXPECT_EQ(say("k6", R"t({"metrics": {"http_reqs": {"type": "counter", "values": {"count": 4, "rate": 1}},
    "http_req_failed": {"type": "rate", "values": {"rate": 0.25, "passes": 1, "fails": 3},
      "thresholds": {"rate<0.1": {"ok": false}, "rate<0.5": {"ok": true}}},
    "http_req_duration": {"values": {"avg": 1, "med": 2, "p(95)": 3, "p(99)": 4
}
}
}
})t"),
            "average=1ms error_rate=25% p50=2ms p95=3ms p99=4ms requests=4 thresholds_failed=1");
  EXPECT_EQ(say("k6", R"t({"metrics": {"http_reqs": {"count": 0}, "http_req_duration": {"avg": 0}}})t"),
            "requests=0");
  EXPECT_EQ(say("k6", R"t({"metrics": {}})t"), "error: there is no `http_reqs.count`: no summary of k6");
}

TEST(K6, NeverEchoesWhatMayBeASecret) {
  for (const char *text :
       {R"t({"setup_data": {"token": "hunter2"}})t", R"t({"setup_data": {"token": "hunter2"}, })t",
        R"t({"metrics": {"http_reqs": {"count": "hunter2"}}})t"})
    EXPECT_EQ(say("k6", text).find("hunter2"), std::string::npos) << say("k6", text);
}
