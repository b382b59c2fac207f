"""Vectors of passages: how they are asked for, kept and brought up to date."""
