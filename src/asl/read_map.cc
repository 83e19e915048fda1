#include <set>
#include <utility>

#include "asl/definition_reader.h"

namespace coldpath::asl {

using base::Json;

void DefinitionReader::ReadMap(const Json& json, const std::string& at, State& state,
                               Language language) {
  MapFields& map = state.map;
  Exclusive(json, at, "ItemProcessor", "Iterator");
  Exclusive(json, at, "ItemSelector", "Parameters");
  const bool legacy = base::FindMember(json, "ItemProcessor") == nullptr;
  const char* key = legacy ? "Iterator" : "ItemProcessor";
  if (base::FindMember(json, key) == nullptr) {
    Problem(at, "These fields are required: [ItemProcessor]");
  }
  if (const Json* processor = Object(json, key, at)) {
    const std::string place = at + "/" + key;
    if (const Json* config = Object(*processor, "ProcessorConfig", place)) {
      const std::string config_at = place + "/ProcessorConfig";
      const auto mode = Text(*config, "Mode", config_at);
      if (mode && *mode != "INLINE" && *mode != "DISTRIBUTED") {
        Problem(config_at + "/Mode",
                "The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]");
      }
      map.distributed = mode == "DISTRIBUTED";
      const auto type = Text(*config, "ExecutionType", config_at);
      if (map.distributed && !type) {
        Problem(config_at, "These fields are required: [ExecutionType]");
      } else if (type && *type != "STANDARD" && *type != "EXPRESS") {
        Problem(config_at + "/ExecutionType",
                "The field 'ExecutionType' should have one of these values: [STANDARD, EXPRESS]");
      }
      map.express_children = type == "EXPRESS";
    }
    auto definition = std::make_shared<Definition>();
    ReadSequence(*processor, place, language, definition->root);
    map.processor = std::move(definition);
  }
  if (map.distributed && type_ == MachineType::kExpress) {
    Problem(at, "Express state machine does not support Distributed Map");
  }
  map.label = Text(json, "Label", at).value_or(state.name.substr(0, 40));
  if (map.label.size() > 40) Problem(at + "/Label", "Value must have at most 40 characters");
  // JSONata's own fields hold expressions; they are not looked at.
  if (base::FindMember(json, "Items") != nullptr || !jsonata_location_.empty()) return;
  map.max_concurrency = ReadNumberField(json, "MaxConcurrency", at, 0, 1e9);
  map.items_path = ReadPath(json, "ItemsPath", at);
  map.item_selector = ReadTemplate(json, "ItemSelector", at);
  if (!map.item_selector) map.item_selector = ReadTemplate(json, "Parameters", at);
  map.tolerated_count = ReadNumberField(json, "ToleratedFailureCount", at, 0, 1e12);
  map.tolerated_percentage = ReadNumberField(json, "ToleratedFailurePercentage", at, 0, 100, false);
  ReadItemReader(json, at, map);
  ReadItemBatcher(json, at, map);
  ReadResultWriter(json, at, map);
  if (!map.distributed) {
    for (const char* field : {"ItemReader", "ItemBatcher", "ResultWriter", "Label",
                              "ToleratedFailureCount", "ToleratedFailurePercentage"}) {
      if (base::FindMember(json, field) != nullptr) {
        Problem(at + "/" + field, "Field is only supported by Distributed Map states");
      }
    }
  }
}

void DefinitionReader::ReadItemReader(const Json& json, const std::string& at, MapFields& map) {
  const Json* entry = Object(json, "ItemReader", at);
  if (entry == nullptr) return;
  const std::string place = at + "/ItemReader";
  ItemReader& reader = map.item_reader.emplace();
  Require(*entry, place, {"Resource"});
  if (const auto arn = Text(*entry, "Resource", place)) {
    Resource resource;
    ReadResource(*arn, place + "/Resource", resource);
    reader.resource = *arn;
  }
  reader.parameters = ReadTemplate(*entry, "Parameters", place);
  reader.config = Json::object();
  if (const Json* config = Object(*entry, "ReaderConfig", place)) {
    const std::string config_at = place + "/ReaderConfig";
    Exclusive(*config, config_at, "MaxItems", "MaxItemsPath");
    Number(*config, "MaxItems", config_at, 0, 1e8);
    reader.max_items_path = ReadPath(*config, "MaxItemsPath", config_at);
    reader.config = *config;
    reader.config.erase("MaxItemsPath");
  }
  if (base::FindMember(json, "ItemsPath") != nullptr) {
    Problem(at, "Only one of these fields is allowed: [ItemReader, ItemsPath]");
  }
}

void DefinitionReader::ReadItemBatcher(const Json& json, const std::string& at, MapFields& map) {
  const Json* entry = Object(json, "ItemBatcher", at);
  if (entry == nullptr) return;
  const std::string place = at + "/ItemBatcher";
  ItemBatcher& batcher = map.item_batcher.emplace();
  batcher.batch_input = ReadTemplate(*entry, "BatchInput", place);
  batcher.max_items_per_batch = ReadNumberField(*entry, "MaxItemsPerBatch", place, 1, 1e8);
  batcher.max_input_bytes_per_batch =
      ReadNumberField(*entry, "MaxInputBytesPerBatch", place, 1, 262144);
  if (!batcher.max_items_per_batch.IsSet() && !batcher.max_input_bytes_per_batch.IsSet()) {
    Problem(place,
            "At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]");
  }
}

void DefinitionReader::ReadResultWriter(const Json& json, const std::string& at, MapFields& map) {
  const Json* entry = Object(json, "ResultWriter", at);
  if (entry == nullptr) return;
  const std::string place = at + "/ResultWriter";
  ResultWriter& writer = map.result_writer.emplace();
  if (const auto arn = Text(*entry, "Resource", place)) {
    Resource resource;
    ReadResource(*arn, place + "/Resource", resource);
    writer.resource = *arn;
  }
  writer.parameters = ReadTemplate(*entry, "Parameters", place);
  writer.config = Json::object();
  if (const Json* config = Object(*entry, "WriterConfig", place)) writer.config = *config;
}

}  // namespace coldpath::asl
