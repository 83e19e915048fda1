#include "domain/chunk.h"

#include <array>

namespace coldpath::domain {
namespace {

constexpr std::array<std::string_view, 4> kNames{"not_attempted", "running", "complete", "failed"};

}  // namespace

std::string_view ChunkStatusName(ChunkStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<ChunkStatus> FindChunkStatus(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<ChunkStatus>(i);
  }
  return std::nullopt;
}

}  // namespace coldpath::domain
