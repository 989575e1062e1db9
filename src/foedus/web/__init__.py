"""The graph to look at: pages, and what serves them."""
