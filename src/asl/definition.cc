#include "asl/definition.h"

#include <cctype>
#include <utility>

#include "asl/definition_reader.h"
#include "asl/limits.h"

namespace coldpath::asl {
namespace {

using base::Json;

// Where Jackson, the parser that AWS uses, would say that a text stops being JSON.
Diagnostic NotJson(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return {Diagnostic::Severity::kError, "SCHEMA_VALIDATION_FAILED",
            "Definition must be a valid JSON object", ""};
  }
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  std::size_t end = begin;
  while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) ++end;
  const bool is_word = std::isalpha(static_cast<unsigned char>(text[begin])) != 0;
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < (is_word ? end : begin); ++i) {
    column = text[i] == '\n' ? 1 : column + 1;
    if (text[i] == '\n') ++line;
  }
  const std::string place = "[Source: (String)\"" + std::string(text.substr(0, 500)) +
                            "\"; line: " + std::to_string(line) +
                            ", column: " + std::to_string(column) + "]";
  const std::string what =
      is_word ? "Unrecognized token '" + std::string(text.substr(begin, end - begin)) +
                    "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' "
                    "or 'false')"
              : base::ParseJson(text).error().message;
  return {Diagnostic::Severity::kError, "INVALID_JSON_DESCRIPTION", what + "\n at " + place, place};
}

struct Reading {
  std::shared_ptr<const Definition> definition;
  std::vector<Diagnostic> diagnostics;
  std::string jsonata_location;
};

Reading Read(std::string_view text, MachineType type) {
  Reading reading;
  if (text.size() > kMaxDefinitionBytes) {
    reading.diagnostics.push_back({Diagnostic::Severity::kError, "SCHEMA_VALIDATION_FAILED",
                                   "Definition exceeds the maximum size of 1048576 bytes", ""});
    return reading;
  }
  const auto json = base::ParseJson(text);
  if (!json) {
    if (json.error().code == "json.malformed") {
      reading.diagnostics.push_back(NotJson(text));
    } else {
      reading.diagnostics.push_back(
          {Diagnostic::Severity::kError, "INVALID_JSON_DESCRIPTION", json.error().message, ""});
    }
    return reading;
  }
  if (!json->is_object()) {
    reading.diagnostics.push_back({Diagnostic::Severity::kError, "SCHEMA_VALIDATION_FAILED",
                                   "Definition must be a valid JSON object", ""});
    return reading;
  }
  DefinitionReader reader(type);
  reading.definition = reader.Read(*json);
  reading.diagnostics = reader.diagnostics();
  reading.jsonata_location = reader.jsonata_location();
  return reading;
}

}  // namespace

std::vector<Diagnostic> ValidateDefinition(std::string_view text, MachineType type) {
  return Read(text, type).diagnostics;
}

base::Result<std::shared_ptr<const Definition>> ParseDefinition(std::string_view text,
                                                                MachineType type) {
  Reading reading = Read(text, type);
  if (reading.diagnostics.empty() && !reading.jsonata_location.empty()) {
    reading.diagnostics.push_back(
        {Diagnostic::Severity::kError, "SCHEMA_VALIDATION_FAILED",
         "'QueryLanguage' 'JSONata' is not supported by this engine; use 'JSONPath'",
         reading.jsonata_location});
  }
  if (reading.diagnostics.empty()) return std::move(reading.definition);
  std::string joined;
  for (const Diagnostic& diagnostic : reading.diagnostics) {
    if (!joined.empty()) joined += ", ";
    joined += diagnostic.code + ": " + diagnostic.message;
    // Observed: one of AWS's messages ends in a space where it stands alone, but not here.
    if (joined.ends_with(' ')) joined.pop_back();
    if (!diagnostic.location.empty()) joined += " at " + diagnostic.location;
  }
  return base::Fail("asl.invalid_definition", "Invalid State Machine Definition: '" + joined + "'");
}

base::Result<std::string> Substitute(std::string_view text,
                                     const std::map<std::string, std::string>& values) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) return out + std::string(text);
    const std::string name(text.substr(begin + 2, end - begin - 2));
    const auto value = values.find(name);
    if (value == values.end()) {
      return base::Fail("asl.unknown_substitution",
                        "The definition refers to ${" + name + "}, which has no value.");
    }
    out += std::string(text.substr(0, begin)) + value->second;
    text.remove_prefix(end + 1);
  }
}

}  // namespace coldpath::asl
