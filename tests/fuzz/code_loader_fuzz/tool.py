#!/usr/bin/env -S A=1 python3.11 -u
import os

	x = "ä"
