//! Browser edges: zones, clock, files, fetch, workers.
