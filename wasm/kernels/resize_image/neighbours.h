/* What filtered.c needs of the interpolation between two pixels. */
#ifndef WEBPARITY_NEIGHBOURS_H
#define WEBPARITY_NEIGHBOURS_H

#include "resize_image.h"

/* OpenCV's INTER_AREA where a side does not shrink. */
program_code interpolate_area_like_opencv(const resize_task *t);

#endif
