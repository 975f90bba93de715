#include "samples.h"
// It would take the reports apart.
// clang-format off

namespace pipelang::gates {

std::string say(llvm::Expected<Reading> reading) {
  if (!reading) return "error: " + llvm::toString(reading.takeError());
  std::string text;
  for (const auto &[field, value] : *reading)
    text += (text.empty() ? "" : " ") + field + "=" + value.toText();
  return text;
}

static const char cobertura[] = R"t(<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage version="7.3.2" lines-valid="99" lines-covered="99" line-rate="1" branch-rate="1">
  <sources><source>/w/app</source></sources>
  <packages><package name="." line-rate="0.9"><classes>
    <class name="a.py" filename="a.py" line-rate="0.6667"><methods/><lines>
      <line number="1" hits="1"/>
      <line number="2" hits="3" branch="true" condition-coverage="50% (1/2)" missing-branches="5"/>
      <line number="5" hits="0"/>
    </lines></class>
    <class name="b.py" filename="b.py"><methods/><lines><line number="1" hits="1"/></lines></class>
  </classes></package></packages>
</coverage>
)t";

static const char lcov[] = "TN:\nSF:/w/a.c\nFN:1,main\nFNDA:1,main\nDA:1,1\nDA:2,0\nDA:3,4,abcdef\n"
                           "BRDA:3,0,0,1\nBRDA:3,0,1,-\nLF:9\nLH:9\nend_of_record\n";

static const char jacoco[] = R"t(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="demo"><sessioninfo id="x" start="1" dump="2"/><package name="org/demo">
<class name="org/demo/A" sourcefilename="A.java"><method name="f" desc="()V" line="3">
<counter type="LINE" missed="1" covered="2"/></method></class>
<sourcefile name="A.java"><line nr="3" mi="0" ci="2" mb="1" cb="1"/><line nr="4" mi="0" ci="1" mb="0" cb="0"/>
<line nr="5" mi="3" ci="0" mb="0" cb="0"/><counter type="LINE" missed="1" covered="2"/></sourcefile>
<counter type="LINE" missed="1" covered="2"/></package><counter type="LINE" missed="1" covered="2"/></report>
)t";

static const char clover[] = R"t(<?xml version="1.0" encoding="UTF-8"?>
<coverage generated="1700000000" clover="3.2.0"><project timestamp="1700000000" name="All files">
<metrics statements="3" coveredstatements="3"/><package name="app">
<file name="a.php" path="/w/a.php"><line num="3" type="method" name="f" count="2"/>
<line num="4" type="stmt" count="2"/><line num="5" type="cond" truecount="1" falsecount="0"/>
<line num="6" type="stmt" count="0"/></file></package></project>
<testproject><file name="t.php"><line num="1" type="stmt" count="0"/></file></testproject></coverage>
)t";

static const char coverageJson[] = R"t({"meta": {"format": 3, "version": "7.3.2"}, "files": {
 "app/a.py": {"executed_lines": [1, 2], "summary": {"covered_lines": 2, "num_statements": 3, "percent_covered": 66.67,
   "num_branches": 2, "covered_branches": 1}, "missing_lines": [5]},
 "app/b.py": {"summary": {"covered_lines": 1, "num_statements": 1}}},
 "totals": {"covered_lines": 99, "num_statements": 99}})t";

static const char junit[] = R"t(<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="9" time="0.5">
<testcase classname="t" name="a" time="0.010"/>
<testcase classname="t" name="b" time="0.020"><failure message="assert &lt;1">trace</failure></testcase>
<testcase classname="t" name="c" time="0.000"><error message="fixture"/></testcase>
<testcase classname="t" name="d" time="1,000.5"><skipped type="pytest.skip"/></testcase>
<testsuite name="inner"><testcase name="e" time="1e-3"/></testsuite>
</testsuite></testsuites>
)t";

static const char sarif[] = R"t({"version": "2.1.0", "runs": [
 {"tool": {"driver": {"name": "x", "rules": [
   {"id": "R1", "defaultConfiguration": {"level": "error"}},
   {"id": "R2", "properties": {"security-severity": "9.8"}}]}},
  "results": [{"ruleId": "R1"}, {"ruleId": "R9"}, {"ruleId": "R1", "level": "note"}, {"ruleIndex": 1},
   {"ruleId": "R1", "suppressions": [{"kind": "inSource"}]}, {"ruleId": "R1", "kind": "pass"}]}]})t";

static const char bandit[] =
    R"t({"errors": [], "generated_at": "2024-01-01T00:00:00Z", "metrics": {"_totals": {}},
 "results": [{"issue_severity": "HIGH", "issue_confidence": "LOW"}, {"issue_severity": "LOW"},
 {"issue_severity": "UNDEFINED"}]})t";

