#include "providers/google_health/point_time.h"
#include "providers/google_health/sessions.h"
#include "providers/google_health/streams.h"
#include "providers/mapping/possible.h"

namespace coldpath::providers::google_health {
namespace {

using domain::DataType;
using mapping::Node;
using mapping::PageBuilder;

// A number, or an int64 written as a text.
base::Result<double> ReadValue(const Node& node) {
  if (node.present() && node.json().is_string()) {
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t whole, node.Integer());
    return static_cast<double>(whole);
  }
  return node.Number();
}

base::Status ReadTime(Shape shape, const Node& body, domain::Record& record) {
  switch (shape) {
    case Shape::kSample:
      return ReadSampleTime(body["sampleTime"], record);
    case Shape::kDaily:
      record.statistic = domain::Statistic::kMean;
      return ReadDay(body["date"], record);
    default:
      record.statistic = domain::Statistic::kSum;
      return ReadInterval(body["interval"], record);
  }
}

base::Status ReadSimple(const Stream& stream, const Node& body, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(ReadTime(stream.shape, body, record));
  const Node node = body[stream.value_key];
  COLDPATH_ASSIGN_OR_RETURN(const double value, ReadValue(node));
  COLDPATH_ASSIGN_OR_RETURN(record.value,
                            mapping::CheckPossible(stream.type, value * stream.scale, node));
  // Of the types here, only a temperature carries an id of its own.
  if (record.source_id.empty()) record.source_id = body["id"].TextOrEmpty();
  return {};
}

base::Status ReadBody(const Stream& stream, const Node& body, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(body.Object());
  switch (stream.shape) {
    case Shape::kSleep:
      return ReadSleep(body, record);
    case Shape::kExercise:
      return ReadExercise(body, record);
    default:
      return ReadSimple(stream, body, record);
  }
}

// RMSSD and SDNN stand beside each other; each is a type of its own, and either may be absent.
base::Status TakeVariability(const Node& point, const Node& body, DataType type,
                             std::string_view key, PageBuilder& page) {
  COLDPATH_RETURN_IF_ERROR(body.Object());
  const Node node = body[key];
  COLDPATH_ASSIGN_OR_RETURN(const std::optional<double> value, node.OptionalNumber());
  domain::Record record = page.Start(type);
  COLDPATH_RETURN_IF_ERROR(ReadSampleTime(body["sampleTime"], record));
  if (!value) return {};
  COLDPATH_ASSIGN_OR_RETURN(record.value, mapping::CheckPossible(type, *value, node));
  ReadSource(point, record);
  page.Take(std::move(record));
  return {};
}

void MapVariability(const Stream& stream, const Node& point, PageBuilder& page) {
  const Node body = point[stream.member];
  const std::pair<DataType, std::string_view> values[] = {
      {DataType::kHrvRmssd, "rootMeanSquareOfSuccessiveDifferencesMilliseconds"},
      {DataType::kHrvSdnn, "standardDeviationMilliseconds"}};
  for (const auto& [type, key] : values) {
    const base::Status taken = TakeVariability(point, body, type, key, page);
    if (!taken) page.Reject(type, taken.error());
  }
}

}  // namespace

void MapPoint(const Stream& stream, const Node& point, PageBuilder& page) {
  if (stream.type == DataType::kHrvRmssd) return MapVariability(stream, point, page);
  domain::Record record = page.Start(stream.type);
  ReadSource(point, record);
  const Node body = point[stream.member];
  if (const base::Status read = ReadBody(stream, body, record); !read) {
    return page.Reject(stream.type, read.error());
  }
  page.Take(std::move(record));
}

}  // namespace coldpath::providers::google_health
