// Advisories that lie in an rpm repository: from the repository's list of mirrors to its
// updateinfo.xml. Amazon Linux publishes its notices so and in no other form.
//
// mirror.list holds the address of the repository as it is now, one a line, best first;
// repodata/repomd.xml below it names the file and its digest. Source: the metadata of createrepo
// (rpm-software-management/createrepo_c), as dnf reads it.
#pragma once

#include <string>

#include "advisory/download.h"
#include "net/http_client.h"

namespace seawall::advisory {

// Fetches the updateinfo of the repository whose mirror list this is; kept as download() does, its
// digest checked. ERRORS: kNotFound when there is no such repository or it has no updateinfo;
// kMalformed; kMismatch; those of download(). An https list leads to https only, and a file never
// lies outside of its repository.
Result<Download> download_updateinfo(const HttpClient& client, const std::string& mirror_list,
                                     const std::string& directory, uint64_t largest);

}  // namespace seawall::advisory
