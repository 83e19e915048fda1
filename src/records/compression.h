// zstd streams (RFC 8878): the one home of that library.
//
// One level and one way of feeding it, so that equal content gives equal bytes with the same
// library version. Frames carry a checksum of their content. Not thread-safe; use one per thread.
#ifndef COLDPATH_RECORDS_COMPRESSION_H_
#define COLDPATH_RECORDS_COMPRESSION_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace coldpath::records {

// Gathers text and compresses it as it comes: the whole text never stands in memory at once.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // Where the caller appends; call Spill now and then, it compresses once a block is full.
  std::string& text() { return text_; }
  void Spill() {
    if (text_.size() >= kBlockBytes) CompressBlock(/*last=*/false);
  }
  // The compressed bytes. The compressor is used up.
  std::string Finish();

 private:
  static constexpr std::size_t kBlockBytes = 256u << 10;
  void CompressBlock(bool last);

  struct Context;
  std::unique_ptr<Context> context_;
  std::string text_;
  std::string out_;
};

// Gives the text of one frame piece by piece.
class Decompressor {
 public:
  // `bytes` must outlive the decompressor. At most `max_bytes` of text are given out.
  Decompressor(std::string_view bytes, std::size_t max_bytes);
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  // Appends the next piece; false at the end of the text. Errors: records.corrupt (not a zstd
  // frame, changed bytes, bytes behind the frame), records.truncated, records.too_large.
  base::Result<bool> Read(std::string& out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_COMPRESSION_H_
