#include "storage/block_format.h"

#include <gtest/gtest.h>
