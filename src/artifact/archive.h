// Images in files: `docker save` archives of every generation, OCI archives and OCI layout
// directories.
//
// docker-archive: manifest.json names config and layers (Docker 1.10 on; since 25 with OCI blobs
// beside it); older ones have `repositories` and a json per layer, linked by `parent`, and no
// diffIDs. oci-archive, oci: index.json of the image-layout specification 1.1, indexes nested at
// most 4 deep. A compressed archive is read twice as a stream, once for its metadata and once for
// its layers.
#pragma once

#include "artifact/file_store.h"
#include "artifact/image.h"

namespace seawall::artifact {

// `which` chooses among several images: a tag ("app:1.0"), or "@N" for the Nth; empty when there is
// just one. ERRORS: kUsage listing the tags when a choice is needed; kMalformed, kNotFound,
// kMismatch with the part's name.
Result<Image> open_docker_archive(const std::string& path, std::string_view which,
                                  const OpenOptions& options);
Result<Image> open_oci_archive(const std::string& path, std::string_view which,
                               const OpenOptions& options);
Result<Image> open_oci_layout(const std::string& directory, std::string_view which,
                              const OpenOptions& options);
// A tar of a root filesystem (`docker export`) as an image of one layer without configuration.
Result<Image> open_root_archive(const std::string& path, const OpenOptions& options);

// What a tar file holds, by its entries: "docker-archive", "oci-archive", "rootfs-archive";
// kUnsupported else.
Result<std::string> recognise_archive(const std::string& path, const Limits& limits);

// The two readers of metadata behind the above, for any store.
Result<Image> read_docker_image(const FileStore& store, std::string_view which,
                                const OpenOptions& options);
Result<Image> read_oci_image(const FileStore& store, std::string_view which,
                             const OpenOptions& options);

}  // namespace seawall::artifact
