"""What students get: the self-check on public cases, the kit, notebooks, and bundles for other systems."""
