"""Sprint reports: what a team planned for a sprint, and what of it got done."""
