#include <fstream>
#include <sstream>

#include "api/jwt.h"
#include "asl/definition.h"
#include "asl/intrinsic.h"
#include "asl/path.h"
#include "base/crypto_test_keys.h"
#include "fuzz_targets.h"
#include "sandbox/google_health/filter.h"
#include "tasks/embedded_task_invoker.h"
#include "tasks/task_payload.h"

namespace coldpath::fuzz {
namespace {

std::string OnDefinition(std::string_view bytes) {
  const auto findings = asl::ValidateDefinition(bytes);
  const auto parsed = asl::ParseDefinition(bytes);
  for (const asl::Diagnostic& one : findings) {
    if (one.severity == asl::Diagnostic::Severity::kError && parsed) {
      return "parsed although it is invalid: " + one.message;
    }
  }
  (void)asl::Substitute(bytes, {{"Name", "value"}});
  return "";
}

std::string OnPath(std::string_view bytes) {
  static const base::Json kDocument = *base::ParseJson(
      R"({"a":[{"b":1,"c":"x"},{"b":-2.5},null,[1,2,3]],"b":{"a":{"b":[]}},"length":7,"":0})");
  const auto path = asl::ParsePath(bytes);
  if (!path) return "";
  (void)asl::EvaluatePath(*path, kDocument);
  if (path->IsReference() && path->root() == asl::Path::Root::kInput) {
    base::Json document = kDocument;
    if (asl::AssignAt(*path, document, 42)) {
      const auto found = asl::EvaluatePath(*path, document);
      if (!found || found->get() != base::Json(42)) return "what was assigned is not found";
    }
  }
  return asl::ParsePath(path->text()) ? "" : "its own text is not read";
}

// Nothing to see but the input: the paths of intrinsics find what they find.
class EmptyEnvironment final : public asl::Environment {
 public:
  const asl::ContextObject& Context() override { return context_; }
  const base::Json* Variable(const std::string&) override { return nullptr; }
  base::Random& Randomness() override { return random_; }

 private:
  asl::ContextObject context_;
  base::SeededRandom random_{1};
};

std::string OnIntrinsic(std::string_view bytes) {
  const auto intrinsic = asl::ParseIntrinsic(bytes);
  if (!intrinsic) return "";
  const base::Json input = *base::ParseJson(R"({"a":[1,2,2],"s":"x,y","j":"{\"k\":1}","n":3})");
  EmptyEnvironment environment;
  (void)asl::EvaluateIntrinsic(*intrinsic, "x.$", input, environment);
  return "";
}

std::string OnTaskPayload(std::string_view bytes) {
  const auto json = base::ParseJson(bytes);
  if (!json) return "";
  const auto payload = tasks::ReadPayload(*json);
  if (payload && payload->user_id.empty()) return "a payload of nobody";
  const auto assignment = tasks::ReadContainerOverrides(*json);
  return assignment && assignment->token.empty() ? "a container without a token" : "";
}

// The claims are those that were signed, whatever was done to the token.
constexpr base::Instant kNow = base::Instant(std::chrono::seconds(1'717'200'000));

const base::SigningKeyPtr& Issuer() {
  static const base::SigningKeyPtr kKey = *base::SigningKeyFromPem(base::test::kRsaPrivatePem);
  return kKey;
}

std::string OnJwt(std::string_view bytes) {
  const auto claims = api::VerifyJwt(
      bytes, {.issuer = "https://issuer.test", .audience = "coldpath"},
      [](const std::string&) { return Issuer(); }, kNow);
  return claims && claims->subject != "ada" ? "claims that nobody signed" : "";
}

std::string SampleJwt() {
  return *api::SignJwt(*Issuer(), {.issuer = "https://issuer.test",
                                   .audience = {"coldpath"},
                                   .subject = "ada",
                                   .expires = kNow + std::chrono::hours(1),
                                   .issued = kNow,
                                   .scopes = {"sync"},
                                   .pro = true});
}

std::string OnFilter(std::string_view bytes) {
  for (const char* name : {"heart-rate", "steps", "sleep", "exercise", "weight"}) {
    const auto* type = sandbox::FindGoogleDataType(name);
    if (type == nullptr) return "the sandbox has lost a type";
    const auto filter = sandbox::ParseGoogleFilter(bytes, *type);
    if (!filter) continue;
    (void)filter->FirstDay();
    (void)filter->LastDay();
  }
  return "";
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr std::string_view kDefinition = R"json({"StartAt":"A","States":{
 "A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"x.$":"$.a[0]"},
  "Retry":[{"ErrorEquals":["E"],"MaxAttempts":2,"BackoffRate":2.0,"JitterStrategy":"FULL"}],
  "Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"ResultPath":"$.r","Next":"B"},
 "B":{"Type":"Map","ItemsPath":"$.a","MaxConcurrency":3,"ItemProcessor":{"StartAt":"I","States":{
  "I":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.n","NumericLessThan":3}],"Next":"J"}],
   "Default":"J"},"J":{"Type":"Pass","Result":{"k":[1]},"End":true}}},"Next":"W"},
 "W":{"Type":"Wait","TimestampPath":"$.t","Next":"P"},
 "P":{"Type":"Parallel","Branches":[{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}],"Next":"C"},
 "C":{"Type":"Fail","Error":"E","CausePath":"States.Format('{}', $.x)"}}})json";

}  // namespace

