"""Foedus: a knowledge graph of relations between states, and the tool that builds, checks and asks it."""
