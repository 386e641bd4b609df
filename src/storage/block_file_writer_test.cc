#include "storage/block_file_writer.h"

#include <gtest/gtest.h>
