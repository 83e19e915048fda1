// A state machine definition, read and validated.
#ifndef COLDPATH_ASL_DEFINITION_H_
#define COLDPATH_ASL_DEFINITION_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace coldpath::asl {

// One finding of ValidateStateMachineDefinition.
struct Diagnostic {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  std::string code;  // "SCHEMA_VALIDATION_FAILED", "INVALID_JSON_DESCRIPTION", ...
  std::string message;
  std::string location;  // JSON pointer such as "/States/Fetch/Retry[0]"

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

class Definition;  // asl/model.h

enum class MachineType { kStandard, kExpress };

// All findings at once, in the order of the document. JSONata passes here (its expressions are not
// looked at).
std::vector<Diagnostic> ValidateDefinition(std::string_view text,
                                           MachineType type = MachineType::kStandard);

// Error: asl.invalid_definition, whose message joins the findings as CreateStateMachine does:
// "Invalid State Machine Definition: 'CODE: text at /location'".
// A definition that needs JSONata is refused here.
base::Result<std::shared_ptr<const Definition>> ParseDefinition(
    std::string_view text, MachineType type = MachineType::kStandard);

// Replaces ${Name} by the value of that name, as CloudFormation's DefinitionSubstitutions do,
// before parsing. Error: asl.unknown_substitution, naming the first name without a value.
base::Result<std::string> Substitute(std::string_view text,
                                     const std::map<std::string, std::string>& values);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_DEFINITION_H_
