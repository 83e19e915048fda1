#include "scope.h"

namespace coldpath::conformance {
namespace {

using base::Json;

// A QueryLanguage of JSONata anywhere in the definition.
bool NeedsJsonata(const Json& value) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      if (name == "QueryLanguage" && member == "JSONata") return true;
      if (NeedsJsonata(member)) return true;
    }
  } else if (value.is_array()) {
    for (const Json& element : value) {
      if (NeedsJsonata(element)) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> NotAsked(const Json& recorded) {
  const std::string id = recorded.value("id", "");
  if (id == "core/intrinsic_functions/unique_id_generation-uuid") {
    return "the recording holds the word auto where the identifier was";
  }
  if (id == "core/express/express_sync-query_runtime_memory") {
    return "the engine does not run EXPRESS executions yet, whose ARN the case shows";
  }
  if (recorded.contains("steps")) return "a sequence of API calls";
  // What AWS says of a definition is asked even of those that only it can run.
  if (!recorded.contains("execution_name")) return std::nullopt;
  if (NeedsJsonata(recorded["definition"])) return "JSONata";
  return std::nullopt;
}

}  // namespace coldpath::conformance
