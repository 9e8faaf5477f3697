"""Many submissions: workers, the store, progress, resuming."""
