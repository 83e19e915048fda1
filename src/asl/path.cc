#include "asl/path.h"

#include <algorithm>
#include <span>
#include <utility>

#include "asl/path_filter.h"

namespace coldpath::asl {
namespace {

using base::Json;
using Kind = PathSegment::Kind;

// "$['a'][0]['b']": how Jayway writes the path that it walked.
void AppendBracketed(std::string& text, const PathSegment& segment) {
  switch (segment.kind) {
    case Kind::kFields:
      text += "[";
      for (std::size_t i = 0; i < segment.fields.size(); ++i) {
        text += (i == 0 ? "'" : ",'") + segment.fields[i] + "'";
      }
      text += "]";
      break;
    case Kind::kIndexes:
      text += "[";
      for (std::size_t i = 0; i < segment.indexes.size(); ++i) {
        text += (i == 0 ? "" : ",") + std::to_string(segment.indexes[i]);
      }
      text += "]";
      break;
    case Kind::kLength:
      text += ".length()";
      break;
    default:
      text += "[*]";
      break;
  }
}

std::string Bracketed(std::span<const PathSegment> segments) {
  std::string text = "$";
  for (const PathSegment& segment : segments) AppendBracketed(text, segment);
  return text;
}

const Json* At(const Json& array, std::int64_t index) {
  const auto size = static_cast<std::int64_t>(array.size());
  if (index < 0) index += size;
  return index >= 0 && index < size ? &array[static_cast<std::size_t>(index)] : nullptr;
}

Json LengthOf(const Json& value) {
  if (value.is_array() || value.is_object()) return value.size();
  if (value.is_string()) return value.get_ref<const std::string&>().size();
  return nullptr;
}

Json Merged(const Json& object, const std::vector<std::string>& fields) {
  Json merged = Json::object();
  for (const std::string& field : fields) {
    if (const Json* member = base::FindMember(object, field)) merged[field] = *member;
  }
  return merged;
}

// Walks the segments of an indefinite path and gathers what matches; what is missing is passed
// over.
class Gatherer {
 public:
  Gatherer(std::span<const PathSegment> segments, const Json& document)
      : segments_(segments), document_(document), found_(Json::array()) {}

  void Walk(const Json& value, std::size_t at) {
    if (at == segments_.size()) {
      found_.push_back(value);
      return;
    }
    if (segments_[at].descend) {
      Descend(value, at);
    } else {
      Apply(value, at);
    }
  }

  Json Take() && { return std::move(found_); }

 private:
  void Descend(const Json& value, std::size_t at) {
    Apply(value, at);
    if (value.is_object() || value.is_array()) {
      for (const Json& element : value) Descend(element, at);
    }
  }

  void Apply(const Json& value, std::size_t at) {
    const PathSegment& segment = segments_[at];
    switch (segment.kind) {
      case Kind::kFields:
        return Fields(value, at);
      case Kind::kIndexes:
        if (!value.is_array()) return;
        for (const std::int64_t index : segment.indexes) {
          if (const Json* element = At(value, index)) Walk(*element, at + 1);
        }
        return;
      case Kind::kSlice:
        return Slice(value, at);
      case Kind::kWildcard:
        if (!value.is_object() && !value.is_array()) return;
        for (const Json& element : value) Walk(element, at + 1);
        return;
      case Kind::kFilter:
        if (value.is_array()) {
          for (const Json& element : value) {
            if (FilterHolds(*segment.filter, element, document_)) Walk(element, at + 1);
          }
        } else if (value.is_object() && FilterHolds(*segment.filter, value, document_)) {
          Walk(value, at + 1);
        }
        return;
      case Kind::kLength:
        found_.push_back(LengthOf(value));
        return;
    }
  }

  void Fields(const Json& value, std::size_t at) {
    const PathSegment& segment = segments_[at];
    if (!value.is_object()) return;
    if (segment.fields.size() > 1 && at + 1 == segments_.size()) {
      found_.push_back(Merged(value, segment.fields));
      return;
    }
    for (const std::string& field : segment.fields) {
      if (const Json* member = base::FindMember(value, field)) Walk(*member, at + 1);
    }
  }

