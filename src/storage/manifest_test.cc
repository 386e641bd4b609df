#include "storage/manifest.h"

#include <gtest/gtest.h>