std::vector<FuzzTarget> LanguageTargets() {
  return {
      {"asl_definition",
       OnDefinition,
       {std::string(kDefinition),
        ReadText(std::string(COLDPATH_SOURCE_DIR) + "/workflow/historical_sync.asl.json")}},
      {"asl_path",
       OnPath,
       {"$.a[0].b", "$..b", "$['a'][0:2:1]", "$.a[?(@.b > 0 && @.c == 'x')]", "$.a[*].b",
        "$$.Execution.Input.x", "$name.a[-1]", "$.a.length()", "$.a[?(@.c =~ /x.*/i)]",
        "$.a[0,1]['b','c']"}},
      {"asl_intrinsic",
       OnIntrinsic,
       {"States.Format('a {} \\{\\} {}', $.a[0], States.JsonToString($.a))",
        "States.ArrayRange(1, 9, 2)", "States.ArrayPartition($.a, 2)",
        "States.Hash($.s, 'SHA-256')", "States.StringSplit($.s, ',')", "States.StringToJson($.j)",
        "States.MathRandom(1, $.n, 7)", "States.JsonMerge($, $, false)",
        "States.Base64Decode('YQ==')", "States.MathAdd($.n, -1)", "States.ArrayContains($.a, 2)",
        "States.ArrayUnique($.a)", "States.UUID()"}},
      {"task_payload",
       OnTaskPayload,
       {R"({"userId":"u","jobId":"j","execution":"e","chunkId":"c","error":{"Error":"E"}})",
        R"({"Overrides":{"ContainerOverrides":[{"Environment":[
          {"Name":"COLDPATH_TASK_TOKEN","Value":"t"},{"Name":"COLDPATH_USER_ID","Value":"u"},
          {"Name":"COLDPATH_JOB_ID","Value":"j"},{"Name":"COLDPATH_CHUNK_ID","Value":"c"},
          {"Name":"COLDPATH_EXECUTION","Value":"e"}]}]}})"}},
      {"jwt", OnJwt, {SampleJwt()}},
      {"sandbox_filter",
       OnFilter,
       {R"(heart_rate.sample_time.civil_time >= "2024-03-01" AND heart_rate.sample_time.civil_time < "2024-03-31")",
        R"(sleep.interval.end_time >= "2024-03-01T00:00:00Z")",
        R"(steps.interval.civil_start_time < "2024-03-01T10:00:00")"}},
  };
}

}  // namespace coldpath::fuzz
