// Reads a definition: compiles it and gathers everything that is wrong with it on the way. One walk
// serves both ValidateDefinition and ParseDefinition, so that they cannot disagree.
#ifndef COLDPATH_ASL_DEFINITION_READER_H_
#define COLDPATH_ASL_DEFINITION_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/definition.h"
#include "asl/model.h"
#include "base/json.h"

namespace coldpath::asl {

class DefinitionReader {
 public:
  explicit DefinitionReader(MachineType type) : type_(type) {}

  // The result is of use only if diagnostics() holds no error and needs_jsonata() is false.
  std::shared_ptr<const Definition> Read(const base::Json& json);

  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  // Where JSONata is asked for first; empty if nowhere.
  const std::string& jsonata_location() const { return jsonata_location_; }

 private:
  using Json = base::Json;
  enum class Language { kJsonPath, kJsonata };

  // definition_reader.cc: sequences and what all states share.
  void ReadSequence(const Json& json, const std::string& at, Language outer, Sequence& sequence);
  void ReadState(const Json& json, const std::string& at, Language outer, const Json& states,
                 State& state);
  void ReadTransition(const Json& json, const std::string& at, State& state);
  void ReadData(const Json& json, const std::string& at, State& state);
  void CheckReachable(const std::string& at, const Sequence& sequence);
  std::optional<Language> ReadLanguage(const Json& json, const std::string& at, Language outer);
  std::optional<std::size_t> ReadTarget(const Json& json, std::string_view key,
                                        const std::string& at);
  void CheckFields(const Json& json, const std::string& at, const State& state, Language language);

  // read_states.cc: what each type has of its own.
  void ReadPass(const Json& json, State& state);
  void ReadTask(const Json& json, const std::string& at, State& state);
  void ReadResource(const std::string& arn, const std::string& at, Resource& resource);
  void ReadWait(const Json& json, const std::string& at, State& state);
  void ReadFail(const Json& json, const std::string& at, State& state);
  void ReadChoice(const Json& json, const std::string& at, State& state, Language language);
  ChoiceRule ReadRule(const Json& json, const std::string& at, int depth);
  ChoiceRule ReadComparison(const Json& json, const std::string& at);
  void ReadParallel(const Json& json, const std::string& at, State& state, Language language);
  void ReadRetry(const Json& json, const std::string& at, State& state);
  void ReadCatch(const Json& json, const std::string& at, State& state, Language language);
  std::vector<std::string> ReadErrorEquals(const Json& json, const std::string& at, bool last);

  // read_map.cc
  void ReadMap(const Json& json, const std::string& at, State& state, Language language);
  void ReadItemReader(const Json& json, const std::string& at, MapFields& map);
  void ReadItemBatcher(const Json& json, const std::string& at, MapFields& map);
  void ReadResultWriter(const Json& json, const std::string& at, MapFields& map);

  // read_fields.cc: single values.
  void Problem(const std::string& at, std::string message,
               std::string code = "SCHEMA_VALIDATION_FAILED");
  void Require(const Json& json, const std::string& at, std::initializer_list<const char*> keys);
  const Json* Object(const Json& json, std::string_view key, const std::string& at);
  const Json* Array(const Json& json, std::string_view key, const std::string& at);
  std::optional<std::string> Text(const Json& json, std::string_view key, const std::string& at);
  std::optional<bool> Flag(const Json& json, std::string_view key, const std::string& at);
  std::optional<double> Number(const Json& json, std::string_view key, const std::string& at,
                               double least, double most, bool whole = true);
  std::optional<Path> ReadPath(const Json& json, std::string_view key, const std::string& at);
  std::optional<Path> ReadReference(const Json& json, std::string_view key, const std::string& at);
  PathField ReadPathField(const Json& json, std::string_view key, const std::string& at,
                          bool reference);
  // A field and its twin that ends in "Path".
  NumberField ReadNumberField(const Json& json, const std::string& key, const std::string& at,
                              double least, double most, bool whole = true);
  std::optional<Template> ReadTemplate(const Json& json, std::string_view key,
                                       const std::string& at);
  std::optional<Expression> ReadExpression(const Json& json, std::string_view key,
                                           const std::string& at);
  void Exclusive(const Json& json, const std::string& at, std::string_view a, std::string_view b);

  MachineType type_;
  std::vector<Diagnostic> diagnostics_;
  std::string jsonata_location_;
  int depth_ = 0;
  // The states that a target can name, innermost sequence last. Sorted by name, as Sequence::states
  // are.
  std::vector<const Json::object_t*> targets_;
};

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_DEFINITION_READER_H_
