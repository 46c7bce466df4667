"""Where published documents may lie beside the project; they are no part of it."""

from pathlib import Path

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
