// The base image: what the FROM of the last stage brought, recognised afterwards.
//
//   1. the label org.opencontainers.image.base.name (image-spec, annotations.md), with its digest;
//   2. the history: the start command of a base image stands before the layers of what builds on
//      it. Its name then follows from the variables that well-known images set
//      (content/image/base_images.yaml), else from the distribution ("debian:12").
//
// A guess that helps people find the line to change; nothing is decided by it.
#pragma once

#include "inspect/image/image_facts.h"
#include "model/package.h"
#include "model/scan_report.h"

namespace seawall::inspect {

// `layers` is 0 when nothing can be said of where it ends.
BaseImage recognise_base(const ImageFacts& facts, const Distribution& distribution);

}  // namespace seawall::inspect
