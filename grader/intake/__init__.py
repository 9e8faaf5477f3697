"""From paths, archives and exports of course systems to submissions."""
