//! Chart panes: canvas painted by plotters, an SVG overlay for crosshair and selection.
