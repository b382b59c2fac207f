"""What is around every HTTP call, to API and pages alike: who may call, and how errors are told."""
