#include "asl/token.h"

#include <charconv>

#include "asl/frame_environment.h"
#include "base/crypto.h"

namespace coldpath::asl {

bool NeedsToken(const Resource& resource) {
  return resource.kind == ResourceKind::kActivity || resource.completion == Completion::kToken;
}

bool EndsByReport(const Resource& resource) {
  return NeedsToken(resource) || resource.completion == Completion::kSync;
}

std::string MakeToken(const ExecutionTree& tree, const Frame& frame) {
  base::SeededRandom random(SeedOf(frame, Purpose::kToken));
  const std::string secret = random.NextBytes(16);
  return base::Base64UrlEncode(tree.context.execution_arn + "\n" + std::to_string(frame.id) + "\n" +
                               secret);
}

base::Result<TokenParts> ReadToken(std::string_view token) {
  auto invalid = [] { return base::Fail("asl.invalid_token", "The text is not a task token."); };
  const auto text = token.size() <= 2048 ? base::Base64UrlDecode(token) : invalid();
  if (!text) return invalid();
  const std::size_t first = text->find('\n');
  const std::size_t second = first == std::string::npos ? first : text->find('\n', first + 1);
  if (second == std::string::npos || text->size() - second != 17) return invalid();
  TokenParts parts;
  parts.execution_arn = text->substr(0, first);
  const char* begin = text->data() + first + 1;
  const char* end = text->data() + second;
  const auto [read, failure] = std::from_chars(begin, end, parts.frame);
  if (failure != std::errc() || read != end) return invalid();
  parts.secret = text->substr(second + 1);
  return parts;
}

}  // namespace coldpath::asl
