#include "app/aws_functions.h"

#include <future>
#include <utility>

#include "app/sign_in.h"
#include "aws/blocking_http.h"
#include "aws/http_api_event.h"
#include "service/outbox_relay.h"
#include "service/recovery.h"
#include "tasks/workflow_names.h"

namespace coldpath::app {

extern const std::string_view kOpenApiJson;

namespace {

constexpr std::size_t kMostKeySetBytes = 256u << 10;
constexpr std::chrono::seconds kKeySetTimeout{3};
// An export's page: what is one response elsewhere has to fit into one answer of Lambda.
constexpr std::size_t kExportBytes = 3u << 20;

std::unexpected<aws::LambdaError> Malformed(const std::string& message) {
  return std::unexpected(aws::LambdaError{"MalformedEvent", message});
}

std::unexpected<aws::LambdaError> Unavailable(const base::Error& error) {
  return std::unexpected(
      aws::LambdaError{std::string(tasks::kUnavailable), error.message + " (" + error.code + ")"});
}

service::Settings SettingsOf(const ServeConfig& serve) {
  service::Settings settings;
  settings.public_url = serve.public_url;
  settings.return_origins = serve.return_origins;
  settings.default_concurrency = serve.max_concurrency;
  settings.quota_scale = serve.quota_scale;
  return settings;
}

std::optional<asl::ExecutionStatus> EndStatus(const std::string& name) {
  using enum asl::ExecutionStatus;
  for (const auto status : {kSucceeded, kFailed, kTimedOut, kAborted}) {
    if (name == asl::StatusName(status)) return status;
  }
  return std::nullopt;
}

}  // namespace

// The issuer's keys: as they are configured, or from the issuer's own address.
class AwsFunctions::KeySet final : public api::JwksSource {
 public:
  explicit KeySet(AwsParts& parts) : parts_(parts) {}

  base::Result<std::string> Read() override {
    if (!parts_.config.jwks.empty()) return parts_.config.jwks;
    base::HttpRequest request;
    request.url = parts_.config.jwks_url;
    request.headers.Add("Accept", "application/json");
    request.timeout = kKeySetTimeout;
    auto response = aws::SendAndWait(*parts_.machine.aws_http, std::move(request));
    if (!response) return base::Fail(response.error());
    if (response->status != 200 || response->body.size() > kMostKeySetBytes) {
      return base::Fail("jwks.unreadable", "The key set's address answered " +
                                               std::to_string(response->status) + ", " +
                                               std::to_string(response->body.size()) + " bytes.");
    }
    return std::move(response->body);
  }

