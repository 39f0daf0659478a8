"""Laws of the model: what holds for every value."""
