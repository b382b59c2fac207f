"""Puts the clock of every process that finds this on its path wrong by FAULTS_CLOCK seconds."""

import os
import time

_true = time.time
_wrong_s = float(os.environ["FAULTS_CLOCK"])
time.time = lambda: _true() + _wrong_s
