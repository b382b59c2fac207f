"""What every HTTP call passes, of the API and of the pages: who may call, and how errors are told."""
