#include "records/compression.h"

#include <zstd.h>

#include "base/check.h"

namespace coldpath::records {
namespace {

// Digests make up most of a record file and do not compress beyond their entropy, so that higher
// levels cost time and save next to nothing.
constexpr int kLevel = 1;

}  // namespace

struct Compressor::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  ~Context() { ZSTD_freeCCtx(zstd); }
};

Compressor::Compressor() : context_(std::make_unique<Context>()) {
  COLDPATH_CHECK(context_->zstd != nullptr);
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_checksumFlag, 1);
  text_.reserve(kBlockBytes + (16u << 10));
}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

void Compressor::CompressBlock(bool last) {
  ZSTD_inBuffer in{text_.data(), text_.size(), 0};
  const ZSTD_EndDirective directive = last ? ZSTD_e_end : ZSTD_e_continue;
  for (;;) {
    const std::size_t used = out_.size();
    out_.resize(used + ZSTD_CStreamOutSize());
    ZSTD_outBuffer out{out_.data() + used, out_.size() - used, 0};
    const std::size_t left = ZSTD_compressStream2(context_->zstd, &out, &in, directive);
    out_.resize(used + out.pos);
    // Compressing into memory fails only if the library was misused.
    COLDPATH_CHECK(ZSTD_isError(left) == 0);
    if (in.pos == in.size && (!last || left == 0)) break;
  }
  text_.clear();
}

std::string Compressor::Finish() {
  CompressBlock(/*last=*/true);
  return std::move(out_);
}

struct Decompressor::Context {
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  std::string_view bytes;
  std::size_t at = 0;
  std::size_t max_bytes = 0;
  std::size_t given = 0;
  bool ended = false;
  ~Context() { ZSTD_freeDCtx(zstd); }
};

Decompressor::Decompressor(std::string_view bytes, std::size_t max_bytes)
    : context_(std::make_unique<Context>()) {
  COLDPATH_CHECK(context_->zstd != nullptr);
  context_->bytes = bytes;
  context_->max_bytes = max_bytes;
}
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

base::Result<bool> Decompressor::Read(std::string& out) {
  Context& state = *context_;
  if (state.ended) return false;
  ZSTD_inBuffer in{state.bytes.data(), state.bytes.size(), state.at};
  const std::size_t used = out.size();
  out.resize(used + ZSTD_DStreamOutSize());
  ZSTD_outBuffer piece{out.data() + used, out.size() - used, 0};
  const std::size_t left = ZSTD_decompressStream(state.zstd, &piece, &in);
  out.resize(used + piece.pos);
  const bool stuck = piece.pos == 0 && in.pos == state.at;
  state.at = in.pos;
  state.given += piece.pos;
  if (ZSTD_isError(left) != 0) {
    return base::Fail("records.corrupt",
                      std::string("The file is not intact: ") + ZSTD_getErrorName(left) + ".");
  }
  if (state.given > state.max_bytes) {
    return base::Fail("records.too_large", "The file holds more than the limit of " +
                                               std::to_string(state.max_bytes) + " bytes.");
  }
  if (left == 0) {
    state.ended = true;
    if (state.at != state.bytes.size()) {
      return base::Fail("records.corrupt", "The file goes on behind its end.");
    }
  } else if (stuck || (state.at == state.bytes.size() && piece.pos == 0)) {
    return base::Fail("records.truncated", "The file ends too early.");
  }
  return true;
}

}  // namespace coldpath::records
