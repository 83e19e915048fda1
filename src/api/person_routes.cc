// What is about the person as a whole: records, notifications, deletion.
#include "api/router.h"
#include "api/views.h"
#include "service/daily_values.h"
#include "service/erase.h"
#include "service/record_query.h"

namespace coldpath::api {

namespace {

struct TypeAndRange {
  domain::DataType type = domain::DataType::kSteps;
  domain::DateRange range;
};

Checked<TypeAndRange> ReadTypeAndRange(const Call& call) {
  TypeAndRange read;
  const auto type = Parameter(call, "type");
  if (!type) {
    return std::unexpected(
        Problem{400, "invalid-request", "The parameter type is missing.", "type"});
  }
  COLDPATH_API_ASSIGN(read.type, ParseType(*type, "type"));
  COLDPATH_API_ASSIGN(read.range.start, ParseDateParameter(call, "start"));
  COLDPATH_API_ASSIGN(read.range.end, ParseDateParameter(call, "end"));
  if (read.range.empty()) {
    return std::unexpected(
        Problem{400, "dates-reversed", "start must lie before end, which is exclusive.", "start"});
  }
  return read;
}

}  // namespace

Checked<base::HttpResponse> ListRecords(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(
      CheckParameters(call, {"type", "start", "end", "connection_id", "cursor", "limit"}));
  service::RecordQuery query;
  COLDPATH_API_ASSIGN(const TypeAndRange asked, ReadTypeAndRange(call));
  query.type = asked.type;
  query.range = asked.range;
  COLDPATH_API_ASSIGN(query.limit, ReadLimit(call, 1000, 10'000));
  query.connection_id = Parameter(call, "connection_id");
  query.cursor = Parameter(call, "cursor");
  COLDPATH_API_ASSIGN(const service::RecordPage page,
                      service::FindRecords(call.context, call.user(), query));
  return base::HttpResponse{200, {{"Content-Type", "application/json"}}, RecordPageText(page)};
}

Checked<base::HttpResponse> ListDailyValues(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {"type", "start", "end", "connection_id", "cursor"}));
  COLDPATH_API_ASSIGN(const TypeAndRange asked, ReadTypeAndRange(call));
  COLDPATH_API_ASSIGN(
      const service::DailyPage page,
      service::FindDailyValues(
          call.context, call.user(),
          {asked.type, asked.range, Parameter(call, "connection_id"), Parameter(call, "cursor")}));
  return JsonResponse(200, DailyValuesJson(asked.type, page));
}

Checked<base::HttpResponse> ListNotifications(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {"limit"}));
  COLDPATH_API_ASSIGN(const int limit, ReadLimit(call, 50, 200));
  COLDPATH_API_ASSIGN(const auto rows, call.context.inbox.List(call.user(), limit));
  base::Json list = base::Json::array();
  for (const tasks::Notification& row : rows) list.push_back(NotificationJson(row));
  return JsonResponse(200, {{"notifications", std::move(list)}});
}

Checked<base::HttpResponse> GetMe(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_ASSIGN(const bool pro, call.context.entitlements.HasPro(call.user()));
  return JsonResponse(200, {{"user_id", call.user()}, {"pro", pro}, {"upsell", UpsellJson()}});
}

Checked<base::HttpResponse> EraseMe(Call& call, const ApiOptions&) {
  COLDPATH_API_CHECK(CheckParameters(call, {}));
  COLDPATH_API_CHECK(service::EraseUser(call.context, call.user()));
  return base::HttpResponse{204, {}, ""};
}

}  // namespace coldpath::api
