// Which type may stand for which, over every pair of kinds.
#include "compiler/sema/agreement.h"
#include "compiler/sema/settings.h"
#include "compiler/sema/signature.h"
#include "gtest/gtest.h"

namespace pipelang::sema {
namespace {

class Agreements : public testing::Test {
protected:
  Agreements() { types.error(); }
  Agreement agreed(TypeId actual, TypeId expected) { return agree(program, actual, expected); }

  Program program;
  TypeTable types{program};
};

const std::vector<TypeKind> plainKinds{
    TypeKind::Bool,    TypeKind::Int,     TypeKind::String,     TypeKind::Duration, TypeKind::Bytes,
    TypeKind::Percent, TypeKind::Cpu,     TypeKind::Rate,       TypeKind::Version,  TypeKind::Cron,
    TypeKind::Port,    TypeKind::Path,    TypeKind::Glob,       TypeKind::Url,      TypeKind::GitRef,
    TypeKind::Image,   TypeKind::Command, TypeKind::UsesResult, TypeKind::Files,    TypeKind::Document,
    TypeKind::Probe,   TypeKind::Outcome, TypeKind::Void};

/// Nominal: a kind fits itself; checked texts are strings and ports are ints, after a check the other way.
TEST_F(Agreements, OfEveryPairOfPlainKinds) {
  for (TypeKind actual : plainKinds)
    for (TypeKind expected : plainKinds) {
      Agreement wanted = actual == expected ? Agreement::Yes : Agreement::No;
      if (isCheckedText(actual) && expected == TypeKind::String) wanted = Agreement::Yes;
      if (actual == TypeKind::String && isCheckedText(expected)) wanted = Agreement::Checked;
      if (actual == TypeKind::Port && expected == TypeKind::Int) wanted = Agreement::Yes;
      if (actual == TypeKind::Int && expected == TypeKind::Port) wanted = Agreement::Checked;
      EXPECT_EQ(agreed(types.of(actual), types.of(expected)), wanted)
          << toText(program, types.of(actual)) << " for " << toText(program, types.of(expected));
    }
}

TEST_F(Agreements, AnErrorAgreesWithEverything) {
  for (TypeKind kind : plainKinds) {
    EXPECT_EQ(agreed(types.error(), types.of(kind)), Agreement::Yes);
    EXPECT_EQ(agreed(types.of(kind), types.error()), Agreement::Yes);
  }
}

TEST_F(Agreements, AValueFitsItsOptionalAndNotTheOtherWay) {
  const TypeId number = types.of(TypeKind::Int);
  EXPECT_EQ(agreed(number, types.optional(number)), Agreement::Yes);
  EXPECT_EQ(agreed(types.of(TypeKind::None), types.optional(number)), Agreement::Yes);
  EXPECT_EQ(agreed(types.optional(number), number), Agreement::No);
  EXPECT_EQ(agreed(types.of(TypeKind::None), number), Agreement::No);
}

TEST_F(Agreements, ARefinedValueFitsWhatItRefinesAndIsCheckedTheOtherWay) {
  Type refined;
  refined.kind = TypeKind::Refined;
  refined.element = types.of(TypeKind::Int);
  const TypeId small = types.intern(refined);
  EXPECT_EQ(agreed(small, types.of(TypeKind::Int)), Agreement::Yes);
  EXPECT_EQ(agreed(types.of(TypeKind::Int), small), Agreement::Checked);
  EXPECT_EQ(agreed(types.of(TypeKind::String), small), Agreement::No);
  EXPECT_EQ(agreed(types.list(small), types.list(types.of(TypeKind::Int))), Agreement::Yes);
  EXPECT_EQ(agreed(types.list(types.of(TypeKind::Int)), types.list(small)), Agreement::No);
}

TEST_F(Agreements, JoinFindsTheWiderType) {
  const TypeId number = types.of(TypeKind::Int);
  const TypeId path = types.of(TypeKind::Path);
  EXPECT_EQ(join(program, types, number, types.of(TypeKind::None)), types.optional(number));
  EXPECT_EQ(join(program, types, path, types.of(TypeKind::Glob)), types.of(TypeKind::String));
  EXPECT_FALSE(join(program, types, number, path).valid());
}

TEST_F(Agreements, EqualTypesAreOneType) {
  const TypeId number = types.of(TypeKind::Int);
  EXPECT_EQ(types.list(number), types.list(types.of(TypeKind::Int)));
  EXPECT_EQ(types.optional(types.optional(number)), types.optional(number));
  EXPECT_EQ(toText(program, types.map(types.of(TypeKind::String), types.optional(types.list(number)))),
            "map[string, list[int]?]");
}

TEST(Tables, EverySettingAndBuiltinHasATypeAndADescription) {
  for (const Setting &setting : allSettings()) {
    if (!*setting.name) continue;
    EXPECT_FALSE(parsePattern(setting.type).name.empty()) << setting.group << "." << setting.name;
    EXPECT_NE(std::string(setting.doc), "") << setting.group << "." << setting.name;
  }
  for (const Builtin &builtin : allBuiltins()) {
    EXPECT_FALSE(parseSignature(builtin.signature).result.name.empty()) << builtin.name;
    EXPECT_NE(std::string(builtin.doc), "") << builtin.name;
  }
}

TEST(Tables, SignaturesAreReadWhole) {
  const Signature signature = parseSignature("(parts: list[Text], by: map[K, V]?, rest: int...) -> list[T]?");
  ASSERT_EQ(signature.parameters.size(), 3u);
  EXPECT_EQ(signature.parameters[0].type.arguments[0].name, "Text");
  EXPECT_TRUE(signature.parameters[1].type.optional);
  EXPECT_TRUE(signature.parameters[2].repeated);
  EXPECT_EQ(signature.result.name, "list");
  EXPECT_TRUE(signature.result.optional);
}

} // namespace
} // namespace pipelang::sema