  void Slice(const Json& value, std::size_t at) {
    if (!value.is_array()) return;
    const PathSegment& segment = segments_[at];
    const auto size = static_cast<std::int64_t>(value.size());
    auto bound = [&](std::optional<std::int64_t> index, std::int64_t otherwise) {
      if (!index) return otherwise;
      return std::clamp(*index < 0 ? *index + size : *index, std::int64_t{0}, size);
    };
    const std::int64_t to = bound(segment.slice_to, size);
    for (std::int64_t i = bound(segment.slice_from, 0); i < to; ++i) {
      Walk(value[static_cast<std::size_t>(i)], at + 1);
    }
  }

  std::span<const PathSegment> segments_;
  const Json& document_;
  Json found_;
};

// What the segments name below `root`. The error is the number of the segment that found nothing.
std::expected<PathValue, std::size_t> WalkSegments(std::span<const PathSegment> segments,
                                                   bool definite, const Json& root,
                                                   const Json& document) {
  if (!definite) {
    Gatherer gatherer(segments, document);
    gatherer.Walk(root, 0);
    return PathValue(std::move(gatherer).Take());
  }
  const Json* value = &root;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const PathSegment& segment = segments[i];
    const Json* next = nullptr;
    if (segment.kind == Kind::kLength) return PathValue(LengthOf(*value));
    if (segment.kind == Kind::kIndexes) {
      if (value->is_array()) next = At(*value, segment.indexes.front());
    } else if (segment.fields.size() > 1 && value->is_object()) {
      return PathValue(Merged(*value, segment.fields));
    } else {
      next = base::FindMember(*value, segment.fields.front());
    }
    if (next == nullptr) return std::unexpected(i);
    value = next;
  }
  return PathValue(value);
}

}  // namespace

bool Path::IsReference() const {
  return std::all_of(segments_.begin(), segments_.end(), [](const PathSegment& segment) {
    return !segment.descend && ((segment.kind == Kind::kFields && segment.fields.size() == 1) ||
                                (segment.kind == Kind::kIndexes && segment.indexes.size() == 1));
  });
}

std::expected<PathValue, std::string> EvaluatePath(const Path& path, const Json& document,
                                                   std::size_t first) {
  const auto segments = std::span(path.segments()).subspan(first);
  auto value = WalkSegments(segments, path.definite(), document, document);
  if (value) return *std::move(value);
  const bool last = value.error() + 1 == segments.size();
  return std::unexpected((last ? "No results for path: " : "Missing property in path ") +
                         Bracketed(segments.first(value.error() + 1)));
}

std::optional<Json> ValueAt(const std::vector<PathSegment>& segments, bool definite,
                            const Json& root, const Json& document) {
  auto value = WalkSegments(segments, definite, root, document);
  if (!value || (!definite && value->get().empty())) return std::nullopt;
  return (*std::move(value)).Take();
}

std::expected<void, std::string> AssignAt(const Path& path, Json& document, Json value) {
  Json* place = &document;
  for (const PathSegment& segment : path.segments()) {
    if (segment.kind == Kind::kIndexes) {
      const std::int64_t index = segment.indexes.front();
      if (!place->is_array() || index < 0 || index >= static_cast<std::int64_t>(place->size())) {
        return std::unexpected("Unable to apply step [" + std::to_string(index) + "]");
      }
      place = &(*place)[static_cast<std::size_t>(index)];
      continue;
    }
    // Nothing or null makes room for an object; any other value is in the way.
    if (place->is_null()) *place = Json::object();
    if (!place->is_object()) {
      return std::unexpected("Unable to apply step \"" + segment.fields.front() + "\"");
    }
    place = &(*place)[segment.fields.front()];
  }
  *place = std::move(value);
  return {};
}

}  // namespace coldpath::asl
