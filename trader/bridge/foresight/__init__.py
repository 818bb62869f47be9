"""What other settings would mean, foretold by the engine's own formulas before they are applied."""
