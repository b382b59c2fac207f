"""Sources online: providers of literature, and what may be used of what they find."""