static const char trivy[] = R"t({"SchemaVersion": 2, "ArtifactName": "app:1", "Results": [
 {"Target": "app:1 (debian 12.4)", "Class": "os-pkgs", "Vulnerabilities": [{"Severity": "CRITICAL"},
  {"Severity": "HIGH"}, {"Severity": "UNKNOWN"}]},
 {"Target": "Dockerfile", "Misconfigurations": [{"Status": "FAIL", "Severity": "MEDIUM"},
  {"Status": "PASS", "Severity": "HIGH"}]},
 {"Target": "clean.lock", "Vulnerabilities": null}]})t";

static const char grype[] = R"t({"matches": [{"vulnerability": {"id": "CVE-1", "severity": "Critical"}},
 {"vulnerability": {"severity": "Negligible"}}, {"vulnerability": {"severity": "Low"}}], "source": {}})t";

static const char pipAudit[] =
    R"t({"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}, {"id": "X"}]},
 {"name": "b", "version": "2", "vulns": []}, {"name": "app", "skip_reason": "not on the index"}], "fixes": []})t";

static const char npmAudit[] =
    R"t({"auditReportVersion": 2, "vulnerabilities": {"a": {"name": "a", "severity": "high"},
 "b": {"severity": "moderate"}, "c": {"severity": "info"}}, "metadata": {"vulnerabilities": {"total": 0}}})t";

static const char safety[] = R"t({"report_meta": {"scanned": []}, "vulnerabilities": [
 {"vulnerability_id": "1", "ignored": false, "severity": {"cvssv3": {"base_score": 9.8}}},
 {"vulnerability_id": "2", "ignored": true, "severity": null},
 {"vulnerability_id": "3", "severity": {"cvssv3": null, "cvssv2": {"base_severity": "MEDIUM"}}}]})t";

static const char semgrep[] =
    R"t({"errors": [{"level": "warn", "message": "partial"}], "version": "1.50.0", "results": [
 {"check_id": "a", "extra": {"severity": "ERROR"}}, {"check_id": "b", "extra": {"severity": "INFO"}},
 {"check_id": "c", "extra": {"severity": "WARNING", "is_ignored": true}}]})t";

static const char gitlab[] = R"t({"version": "15.0.6", "vulnerabilities": [{"id": "a", "severity": "Critical"},
 {"id": "b", "severity": "Info"}], "scan": {"status": "success"}})t";

static const char locust[] =
    "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,"
    "Max Response Time,Average Content "
    "Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\n"
    "GET,\"/a,\"\"b\"\"\",100,1,10,12.5,1,90,10,5,0,11,12,13,14,20,40,60,80,90,90,90\n"
    ",Aggregated,200,3,10,12.345,1,90,10,5,0,11,12,13,14,20,40,60,80,90,90,90\n";

static const char k6[] = R"t({"root_group": {}, "setup_data": {"token": "hunter2"}, "metrics": {
 "http_req_duration": {"avg": 12.5, "min": 1, "med": 10.2, "max": 90, "p(90)" : 30,
                  "p(95)" : 40.000001, "thresholds" : {
  "p(95)<30" : true, "p(95)<500" : false
}
}
, "http_req_failed" : {"passes" : 2, "fails" : 98, "value" : 0.02}, "http_reqs" : {
  "count" : 100, "rate" : 10.1
}
}
})t";

const std::vector<Sample> &samples() {
  static const std::vector<Sample> all = {
      {"cobertura", cobertura, "branches=50% lines=75% lines_covered=3 lines_total=4"},
      {"lcov", lcov, "branches=50% lines=66.666666% lines_covered=2 lines_total=3"},
      {"jacoco", jacoco, "branches=50% lines=66.666666% lines_covered=2 lines_total=3"},
      {"clover", clover, "branches=50% lines=75% lines_covered=3 lines_total=4"},
      {"coverage_json", coverageJson, "branches=50% lines=75% lines_covered=3 lines_total=4"},
      {"junit", junit, "duration=1000531ms errors=1 failed=2 passed=2 skipped=1 total=5"},
      {"sarif", sarif, "high=1 low=1 medium=1 total=4"},
      {"bandit", bandit, "high=1 low=1 medium=0 total=3"},
      {"trivy", trivy, "critical=1 high=1 low=0 medium=1 total=4"},
      {"grype", grype, "critical=1 high=0 low=1 medium=0 total=3"},
      {"pip_audit", pipAudit, "total=2"},
      {"npm_audit", npmAudit, "critical=0 high=1 low=0 medium=1 total=3"},
      {"safety", safety, "critical=1 high=0 low=0 medium=1 total=2"},
      {"semgrep", semgrep, "high=1 low=1 medium=0 total=2"},
      {"gitlab", gitlab, "critical=1 high=0 low=0 medium=0 total=2"},
      {"locust_csv", locust, "average=13ms error_rate=1.5% p50=11ms p95=40ms p99=80ms requests=200"},
      {"k6", k6, "average=13ms error_rate=2% p50=11ms p95=40ms requests=100 thresholds_failed=1"},
  };
  return all;
}

} // namespace pipelang::gates
