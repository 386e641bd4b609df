#include "storage/block_file.h"

#include <gtest/gtest.h>
