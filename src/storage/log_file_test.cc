#include "storage/log_file.h"

#include <gtest/gtest.h>
