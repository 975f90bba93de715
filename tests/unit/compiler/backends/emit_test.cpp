#include "tests/unit/compiler/backends/plan_builder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace pipelang;
using testing::HasSubstr;
using testing::Not;

namespace {

struct Emitted {
  FileSet files;
  Diagnostics diagnostics;
  std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const Diagnostic &diagnostic : diagnostics.all())
      codes.push_back(diagnostic.code);
    return codes;
  }
  Document yaml(const std::string &path) const {
    auto document = readYaml(files.at(path).content.text);
    EXPECT_TRUE(bool(document)) << path;
    return document ? *document : Document();
  }
};

Emitted emit(const plan::Plan &plan, llvm::StringRef target = "") {
  Emitted emitted;
  emitted.files = backends::emitAll(plan, target, emitted.diagnostics);
  return emitted;
}

/// Where PIPELANG_EMIT_TO names a folder, the files are left there for the validators.
void leaveFiles(const FileSet &files) {
  const char *folder = std::getenv("PIPELANG_EMIT_TO");
  if (!folder) return;
  for (const auto &[path, file] : files) {
    llvm::SmallString<256> place(folder);
    llvm::sys::path::append(place, path);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(place));
    std::error_code error;
    llvm::raw_fd_ostream(place, error) << file.content.text;
  }
}

const std::string workflowPath = ".github/workflows/ci.yml";

} // namespace

TEST(EmitGithub, WritesAHardenedWorkflow) {
  Emitted emitted = emit(test::PlanBuilder::shop().plan);
  leaveFiles(emitted.files);
  EXPECT_THAT(emitted.codes(), testing::ElementsAre("P1109"));
  ASSERT_TRUE(emitted.files.count(".github/pipelang/shop.plan.json"));
  const std::string &text = emitted.files.at(workflowPath).content.text;
  EXPECT_THAT(text, testing::StartsWith("# Generated from shop.pipe"));
  EXPECT_THAT(text, HasSubstr("\npermissions: {}\n"));
  EXPECT_THAT(text, HasSubstr("uses: actions/checkout@" + std::string(40, 'a') + " # v4.2.2\n"));
  EXPECT_THAT(text, HasSubstr("persist-credentials: false"));
  EXPECT_THAT(text, HasSubstr("contents: read # git.checkout\n"));
  Document workflow = emitted.yaml(workflowPath);
  for (const auto &[name, job] : *workflow.find("jobs")->asMap()) {
    ASSERT_TRUE(job.find("timeout-minutes")) << name;
    ASSERT_TRUE(job.find("permissions")) << name;
    for (const Document &step : *job.find("steps")->asList())
      if (const Document *run = step.find("run")) {
        EXPECT_THAT(*run->asString(), Not(HasSubstr("${{")));
      }
  }
}

TEST(EmitGithub, MakesCellsOneJobThatKeepsEachOutput) {
  Document workflow = emit(test::PlanBuilder::shop().plan).yaml(workflowPath);
  const Document *unit = workflow.find("jobs")->find("unit");
  ASSERT_TRUE(unit);
  EXPECT_EQ(toJson(*unit->find("strategy")->find("matrix")->find("include")).text,
            "[\n  {\n    \"py\": \"3.11\",\n    \"output\": \"version_3_11\"\n  },\n"
            "  {\n    \"py\": \"3.12\",\n    \"output\": \"version_3_12\"\n  }\n]\n");
  EXPECT_EQ(*unit->find("name")->asString(), "unit[${{ matrix.py }}]");
  EXPECT_TRUE(unit->find("outputs")->find("version_3_11"));
  EXPECT_TRUE(unit->find("outputs")->find("version_3_12"));
}

TEST(EmitGithub, KeepsCellsApartWhereOneIsNeededAlone) {
  test::PlanBuilder b = test::PlanBuilder::shop();
  b.job("after", {b.script("true")}, {plan::NodeId(0)});
  Document jobs = *emit(b.plan).yaml(workflowPath).find("jobs");
  EXPECT_TRUE(jobs.find("unit_3_11"));
  EXPECT_TRUE(jobs.find("unit_3_12"));
}

TEST(EmitGithub, KeepsCellsApartWhereTheirScriptsDiffer) {
  test::PlanBuilder b = test::PlanBuilder::shop();
  b.jobOf(plan::NodeId(0)).steps.back() = b.script("pytest --other\n", {});
  EXPECT_FALSE(emit(b.plan).yaml(workflowPath).find("jobs")->find("unit"));
}

TEST(EmitGithub, SpellsConditionsOut) {
  Document jobs = *emit(test::PlanBuilder::shop().plan).yaml(workflowPath).find("jobs");
  EXPECT_EQ(*jobs.find("api")->find("if")->asString(),
            "!cancelled() && needs.image.result == 'success' && needs.quality.result == 'success'"
            " && github.ref == 'refs/heads/main'");
  EXPECT_EQ(*jobs.find("on_api")->find("if")->asString(),
            "!cancelled() && (needs.api.result == 'success' || needs.api.result == 'failure'"
            " || (needs.api.result == 'cancelled' && !cancelled()))");
}

TEST(EmitGithub, RefusesAnExpressionInAScript) {
  test::PlanBuilder b;
  b.job("a", {b.script("echo ${{ github.token }}")});
  b.plan.emits = {{plan::EmitGithub{Id<plan::Pipeline>(0), workflowPath}, {}}};
  EXPECT_THAT(emit(b.plan).codes(), testing::ElementsAre("P1106"));
}