 private:
  AwsParts& parts_;
};

base::Result<std::optional<engine::ExecutionEnd>> ReadStatusChange(
    const base::Json& event, const std::string& state_machine_arn) {
  const base::Json* detail = base::FindMember(event, "detail");
  if (base::FindString(event, "source") != "aws.states" || detail == nullptr) {
    return base::Fail("lambda.malformed_event", "The event is not one of Step Functions.");
  }
  const auto machine = base::FindString(*detail, "stateMachineArn").value_or("");
  if (!state_machine_arn.empty() && machine != state_machine_arn) return std::nullopt;
  const auto status = EndStatus(base::FindString(*detail, "status").value_or(""));
  const auto name = base::FindString(*detail, "name");
  const auto input = base::FindString(*detail, "input");
  if (!status || !name || !input) {
    return base::Fail("lambda.malformed_event",
                      "The event names no execution that ended, or not its input.");
  }
  return engine::ExecutionEnd{base::FindString(*detail, "executionArn").value_or(""), *name, *input,
                              *status};
}

base::Result<base::Json> EndedPayload(const engine::ExecutionEnd& end) {
  COLDPATH_ASSIGN_OR_RETURN(const base::Json input, base::ParseJson(end.input));
  return base::Json{{"userId", base::FindString(input, "userId").value_or("")},
                    {"jobId", base::FindString(input, "jobId").value_or("")},
                    {"execution", end.execution_name},
                    {"status", asl::StatusName(end.status)}};
}

AwsFunctions::AwsFunctions(AwsParts& parts)
    : parts_(parts),
      handlers_(parts.task_ports()),
      engine_(parts.client, parts.machine.aws_ports().wait,
              {.state_machine_arn = parts.config.state_machine_arn}),
      events_(parts.client, {.bus = parts.config.event_bus}),
      context_{*parts.machine.clock,
               *parts.machine.random,
               *parts.machine.pool,
               *parts.machine.provider_http,
               parts.machine.metrics,
               parts.machine.log,
               engine_,
               parts.jobs,
               parts.connections,
               parts.objects,
               parts.quota,
               parts.entitlements,
               parts.inbox,
               parts.push,
               parts.vault,
               parts.providers,
               SettingsOf(parts.config.serve)},
      keys_(std::make_unique<KeySet>(parts)) {
  api::ApiOptions options;
  options.jwt = {parts.config.serve.issuer, parts.config.serve.audience};
  options.rate_limit = {parts.config.serve.requests_per_second,
                        parts.config.serve.requests_per_second * 5};
  options.events.once = true;
  options.events.retry_ms = 5000;
  options.export_bytes = kExportBytes;
  options.openapi_json = kOpenApiJson;
  if (!parts.config.fcm_application.empty()) options.push.kinds.emplace_back("fcm");
  if (!parts.config.apns_application.empty()) options.push.kinds.emplace_back("apns");
  options.entitlement_keys = parts.config.serve.entitlement_keys;
  options.sign_in = SignInOf(parts.config.serve);
  options.entitlements_url = parts.config.serve.entitlements_url;
  options.version = kProgramVersion;
  options.ready = [this]() -> base::Status {
    const auto readable = parts_.jobs.ReadOutbox(1);
    return readable ? base::Status() : base::Fail(readable.error());
  };
  api_ = std::make_unique<api::ApiHandler>(context_, *keys_, std::move(options));
}

AwsFunctions::~AwsFunctions() = default;

aws::LambdaAnswer AwsFunctions::Invoke(const std::string& function,
                                       const aws::LambdaInvocation& invocation) {
  if (function == kRecoverFunction) return Recover();
  const auto event = base::ParseJson(invocation.event);
  if (!event) return Malformed(event.error().message);
  if (function == kApiFunction) return Serve(*event);
  if (function == tasks::kExecutionEndedFunction && event->contains("detail-type")) {
    return NoteEnd(*event);
  }
  return Perform(function, *event);
}

aws::LambdaAnswer AwsFunctions::Serve(const base::Json& event) {
  auto read = aws::ReadHttpApiEvent(event);
  if (!read) return Malformed(read.error().message);
  auto promise = std::make_shared<std::promise<base::HttpResponse>>();
  std::future<base::HttpResponse> answer = promise->get_future();
  api_->Handle(std::move(read->request), std::move(read->peer),
               std::make_shared<aws::BufferedResponder>([promise](base::HttpResponse response) {
                 promise->set_value(std::move(response));
               }));
  return aws::HttpApiAnswer(answer.get());
}

aws::LambdaAnswer AwsFunctions::Perform(const std::string& function, const base::Json& payload) {
  const engine::TaskReply reply = handlers_.Invoke(function, payload);
  if (reply.succeeded) return base::DumpJson(reply.output);
  return std::unexpected(aws::LambdaError{reply.error.value_or(std::string(tasks::kInvalidTask)),
                                          reply.cause.value_or("")});
}

aws::LambdaAnswer AwsFunctions::NoteEnd(const base::Json& event) {
  const auto end = ReadStatusChange(event, parts_.config.state_machine_arn);
  if (!end) return Malformed(end.error().message);
  if (!*end) return R"({"ignored":true})";
  const auto payload = EndedPayload(**end);
  if (!payload) return Malformed(payload.error().message);
  return Perform(std::string(tasks::kExecutionEndedFunction), *payload);
}

base::Status AwsFunctions::Settle(const engine::ExecutionEnd& end) {
  COLDPATH_ASSIGN_OR_RETURN(const base::Json payload, EndedPayload(end));
  const engine::TaskReply reply = handlers_.Invoke(tasks::kExecutionEndedFunction, payload);
  if (reply.succeeded) return {};
  return base::Fail(reply.error.value_or("task.failed"), reply.cause.value_or(""));
}

aws::LambdaAnswer AwsFunctions::Recover() {
  const auto counts = service::RecoverJobs(
      context_, [this](const engine::ExecutionEnd& end) { return Settle(end); });
  // Events leave also when the index of jobs cannot be read, and the other way round.
  const auto published = service::DrainOutbox(parts_.jobs, events_);
  if (!counts) return Unavailable(counts.error());
  if (!published) return Unavailable(published.error());
  return base::DumpJson({{"launched", counts->launched},
                         {"settled", counts->settled},
                         {"failed", counts->failed},
                         {"published", *published}});
}

}  // namespace coldpath::app
