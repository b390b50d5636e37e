// Where attached documents are looked for: the registry that holds the image, or the OCI layout it
// lies in.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "artifact/image.h"
#include "artifact/referrers_index.h"
#include "artifact/registry.h"

namespace seawall::artifact {

class AttachmentSource {
 public:
  virtual ~AttachmentSource() = default;
  // The document that the image's name stands for: an index, or the image's own manifest.
  virtual Result<std::string> top() = 0;
  // A manifest or index, its digest checked.
  virtual Result<std::string> manifest(const Descriptor& descriptor) = 0;
  // What a tag names, if there is such a tag.
  virtual Result<std::optional<std::string>> tagged(const std::string& tag) = 0;
  // What says of itself that it is about `subject`; nothing when the place cannot answer.
  virtual Result<std::optional<std::vector<ReferrerEntry>>> referrers(const Digest& subject) = 0;
  // A document, its size and digest checked. REQUIRES: descriptor.size is within bounds.
  virtual Result<std::string> document(const Descriptor& descriptor) = 0;
};

Result<std::unique_ptr<AttachmentSource>> registry_attachments(std::string_view reference,
                                                               const OpenOptions& options);
std::unique_ptr<AttachmentSource> layout_attachments(const std::string& directory,
                                                     const OpenOptions& options);

}  // namespace seawall::artifact