TEST(EmitGithub, NoTextBecomesAnExpression) {
  test::PlanBuilder b;
  plan::ExprId split = b.expr(plan::Concat{{b.text("a$"), b.text("{{ github.token }}")}});
  b.job("a", {b.script("echo", {{"X", split}})});
  b.plan.emits = {{plan::EmitGithub{Id<plan::Pipeline>(0), workflowPath}, {}}};
  Emitted emitted = emit(b.plan);
  EXPECT_THAT(emitted.files.at(workflowPath).content.text, HasSubstr("X: a${{ '${{' }} github.token }}\n"));
  leaveFiles({{".github/workflows/literal.yml", emitted.files.at(workflowPath)}});
}

TEST(EmitGithub, RefusesWhatGithubCannotDo) {
  auto codesOf = [](auto change) {
    test::PlanBuilder b;
    plan::NodeId job = b.job("a", {b.script("true")});
    b.plan.emits = {{plan::EmitGithub{Id<plan::Pipeline>(0), workflowPath}, {}}};
    change(b, job);
    return emit(b.plan).codes();
  };
  using B = test::PlanBuilder;
  using testing::ElementsAre;
  EXPECT_THAT(codesOf([](B &b, plan::NodeId job) { b.jobOf(job).timeout = Duration::fromSeconds(90); }),
              ElementsAre("P1104"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId job) { b.jobOf(job).retry.times = 1; }), ElementsAre("P1105"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId job) {
                plan::OutputId id = b.output(job, "token", plan::ValueOutput{b.text("x")});
                b.plan.outputs[id].secret = true;
              }),
              ElementsAre("P1110"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId) { b.pipeline().triggers.clear(); }), ElementsAre("P1111"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId) { b.pipeline().triggers[0].event = "pusch"; }),
              ElementsAre("P1112"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId job) {
                plan::SecretId secret = b.plan.secrets.add({"token", {}, {}});
                b.plan.nodes[job].when = b.equal(b.expr(plan::SecretRef{secret}), b.text("x"));
              }),
              ElementsAre("P1102"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId job) {
                b.plan.nodes[job].when = b.expr(
                    plan::Apply{"matches", {b.context("git.branch"), b.text("x")}}, plan::ValueType::Bool);
              }),
              ElementsAre("P1101"));
  EXPECT_THAT(codesOf([](B &b, plan::NodeId job) {
                b.plan.pins.clear();
                b.output(job, "files", plan::FilesOutput{{"dist/**"}});
              }),
              ElementsAre("P1107"));
}

TEST(EmitKubernetes, WritesBothColorsAndTheirSurroundings) {
  Emitted emitted = emit(test::PlanBuilder::shop().plan, "kubernetes");
  EXPECT_TRUE(emitted.codes().empty());
  const std::string base = "kubernetes/production/";
  for (const char *file :
       {"namespace.yaml", "api-configmap.yaml", "api-deployment-blue.yaml", "api-deployment-green.yaml",
        "api-service.yaml", "api-service-preview.yaml", "api-autoscaler-blue.yaml",
        "api-autoscaler-green.yaml", "api-disruption-budget-blue.yaml", "api-disruption-budget-green.yaml"})
    EXPECT_TRUE(emitted.files.count(base + file)) << file;
  const std::string &blue = emitted.files.at(base + "api-deployment-blue.yaml").content.text;
  EXPECT_THAT(blue, Not(HasSubstr("\n  replicas:")));
  EXPECT_THAT(blue, HasSubstr("secretKeyRef:"));
  EXPECT_THAT(blue, Not(HasSubstr(":latest")));
  EXPECT_THAT(emitted.files.at(base + "api-service.yaml").content.text, HasSubstr("type: ClusterIP"));
}

TEST(EmitKubernetes, RefusesWhatWouldGoWrong) {
  test::PlanBuilder b = test::PlanBuilder::shop();
  plan::Environment &production = b.plan.environments[plan::EnvironmentId(0)];
  production.namespaceName = "";
  EXPECT_THAT(emit(b.plan, "kubernetes").codes(), testing::ElementsAre("P1201"));
  production.namespaceName = "shop-prod";
  plan::Environment other = production;
  other.name = "staging";
  b.plan.emits = {{plan::EmitKubernetes{b.plan.environments.add(other), "kubernetes/staging"}, {}}};
  EXPECT_THAT(emit(b.plan, "kubernetes").codes(), testing::Contains("P1206"));
}

TEST(EmitAll, RefusesTwoContentsForOnePath) {
  plan::Plan plan;
  plan.name = "x";
  plan::EmitFile file{"a.json", plan::EmitFile::Format::Json, Document(1)};
  plan.emits = {{file, {}}, {file, {}}};
  EXPECT_TRUE(emit(plan).codes().empty());
  file.document = Document(2);
  plan.emits.push_back({file, {}});
  EXPECT_THAT(emit(plan).codes(), testing::ElementsAre("P1301"));
  plan.emits = {{plan::EmitFile{"a.toml", plan::EmitFile::Format::Toml, Document(1)}, {}}};
  EXPECT_THAT(emit(plan).codes(), testing::ElementsAre("P1302"));
}
