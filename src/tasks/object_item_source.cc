#include "tasks/object_item_source.h"

#include "base/crypto.h"

namespace coldpath::tasks {
namespace {

const base::Json& Parameters(const base::Json& field) {
  static const base::Json kNone = base::Json::object();
  const base::Json* parameters = base::FindMember(field, "Parameters");
  return parameters == nullptr ? kNone : *parameters;
}

}  // namespace

base::Result<base::Json> ObjectItemSource::ReadItems(const base::Json& reader) {
  const auto key = base::FindString(Parameters(reader), "Key");
  if (!key) return base::Fail("States.ItemReaderFailed", "The ItemReader names no Key.");
  const auto text = objects_.Get(*key);
  if (!text) return base::Fail("States.ItemReaderFailed", text.error().message);
  auto items = base::ParseJson(*text);
  if (!items || !items->is_array()) {
    return base::Fail("States.ItemReaderFailed", "The object " + *key + " holds no JSON array.");
  }
  return *std::move(items);
}

base::Result<base::Json> ObjectItemSource::WriteResults(const base::Json& writer,
                                                        const base::Json& results) {
  const auto prefix = base::FindString(Parameters(writer), "Prefix");
  if (!prefix) return base::Fail("States.ResultWriterFailed", "The ResultWriter names no Prefix.");
  const std::string bytes = base::DumpJson(results);
  const std::string key = *prefix + "/" + base::Sha256Hex(bytes) + "/SUCCEEDED_0.json";
  if (const auto put = objects_.Put(key, bytes); !put) {
    return base::Fail("States.ResultWriterFailed", put.error().message);
  }
  const std::string bucket = base::FindString(Parameters(writer), "Bucket").value_or("");
  return base::Json{{"ResultWriterDetails", {{"Bucket", bucket}, {"Key", key}}}};
}

}  // namespace coldpath::tasks
